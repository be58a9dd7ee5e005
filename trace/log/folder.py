"""The folder of the log, `log/` in the data directory: tiles and the signed checkpoint, files that any web server can carry.

It lies outside the database, so that a record which was put back to an older state is told from its log.
"""

import contextlib
import fcntl
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ..diskfiles import private, write_whole
from ..errors import N_, TraceError, Unavailable
from . import note
from .checkpoint import Checkpoint
from .merkle import EMPTY_ROOT, root_of
from .note import BadNote, Note, Verifier
from .tiles import Tiles

CHECKPOINT, WITNESSED, KEYS = "checkpoint", "witnessed", "vkeys"
_READABLE = 0o644


class LogFolder:
    """The files of one log."""

    def __init__(self, path: Path) -> None:
        self.path, self.tiles = path, Tiles(path)

    @contextmanager
    def locked(self) -> Iterator[str]:
        """One writer at a time, also of those that share the folder. Gives the name under which a writer of this folder holds the
        lease: one that was killed holds the lock no longer, and the next need not wait until its lease runs out."""
        self.path.mkdir(mode=0o755, parents=True, exist_ok=True)
        with open(self.path / ".lock", "a+", encoding="ascii", opener=private) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            if not (name := file.read()):
                file.write(name := secrets.token_hex(12))
                file.flush()
            yield name

    def signed(self) -> bytes | None:
        """The signed checkpoint as it is served; None while nothing was published."""
        with contextlib.suppress(FileNotFoundError):
            return (self.path / CHECKPOINT).read_bytes()
        return None

    def witnessed(self) -> Note | None:
        """The last checkpoint that a quorum of witnesses signed; None while there is none, or it cannot be read."""
        with contextlib.suppress(OSError, TraceError):
            return note.parse((self.path / WITNESSED).read_bytes())
        return None

    def latest(self) -> Checkpoint | None:
        """What the checkpoint says, for a hint: nobody has checked its signatures. None while nothing was published."""
        signed = self.signed()
        if signed is None:
            return None
        try:
            return Checkpoint.parse(note.parse(signed).text)
        except TraceError:
            return None

    def published(self, verifiers: Sequence[Verifier]) -> Checkpoint:
        """What the checkpoint says; the empty tree while there is none. Raises Unavailable when it is damaged, not signed by
        each of these, or not the root of the tiles."""
        found = self.signed()
        if found is None:
            return Checkpoint(verifiers[0].name, 0, EMPTY_ROOT)
        try:
            told = opened(found, verifiers)
            if root_of(told.size, self.tiles.node) != told.root:
                raise Unavailable(N_("日志目录 %(path)s 的哈希块和检查点不符"), path=str(self.path))
        except (TraceError, OSError) as error:
            raise Unavailable(
                N_("日志目录 %(path)s 已损坏（%(error)s）；请移开它，下次启动时按登记库重建并与库中记下的根比较"),
                path=str(self.path),
                error=str(error),
            ) from None
        return told

    def publish(self, signed: bytes, verifiers: Sequence[Verifier]) -> None:
        """Put a new checkpoint in the place of the old one, and the keys beside it."""
        keys = "".join(f"{each.vkey}\n" for each in verifiers).encode()
        if not (self.path / KEYS).exists() or (self.path / KEYS).read_bytes() != keys:
            write_whole(self.path / KEYS, keys, _READABLE)
        with self._signing():
            write_whole(self.path / CHECKPOINT, signed, _READABLE)

    def cosigned(self, cosigned: Note, *, by_quorum: bool) -> None:
        """Publish the signatures of witnesses: under the checkpoint, unless a later one is there already, and apart from it when they
        are enough."""
        with self._signing():
            published = note.parse(self.signed() or b"")
            if published.text == cosigned.text:
                write_whole(self.path / CHECKPOINT, bytes(published.renewed(cosigned.signatures)), _READABLE)
            if by_quorum and _size(cosigned) >= _size(self.witnessed()):
                write_whole(self.path / WITNESSED, bytes(cosigned), _READABLE)

    @contextmanager
    def _signing(self) -> Iterator[None]:
        """One at a time, so that nobody puts signatures under a checkpoint that another has just replaced."""
        with open(self.path / ".signing", "ab", opener=private) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _size(signed: Note | None) -> int:
    return Checkpoint.parse(signed.text).size if signed else 0


def opened(signed: bytes, verifiers: Sequence[Verifier]) -> Checkpoint:
    """A checkpoint that each of these has signed. Raises BadNote."""
    told = note.parse(signed)
    by = {each.by for each in told.check(verifiers)}
    if missing := [each for each in verifiers if each not in by]:
        raise BadNote(N_("检查点上缺少 %(name)s 的签名（%(kind)s）"), name=missing[0].name, kind=missing[0].kind.name)
    return Checkpoint.parse(told.text)
