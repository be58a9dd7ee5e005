"""A client that keeps many connections busy at little cost: it sends ready-made requests and counts the answers.

python -m tests.bench.client PORT CONNECTIONS CORES < paths: asks for every path once, on the cores named (0,1), and tells
how many answers had status 200, how long it took, and how much processor time of its own.
"""

import json
import os
import selectors
import socket
import sys
import time
from collections.abc import Iterator

REQUEST = (
    b"GET %b HTTP/1.1\r\nHost: t.example.cn\r\nAccept: text/html\r\nUser-Agent: Mozilla/5.0 (Linux; Android 12)\r\n\r\n"
)


def asked(port: int, connections: int, paths: Iterator[str]) -> dict[str, float]:
    """Ask for each path over so many connections that are kept open, one request at a time on each."""
    watch, good, done = selectors.DefaultSelector(), 0, 0
    start, spent = time.perf_counter(), time.process_time()
    for _ in range(connections):
        _next(watch, _line(watch, port), paths)
    while watch.get_map():
        for key, _ in watch.select():
            line: socket.socket = key.fileobj  # type: ignore[assignment]
            status, whole = _read(line, key.data)
            if whole:
                good, done = good + (status == b"200"), done + 1
                if b"\r\nconnection: close" in key.data.partition(b"\r\n\r\n")[0].lower():
                    _end(watch, line)
                    line = _line(watch, port)
                key.data.clear()
                _next(watch, line, paths)
    return {"good": good, "done": done, "seconds": time.perf_counter() - start, "own": time.process_time() - spent}


def _line(watch: selectors.BaseSelector, port: int) -> socket.socket:
    """A new connection, which is listened to."""
    line = socket.create_connection(("127.0.0.1", port))
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    watch.register(line, selectors.EVENT_READ, bytearray())
    return line


def _end(watch: selectors.BaseSelector, line: socket.socket) -> None:
    watch.unregister(line)
    line.close()


def _next(watch: selectors.BaseSelector, line: socket.socket, paths: Iterator[str]) -> None:
    path = next(paths, None)
    if path is None:
        _end(watch, line)
    else:
        line.sendall(REQUEST % path.encode())


def _read(line: socket.socket, got: bytearray) -> tuple[bytes, bool]:
    """What has come of an answer so far: its status, and whether it is whole."""
    piece = line.recv(65536)
    if not piece:
        raise ConnectionError("the server closed a connection in the middle of an answer")
    got += piece
    head, found, body = got.partition(b"\r\n\r\n")
    if not found:
        return b"", False
    length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
    return bytes(head[9:12]), len(body) >= int(length)


if __name__ == "__main__":
    os.sched_setaffinity(0, {int(core) for core in sys.argv[3].split(",")})
    ways = iter(sys.stdin.read().split())
    print(json.dumps(asked(int(sys.argv[1]), int(sys.argv[2]), ways)))
