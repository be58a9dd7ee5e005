"""The page of a unit: drawn once for packs that are alike, then filled in for each pack that is scanned.

A scan must be answered within three seconds on a slow network, so the server does not draw the same page again for
every pack. A drawn page has open places: for what the verdict and the public count put there (`pagepieces`), and for what
differs between packs, which is the number, the count of scans, the address. Everything else follows from the facts of the
batch. When these change, the page is drawn anew.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from threading import Lock

from flask import g

from ..clock import day_of, now
from ..indicators.board import Progress
from ..scan.answer import Answer
from ..scan.batch_facts import BatchFacts
from ..scan.counting import Counting
from ..scan.looks import Seen
from ..scan.pack import Pack
from .language import day_in, moment_in
from .pagepieces import DAY, OPEN, PLACE, PagePieces

COUNTED = "yipin.counted"  # in a request's surroundings: the look, where the server counted it before the page is drawn
MOST_KEPT = 4_000  # pages, about 26 kB each
UNIT, READERS, DAYS, FIRST, PATH, MOMENT = (f"\ue000{letter}\ue001" for letter in "urnfpa")
MOST_FILLINGS = 8  # of one page: with which verdict and count
Draw = Callable[[Answer, Mapping[str, str]], str]
Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One pack's page in one language. `seen` are the looks that are written. The page shows a figure if this one is.
    `line` is the public count."""

    language: str
    path: str
    pack: Pack
    seen: Seen | None
    how: Counting
    line: Progress | None = None

    @property
    def key(self) -> Key:
        """Pages with equal keys and equal facts are the same but for their open places."""
        return (self.language, self.how, self.seen is None, self.pack.likeness)

    @property
    def filling(self) -> Key:
        """Pages with equal keys and equal fillings are the same but for what belongs to the single pack."""
        return (self.line, *self.pack.likeness_of_verdict(self.seen))

    @property
    def values(self) -> dict[str, bytes]:
        """What is filled in for the single pack."""
        seen = self.seen
        first = day_in(self.language, day_of(seen.first_at)) if seen else ""
        return {
            UNIT: b"%d" % (self.pack.ordinal + 1),
            READERS: b"%d" % (seen.readers if seen else 0),
            DAYS: b"%d" % (seen.days if seen else 0),
            FIRST: first.encode(),
            PATH: self.path.encode(),
            MOMENT: moment_in(self.language, now()).encode(),
        }


@dataclass(frozen=True, slots=True)
class _Cut:
    """A page cut at its open places."""

    pieces: tuple[bytes, ...]  # one more than places
    places: tuple[str, ...]

    def filled(self, values: Mapping[str, bytes]) -> bytes:
        """The whole page."""
        parts = [self.pieces[0]]
        for place, piece in zip(self.places, self.pieces[1:], strict=True):
            parts += (values[place], piece)
        return b"".join(parts)

    def partly(self, values: Mapping[str, bytes]) -> "_Cut":
        """The page with some of its places filled, cut at the others."""
        pieces, places = [self.pieces[0]], []
        for place, piece in zip(self.places, self.pieces[1:], strict=True):
            if place in values:
                pieces[-1] += values[place] + piece
            else:
                pieces.append(piece)
                places.append(place)
        return _Cut(tuple(pieces), tuple(places))


@dataclass(frozen=True, slots=True)
class _Kept:
    facts: BatchFacts
    cut: _Cut
    fillings: dict[Key, _Cut] = field(default_factory=dict)


class UnitPages:
    """The drawn pages of one process. The page that was not asked for longest is forgotten first."""

    def __init__(self, pieces: PagePieces, most: int = MOST_KEPT) -> None:
        self._pieces, self._most, self._lock = pieces, most, Lock()
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
        return self._filled(kept, wanted)

    def page(self, wanted: Wanted, answer: Answer, draw: Draw) -> bytes:
        """The page. When none is drawn yet for these facts, `draw` draws it."""
        if (page := self.kept(wanted)) is not None:
            return page
        parts = PLACE.split(_open(wanted.pack, answer, draw))
        kept = _Kept(wanted.pack.facts, _Cut(tuple(piece.encode() for piece in parts[::2]), tuple(parts[1::2])))
        self._keep(wanted.key, kept)
        return self._filled(kept, wanted)

    def _filled(self, kept: _Kept, wanted: Wanted) -> bytes:
        cut = kept.fillings.get(wanted.filling)
        if cut is None:
            cut = kept.cut.partly(self._pieces_of(wanted))
            if len(kept.fillings) >= MOST_FILLINGS:
                kept.fillings.clear()
            kept.fillings[wanted.filling] = cut
        return cut.filled(wanted.values)

    def _pieces_of(self, wanted: Wanted) -> dict[str, bytes]:
        language, pack = wanted.language, wanted.pack
        verdict, count = self._pieces.verdict(language, pack, wanted.seen), self._pieces.count(language, wanted.line)
        last = verdict[DAY] or day_in(language, pack.own_steps[-1].day).encode()
        return verdict | count | {DAY: last}

    def _keep(self, key: Key, kept: _Kept) -> None:
        with self._lock:
            self._kept[key] = kept
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)


def _open(pack: Pack, answer: Answer, draw: Draw) -> str:
    """The page with its places left open."""
    assert answer.card is not None
    places: dict[str, object] = {"card": replace(answer.card, unit=UNIT), "steps": pack.own_steps}  # type: ignore[arg-type]
    if answer.readers is not None:
        places |= {"readers": READERS, "days": DAYS}
    if answer.first_scan is not None:
        places |= {"first_scan": FIRST}
    g.path, g.moment = (
        PATH,
        MOMENT,
    )  # the page's own address, in the links to the other language; and when it was asked for
    try:
        return draw(replace(answer, **places), OPEN)  # type: ignore[arg-type]
    finally:
        del g.path, g.moment
