"""The signer's process: the private keys of a folder, asked on a Unix socket by one user alone."""

import contextlib
import os
import re
import socket
import struct
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..codes.keyfiles import read_private
from ..codes.signers import FileSigner
from ..codes.signing import CONTEXT
from ..errors import N_, TraceError, Unavailable
from . import wire
from .limits import Limits

SECONDS = 10.0  # for which a connection may say nothing
_NAME = re.compile(r"code-([0-9]{3})\.pem")
_CREDENTIALS = struct.Struct("3i")  # process, user and group of who connected


@dataclass
class Signatures:
    """Answers questions: who may ask, with which keys, and how much."""

    keys: Mapping[int, FileSigner] = field(repr=False)
    limits: Limits
    users: frozenset[int]
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def answer(self, user: int, said: bytes) -> bytes:
        """The answer to a question of a user. Raises Broken for what is no question."""
        number, payloads = wire.asked(said)
        try:
            return wire.SIGNED + b"".join(self._signed(user, number, payloads))
        except TraceError as refused:
            return wire.REFUSED + str(refused).encode()

    def _signed(self, user: int, number: int, payloads: list[bytes]) -> list[bytes]:
        if user not in self.users:
            raise Unavailable(N_("用户 %(user)d 不能请求签名"), user=user)
        if number not in self.keys:
            raise Unavailable(N_("签名进程没有第 %(number)d 号密钥"), number=number)
        with self._lock:
            self.limits.take(len(payloads))  # before anything is signed
        return self.keys[number].sign([CONTEXT + payload for payload in payloads])


def keys_of(folder: Path, passphrase: bytes | None) -> dict[int, FileSigner]:
    """The keys of the files `code-NNN.pem` of a folder. Raises Unavailable for a file that is not safe, and where there is none."""
    found = {
        int(name[1]): FileSigner(read_private(path, passphrase))
        for path in sorted(folder.glob("code-*.pem"))
        if (name := _NAME.fullmatch(path.name))
    }
    if not found:
        raise Unavailable(N_("%(folder)s 里没有私钥文件 code-NNN.pem"), folder=str(folder))
    return found


@contextlib.contextmanager
def listening(path: Path) -> Iterator[socket.socket]:
    """The socket, for everybody to connect to: who is served is decided by who asks. Raises Unavailable where another process is."""
    with socket.socket(socket.AF_UNIX) as door:
        with socket.socket(socket.AF_UNIX) as other:
            if other.connect_ex(str(path)) == 0:
                raise Unavailable(N_("%(path)s 已有签名进程"), path=str(path))
        path.unlink(missing_ok=True)
        door.bind(str(path))
        path.chmod(0o666)
        door.listen()
        yield door


def serve(door: socket.socket, signatures: Signatures) -> None:
    """Answer whoever connects, each in a thread, for ever."""
    while True:
        line, _ = door.accept()
        threading.Thread(target=_talk, args=(line, signatures), daemon=True).start()


def _talk(line: socket.socket, signatures: Signatures) -> None:
    with line, contextlib.suppress(OSError):
        line.settimeout(SECONDS)
        wire.send(line, signatures.answer(_user(line), wire.receive(line)))


def _user(line: socket.socket) -> int:
    """Who connected, as the kernel says."""
    said = line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    return int(_CREDENTIALS.unpack(said)[1])


def me() -> int:
    """The user of this process."""
    return os.getuid()
