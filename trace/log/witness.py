"""A witness: another office's process, which signs that a log only grew since it saw it last (c2sp.org/tlog-witness).

It keeps the latest checkpoint of each log that it follows. The new one is on the disk before its signature leaves: whatever
happens in between, no two of its signatures contradict each other.
"""

import fcntl
import os
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Self

from ..diskfiles import PRIVATE, make_private, write_whole
from ..errors import N_, Conflict, NotFound, TraceError, Unavailable
from . import note
from .checkpoint import Checkpoint
from .merkle import EMPTY_ROOT, BadProof, check_consistency
from .note import Note
from .notekeys import Kind, Signer, Verifier, checked_name
from .strict import BadNote, encoded, hash_of, size_of

MOST_HASHES = 63
KINDS = (Kind.ED25519_TIMED, Kind.ML_DSA_44)  # a witness has a key of each

_PUBLIC = 0o644
_KEYS, _LOCK, _LOG, _CHECKPOINT = "keys", "lock", "log", "checkpoint"


class NotSigned(TraceError):
    """None of the log's keys signed the checkpoint, or one of them did not sign it as it says."""

    status = 403


class Elsewhere(TraceError):
    """The log thinks that the witness saw another size last. `size` is what it saw."""

    status = 409

    def __init__(self, size: int) -> None:
        super().__init__(N_("见证记录的是前 %(size)s 条"), size=size)
        self.size = size


class Fork(TraceError):
    """The checkpoint does not go on from what the witness saw."""

    status = 422


@dataclass(frozen=True)
class Request:
    """What a log sends: the size that the witness should have seen last, the proof from there, and the new checkpoint."""

    old: int
    proof: tuple[bytes, ...]
    note: Note

    @classmethod
    def parse(cls, body: bytes) -> Self:
        """Raises BadNote."""
        head, blank, rest = body.partition(b"\n\n")
        try:
            first, *lines = head.decode("ascii").split("\n")
        except UnicodeDecodeError:
            first, lines = "", []
        if not blank or not first.startswith("old ") or len(lines) > MOST_HASHES:
            raise BadNote(N_("请求应是：old 条数、至多 63 行证明、空行、检查点"))
        return cls(size_of(first.removeprefix("old ")), tuple(map(hash_of, lines)), note.parse(rest))

    def __bytes__(self) -> bytes:
        lines = [f"old {self.old}", *(encoded(one) for one in self.proof)]
        return ("\n".join(lines) + "\n\n").encode() + bytes(self.note)


def found(folder: Path, name: str) -> list[Signer]:
    """Make a witness of this name in a folder, with new keys. Raises BadNote for a bad name, Conflict if one is there."""
    checked_name(name)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    signers = [Signer.new(name, kind) for kind in KINDS]
    try:
        write_whole(folder / _KEYS, "".join(f"{one.skey}\n" for one in signers).encode(), PRIVATE, replaces=False)
    except FileExistsError:
        raise Conflict(N_("这个目录已有见证的密钥，不再另做")) from None
    return signers


def keys_of(folder: Path) -> list[Signer]:
    """The keys of the witness in a folder. Raises Unavailable if there are none."""
    try:
        return [Signer.from_skey(line) for line in (folder / _KEYS).read_text("utf-8").splitlines()]
    except FileNotFoundError:
        raise Unavailable(N_("这个目录没有见证的密钥，请先运行 yipin witness new")) from None


def follow(folder: Path, origin: str, keys: Sequence[Verifier]) -> None:
    """Watch over a log from now on, by its keys; told again, the keys are replaced. Raises BadNote for a bad origin."""
    Checkpoint(origin, 0, EMPTY_ROOT)
    place = folder / digest(origin)
    place.mkdir(parents=True, exist_ok=True)
    write_whole(place / _LOG, "".join(f"{line}\n" for line in [origin, *(key.vkey for key in keys)]).encode())


def digest(origin: str) -> str:
    """The name of a log in addresses: the SHA-256 of its origin in hexadecimal digits."""
    return sha256(origin.encode()).hexdigest()


class Witness:
    """The witness in a folder, which it alone may use while it runs. Raises Unavailable if another process does."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.signers, self._busy = folder, keys_of(folder), Lock()
        make_private(folder / _LOCK)
        self._claim = os.open(folder / _LOCK, os.O_RDWR)
        try:
            fcntl.flock(self._claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._claim)
            raise Unavailable(N_("这个目录的见证已经在运行")) from None

    def close(self) -> None:
        """Leave the folder to others."""
        os.close(self._claim)

    def add_checkpoint(self, body: bytes, at: int) -> str:
        """The signature lines for a checkpoint that goes on from the last, made at `at` (seconds since 1970).

        Raises BadNote for what is no request or shrinks, NotFound for an unknown log, NotSigned, Elsewhere, and Fork.
        """
        request = Request.parse(body)
        new = Checkpoint.parse(request.note.text)
        signed = self._signed(request.note, self._keys(new.origin))
        if request.old > new.size:
            raise BadNote(N_("日志只增不减：%(new)s 条接不上 %(old)s 条"), old=request.old, new=new.size)
        with self._busy:  # what is compared with is what is replaced
            _check_growth(request, self._last_of(new.origin), new)
            ours = [signer.sign(request.note.text, at) for signer in self.signers]
            write_whole(self._place(new.origin) / _CHECKPOINT, bytes(signed.with_signatures(ours)), _PUBLIC)
        return "".join(signature.line() for signature in ours)

    def last(self, log: str) -> bytes:
        """The latest checkpoint that was cosigned, by the log's `digest`. Raises NotFound."""
        if len(log) == 64 and set(log) <= set("0123456789abcdef"):
            try:
                return (self.folder / log / _CHECKPOINT).read_bytes()
            except FileNotFoundError:
                pass
        raise NotFound(N_("没有见证过这份日志"))

    def _place(self, origin: str) -> Path:
        return self.folder / digest(origin)

    def _keys(self, origin: str) -> list[Verifier]:
        try:
            told, *keys = (self._place(origin) / _LOG).read_text("utf-8").splitlines()
        except FileNotFoundError:
            raise NotFound(N_("这里不见证这份日志")) from None
        return [Verifier.from_vkey(key) for key in keys]

    def _signed(self, told: Note, keys: Sequence[Verifier]) -> Note:
        """The note with the log's own signatures alone, each of them checked."""
        try:
            told.check(keys)
        except BadNote as bad:
            raise NotSigned(bad.message.template, **bad.message.values) from None
        first = {(one.name, one.key_id): one for one in reversed(told.signatures)}
        return Note(told.text, tuple(first[key.name, key.key_id] for key in keys if (key.name, key.key_id) in first))

    def _last_of(self, origin: str) -> Checkpoint:
        try:
            return Checkpoint.parse(note.parse(self.last(digest(origin))).text)
        except NotFound:
            return Checkpoint(origin, 0, EMPTY_ROOT)


def _check_growth(request: Request, last: Checkpoint, new: Checkpoint) -> None:
    """Raises Elsewhere or Fork unless the new checkpoint goes on from the last. Nothing seen is an empty log."""
    if request.old != last.size:
        raise Elsewhere(last.size)
    try:
        check_consistency(last.size, new.size, request.proof, last.root, new.root)
    except BadProof as bad:
        raise Fork(bad.message.template, **bad.message.values) from None
