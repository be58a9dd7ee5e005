"""Proofs for anyone: that an entry is a leaf of the tree that the checkpoint names, as a `.tlog-proof` file."""

from collections.abc import Iterator

from ..errors import N_, NotFound
from . import note
from .checkpoint import Checkpoint
from .folder import LogFolder
from .merkle import inclusion
from .note import Note
from .proof_file import ProofFile


def proof_of(folder: LogFolder, index: int) -> bytes:
    """The proof of one leaf against the last checkpoint that a quorum of witnesses signed; against the one that is published now where
    that does not have it yet. Raises NotFound for what is not published."""
    signed, told = _published(folder, index)
    return bytes(ProofFile(index, tuple(inclusion(index, told.size, folder.tiles.node)), signed))


def entry_of(folder: LogFolder, index: int) -> bytes:
    """The bytes of one published leaf. Raises NotFound."""
    _published(folder, index)
    return folder.tiles.entry(index)


def _published(folder: LogFolder, index: int) -> tuple[Note, Checkpoint]:
    """The checkpoint, which has this leaf."""
    for signed in _checkpoints(folder):
        told = Checkpoint.parse(signed.text)
        if 0 <= index < told.size:
            return signed, told
    raise NotFound(N_("公开日志里还没有第 %(index)d 条；几秒后再试"), index=index)


def _checkpoints(folder: LogFolder) -> Iterator[Note]:
    if witnessed := folder.witnessed():
        yield witnessed
    if found := folder.signed():
        yield note.parse(found)
