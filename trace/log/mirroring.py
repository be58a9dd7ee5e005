"""A full copy of a log in another folder: what any web server or memory stick can carry."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from ..diskfiles import write_whole
from .checkpoint import Checkpoint
from .folder import CHECKPOINT, KEYS, WITNESSED, opened
from .note import Verifier
from .rebuilding import rebuild
from .sources import TILE, FolderSource, Source, needed
from .tiles import entries_path, tile_path

_READABLE = 0o644


def mirror(source: Source, folder: Path, verifiers: Sequence[Verifier]) -> Checkpoint:
    """Copy what is not there yet, the checkpoint last; then verify the copy. Raises as `rebuild`, which also compares it with
    what was mirrored before."""
    own = FolderSource(folder)
    before = own.read(CHECKPOINT)
    signed = needed(source, CHECKPOINT)
    told = opened(signed, verifiers)
    for path in _paths(told.size):
        if not (folder / path).exists():
            _write(folder / path, needed(source, path))
    _write(folder / KEYS, needed(source, KEYS))
    _write(folder / f"{CHECKPOINT}.new", signed)
    rebuild(_Newest(own), verifiers, opened(before, verifiers) if before else None)
    (folder / f"{CHECKPOINT}.new").replace(folder / CHECKPOINT)
    if witnessed := source.read(WITNESSED):
        opened(witnessed, verifiers)
        _write(folder / WITNESSED, witnessed)
    return told


class _Newest:
    """The copy with the checkpoint that is about to be its own."""

    def __init__(self, own: FolderSource) -> None:
        self._own = own

    def read(self, path: str) -> bytes | None:
        return self._own.read(f"{CHECKPOINT}.new" if path == CHECKPOINT else path)


def _paths(size: int) -> Iterator[str]:
    """The files of a log of this size."""
    for number, width in _tiles(size):
        yield entries_path(number, width)
    level = 0
    while size:
        for number, width in _tiles(size):
            yield tile_path(level, number, width)
        level, size = level + 1, size // TILE


def _tiles(size: int) -> Iterator[tuple[int, int]]:
    for first in range(0, size, TILE):
        yield first // TILE, min(TILE, size - first)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, content, _READABLE)
