"""The parts of a status bundle as bytes: batches by county with how they stand, void packs by batch.

A part is a row of groups in rising order of their heads; a group is its head in six bytes and a list of `rice`. Of `batches` the head
is the county (GB/T 2260) and the tag of a batch's number how it stands (`State`). Of `voids` the head is the batch's number, and the
list holds the numbers of its void packs as their codes carry them, without a tag.
"""

from collections.abc import Iterable, Mapping
from enum import IntEnum

from . import rice

HEAD = 6  # bytes
TAG_BITS = 2
Batch = tuple[int, int]
"""County and number of a batch, as its codes carry them."""


class State(IntEnum):
    """How a batch of the list stands. A full list never says `LISTED_NO_MORE`; a change from one list to the next may."""

    LISTED_NO_MORE = 0
    HELD = 1
    RECALLED = 2
    WITHDRAWN = 3


Standings = Mapping[Batch, State]
Voids = Mapping[int, frozenset[int]]


def batches_part(standings: Standings) -> bytes:
    """The bytes of batches and how they stand."""
    counties: dict[int, list[rice.Entry]] = {}
    for (county, number), state in sorted(standings.items()):
        counties.setdefault(county, []).append((number, int(state)))
    return _groups(counties, TAG_BITS)


def read_batches(raw: bytes) -> dict[Batch, State]:
    """The inverse of `batches_part`. Raises BadBundle."""
    groups = _read(raw, TAG_BITS)
    return {(county, number): State(tag) for county, entries in groups.items() for number, tag in entries}


def voids_part(voids: Voids) -> bytes:
    """The bytes of the void packs of batches."""
    return _groups({batch: [(unit, 0) for unit in sorted(units)] for batch, units in sorted(voids.items()) if units}, 0)


def read_voids(raw: bytes) -> dict[int, frozenset[int]]:
    """The inverse of `voids_part`. Raises BadBundle."""
    return {batch: frozenset(unit for unit, _ in entries) for batch, entries in _read(raw, 0).items()}


def changes(before: Standings, after: Standings) -> dict[Batch, State]:
    """What makes the later standings of the earlier ones."""
    gone = {batch: State.LISTED_NO_MORE for batch in before if batch not in after}
    return gone | {batch: state for batch, state in after.items() if before.get(batch) is not state}


def changed(before: Standings, told: Standings) -> dict[Batch, State]:
    """The standings after the changes, the inverse of `changes`."""
    both = {**before, **told}
    return {batch: state for batch, state in both.items() if state is not State.LISTED_NO_MORE}


def _groups(groups: Mapping[int, Iterable[rice.Entry]], tag_bits: int) -> bytes:
    return b"".join(
        head.to_bytes(HEAD, "big") + rice.encode(list(entries), tag_bits) for head, entries in groups.items()
    )


def _read(raw: bytes, tag_bits: int) -> dict[int, list[rice.Entry]]:
    groups: dict[int, list[rice.Entry]] = {}
    at, last = 0, -1
    while at < len(raw):
        head = int.from_bytes(raw[at : at + HEAD], "big")
        entries, at = rice.decode(raw, at + HEAD, tag_bits)
        if head <= last or not entries:
            raise rice.broken()
        groups[head], last = entries, head
    return groups
