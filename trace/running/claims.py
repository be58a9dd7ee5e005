"""What one service alone may have: its data directory and its port. Both are free once its last process has ended.

The main process holds them. Its workers are forked from it and inherit both, so a service whose main process was killed
holds them until its last worker is gone.
"""

import contextlib
import errno
import fcntl
import json
import os
import platform
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from .. import clock, diskfiles
from ..errors import N_, Unavailable
from . import owners

ENDING = 10  # seconds within which the workers of a service end whose main process was killed
_STEP = 0.1  # seconds


@contextmanager
def directory(data: Path, address: str, *, of_all_machines: bool) -> Iterator[None]:
    """Hold a data directory until the block ends. `address` is where the service answers: another one is told it.

    `of_all_machines` is for a directory with a SQLite database, which only one machine may open. With PostgreSQL each
    machine may have one service on the same directory. Raises Unavailable when another service holds it.
    """
    name = ".serve.lock" if of_all_machines else f".serve-{platform.node() or 'here'}.lock"
    with open(data / name, "a+", encoding="utf-8", opener=diskfiles.private) as file:
        _lock(file, data)
        file.seek(0)
        file.truncate()
        json.dump({"pid": os.getpid(), "since": owners.written(clock.now()), "address": address}, file)
        file.flush()
        yield


def _lock(file: IO[str], data: Path) -> None:
    """Take the lock. When the main process that had it is dead, its workers are about to end: this is waited for."""
    end = time.monotonic() + ENDING
    while True:
        try:
            return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            told = _told(file)
            if owners.is_alive(told.get("pid")) or time.monotonic() > end:
                raise _directory_taken(data, told) from None
        time.sleep(_STEP)


def _told(file: IO[str]) -> dict[str, object]:
    file.seek(0)
    with contextlib.suppress(ValueError):
        if isinstance(told := json.load(file), dict):
            return told
    return {}


def _directory_taken(data: Path, told: dict[str, object]) -> Unavailable:
    return Unavailable(
        N_("数据目录 %(data)s 已有服务：进程 %(pid)s，%(since)s 启动，%(address)s。要换新的，请先停止它：kill %(pid)s"),
        data=str(data),
        pid=told.get("pid", "?"),
        since=told.get("since", "?"),
        address=told.get("address", "?"),
    )


@contextmanager
def port(host: str, number: int) -> Iterator[None]:
    """Hold a port until the block ends. The workers of this process can listen on it, and nobody else.

    Raises Unavailable when another program has it, or when this machine has no such address.
    """
    with _socket(host, number) as held:
        try:
            _bind(held, host, number)
        except OSError as error:
            raise _refused(host, number, error) from None
        yield


def _socket(host: str, number: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, number, type=socket.SOCK_STREAM)[0][0]
    except OSError as error:
        raise _refused(host, number, error) from None
    return socket.socket(family)


def _bind(held: socket.socket, host: str, number: int) -> None:
    """Bind a socket that has the port and answers nobody.

    Workers listen with SO_REUSEPORT, which would let any process of the same user join them. This socket is bound
    without it, so it fails if anybody is there. Of two that bind in the same moment the kernel lets only one listen.
    Then our own workers are let in, and the socket keeps the port without listening.
    """
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections that have ended are in nobody's way
    held.bind((host, number))
    held.listen(1)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    held.shutdown(socket.SHUT_RD)


def _refused(host: str, number: int, error: OSError) -> Unavailable:
    address = f"{host}:{number}"
    if error.errno != errno.EADDRINUSE:
        return Unavailable(
            N_("不能在 %(address)s 上提供服务：%(error)s"), address=address, error=error.strerror or str(error)
        )
    owner = owners.listening_on(number)
    if owner is None:
        return Unavailable(
            N_("%(address)s 已被别的程序占用；用 ss -ltnp 看是哪个，停止它，或用 --port 换一个端口"), address=address
        )
    return Unavailable(
        N_("%(address)s 已被进程 %(pid)s 占用（%(program)s，%(since)s 启动）；请停止它，或用 --port 换一个端口"),
        address=address,
        pid=owner.pid,
        program=owner.program,
        since=owners.written(owner.since),
    )
