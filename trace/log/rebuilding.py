"""A log rebuilt from its public bytes alone: every entry, every hash, the root, the signatures, and what was seen before."""

from collections.abc import Callable, Sequence

from ..errors import N_, TraceError
from .checkpoint import Checkpoint
from .folder import CHECKPOINT, opened
from .merkle import Frontier, leaf_hash
from .note import Verifier
from .sources import TILE, Source, needed, tiles_of_entries
from .tiles import tile_path

Visit = Callable[[int, list[bytes]], None]


class Contradiction(TraceError):
    """The public bytes contradict themselves, or what was seen of the same log before."""

    status = 409


def nothing(first: int, entries: list[bytes]) -> None:
    """For who wants to see no entries."""


def rebuild(
    source: Source, verifiers: Sequence[Verifier], seen: Checkpoint | None = None, visit: Visit = nothing
) -> tuple[Checkpoint, bytes]:
    """Read the whole log and compute its root. Returns what the checkpoint says, and its bytes.

    `seen` is the checkpoint of an earlier look; `visit` is given the entries, a tile at a time. Raises Contradiction, naming the
    entry or tile; BadNote for a bad signature; NotFound for a file that is missing.
    """
    signed = needed(source, CHECKPOINT)
    told = opened(signed, verifiers)
    if seen is not None:
        _refuse_other(seen, told)
    frontier = Frontier()
    _compare_seen(seen, frontier)
    for first, entries in tiles_of_entries(source, told.size):
        hashes = [leaf_hash(entry) for entry in entries]
        _compare_tile(source, first, hashes, min(TILE, told.size - first))
        for each in hashes:
            frontier.append(each)
            _compare_seen(seen, frontier)
        visit(first, entries)
    if frontier.root != told.root:
        raise Contradiction(N_("由全部条目算出的根和检查点的不一致（%(size)d 条）"), size=told.size)
    return told, signed


def _refuse_other(seen: Checkpoint, told: Checkpoint) -> None:
    if seen.origin != told.origin:
        raise Contradiction(
            N_("这是另一个日志：从前看到的是 %(before)s，现在是 %(now)s"), before=seen.origin, now=told.origin
        )
    if told.size < seen.size:
        raise Contradiction(
            N_("日志变短了：从前看到 %(before)d 条，现在只有 %(now)d 条"), before=seen.size, now=told.size
        )


def _compare_seen(seen: Checkpoint | None, frontier: Frontier) -> None:
    if seen is not None and seen.size == frontier.size and seen.root != frontier.root:
        raise Contradiction(N_("日志的前 %(size)d 条和从前看到的不是同一份：有人改写过历史"), size=seen.size)


def _compare_tile(source: Source, first: int, hashes: list[bytes], width: int) -> None:
    """The served hashes are those of the served entries. A partial tile may be gone when its whole tile is there."""
    number = first // TILE
    if len(hashes) != width:
        raise Contradiction(N_("第 %(position)d 条起的条目块缺了条目"), position=first + len(hashes))
    found = source.read(tile_path(0, number, width)) or needed(source, tile_path(0, number))
    for n, each in enumerate(hashes):
        if found[32 * n : 32 * n + 32] != each:
            raise Contradiction(N_("第 %(position)d 条和它的哈希不一致"), position=first + n)
