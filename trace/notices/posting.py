"""A post to a program elsewhere: one request, one answer, within a time that no server can stretch."""

import http.client
import socket
import ssl
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from threading import Timer
from urllib.parse import SplitResult, urlsplit

from . import reaching

# What a post may end with. ValueError: a host that is no name.
BROKEN: tuple[type[Exception], ...] = (OSError, http.client.HTTPException, ValueError, reaching.Refused)


@dataclass(frozen=True)
class Answer:
    """Its status, its Content-Type, and as much of its body as was asked for."""

    status: int
    kind: str
    body: bytes


def post(
    address: str, body: bytes, headers: Mapping[str, str], patience: float, *, private: bool, most: int = 0
) -> Answer:
    """Post it, all within `patience` seconds, and read at most `most` bytes of the answer. No redirect is followed.

    Raises one of `BROKEN`: reaching.Refused for an address that may not be reached.
    """
    parts = urlsplit(address)
    host, secure = parts.hostname or "", parts.scheme == "https"
    plain = reaching.connected(host, parts.port or (443 if secure else 80), patience, private)
    with closing(_wrapped(plain, host) if secure else plain) as line:
        if not secure and reaching.may_reach(line.getpeername()[0], private=False):
            raise reaching.Refused  # in the clear only within our own network
        # The limit of a socket is for each read: a byte at a time would have no end.
        ending = Timer(patience, _cut, (line,))
        ending.start()
        try:
            if isinstance(line, ssl.SSLSocket):
                line.do_handshake()
            return _asked(line, parts, body, headers, most)
        finally:
            ending.cancel()


def _wrapped(plain: socket.socket, host: str) -> ssl.SSLSocket:
    try:
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False)
    except BaseException:
        plain.close()
        raise


def _cut(line: socket.socket) -> None:
    try:
        socket.socket.shutdown(line, socket.SHUT_RDWR)
    except OSError:
        pass  # it has ended by itself


def _asked(line: socket.socket, parts: SplitResult, body: bytes, headers: Mapping[str, str], most: int) -> Answer:
    talk = http.client.HTTPConnection(parts.hostname or "")
    talk.sock = line
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    talk.request("POST", target, body, {"Host": parts.netloc, "User-Agent": "yipin", **headers})
    answer = talk.getresponse()
    return Answer(answer.status, answer.getheader("Content-Type", ""), answer.read(most) if most else b"")
