"""What is said on the socket: a length in four bytes and as many bytes.

A question is the number of a key (one byte) and payloads of codes, one behind the other. An answer is a byte, 0 and the signatures, or 1
and why not. Nothing but payloads of codes can be asked for: the signer puts the context of codes in front of each by itself.
"""

import socket

from ..codes.payload import PAYLOAD_BYTES

LARGEST = 512  # payloads of one question
SIGNED, REFUSED = b"\0", b"\1"
_MOST = 1 + 64 * LARGEST


class Broken(ConnectionError):
    """The other side went away in the middle, or says what nobody says."""


def send(line: socket.socket, said: bytes) -> None:
    """Say something."""
    line.sendall(len(said).to_bytes(4, "big") + said)


def receive(line: socket.socket) -> bytes:
    """What the other side says. Raises Broken."""
    size = int.from_bytes(_exactly(line, 4), "big")
    if not 0 < size <= _MOST:
        raise Broken("a length that nobody sends")
    return _exactly(line, size)


def _exactly(line: socket.socket, size: int) -> bytes:
    found = bytearray()
    while len(found) < size:
        some = line.recv(size - len(found))
        if not some:
            raise Broken("the other side went away")
        found += some
    return bytes(found)


def question(number: int, payloads: list[bytes]) -> bytes:
    """What asks for the signatures of payloads."""
    return bytes([number]) + b"".join(payloads)


def asked(said: bytes) -> tuple[int, list[bytes]]:
    """The inverse of `question`. Raises Broken."""
    body = said[1:]
    if not body or len(body) % PAYLOAD_BYTES:
        raise Broken("no whole payloads")
    return said[0], [body[at : at + PAYLOAD_BYTES] for at in range(0, len(body), PAYLOAD_BYTES)]
