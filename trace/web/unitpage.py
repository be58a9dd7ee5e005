"""The page of a unit: drawn once for packs that are alike, then filled in for each pack that is scanned.

A scan must be answered within three seconds on a slow network, so the server does not draw the same page again for
every pack. A drawn page has open places for what differs between packs: the number, the count of scans, the address.
Everything else follows from the facts of the batch. When these change, the page is drawn anew.
"""

import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock

from flask import g

from ..scan.answer import Answer
from ..scan.batch_facts import BatchFacts
from ..scan.counting import Counting
from ..scan.looks import Seen
from ..scan.pack import Pack, copied
from .language import moment_in

COUNTED = "yipin.counted"  # in a request's surroundings: the look, where the server counted it before the page is drawn
MOST_KEPT = 4_000  # pages, about 13 kB each
# Private-use characters mark the open places. No name in the record may hold one (`fields.line`).
UNIT, SCANS, FIRST, PATH = PLACES = tuple(f"\ue000{letter}\ue001" for letter in "usfp")
Draw = Callable[[Answer], str]
Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One pack's page in one language. `seen` are the looks that are written. The page shows a figure if this one is."""

    language: str
    path: str
    pack: Pack
    seen: Seen | None
    how: Counting

    @property
    def key(self) -> Key:
        """Pages with equal keys and equal facts are the same but for their open places."""
        return (self.language, self.how, self.seen is None, copied(self.pack.verdict, self.seen), self.pack.likeness)

    @property
    def values(self) -> dict[str, bytes]:
        """What is filled into each open place."""
        seen = self.seen
        first = moment_in(self.language, seen.first_at) if seen else ""
        return {
            UNIT: b"%d" % (self.pack.ordinal + 1),
            SCANS: b"%d" % (seen.scans if seen else 0),
            FIRST: first.encode(),
            PATH: self.path.encode(),
        }


@dataclass(frozen=True, slots=True)
class _Kept:
    facts: BatchFacts
    pieces: tuple[bytes, ...]  # one more than places
    places: tuple[str, ...]


class UnitPages:
    """The drawn pages of one process. The page that was not asked for longest is forgotten first."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most, self._lock = most, Lock()
        self._kept: OrderedDict[Key, _Kept] = OrderedDict()

    def kept(self, wanted: Wanted) -> bytes | None:
        """The page, or None when none is drawn yet for these facts."""
        key = wanted.key
        with self._lock:
            kept = self._kept.get(key)
            if kept is None:
                return None
            self._kept.move_to_end(key)
        if kept.facts is not wanted.pack.facts:
            if kept.facts != wanted.pack.facts:
                return None
            self._keep(key, replace(kept, facts=wanted.pack.facts))
        return _filled(kept, wanted.values)

    def page(self, wanted: Wanted, answer: Answer, draw: Draw) -> bytes:
        """The page. When none is drawn yet for these facts, `draw` draws it."""
        if (page := self.kept(wanted)) is not None:
            return page
        kept = _cut(wanted.pack.facts, _open(answer, draw))
        self._keep(wanted.key, kept)
        return _filled(kept, wanted.values)

    def _keep(self, key: Key, kept: _Kept) -> None:
        with self._lock:
            self._kept[key] = kept
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)


def _open(answer: Answer, draw: Draw) -> str:
    """The page with its places left open."""
    assert answer.card is not None
    places: dict[str, object] = {"card": replace(answer.card, unit=UNIT)}  # type: ignore[arg-type]
    if answer.scans is not None:
        places |= {"scans": SCANS}
    if answer.first_scan is not None:
        places |= {"first_scan": FIRST}
    g.path = PATH  # the page's own address, which stands in the links to the other language
    try:
        return draw(replace(answer, **places))  # type: ignore[arg-type]
    finally:
        del g.path


def _cut(facts: BatchFacts, page: str) -> _Kept:
    parts = re.split("(" + "|".join(PLACES) + ")", page)
    return _Kept(facts, tuple(piece.encode() for piece in parts[::2]), tuple(parts[1::2]))


def _filled(kept: _Kept, values: dict[str, bytes]) -> bytes:
    filled = [kept.pieces[0]]
    for place, piece in zip(kept.places, kept.pieces[1:], strict=True):
        filled += (values[place], piece)
    return b"".join(filled)
