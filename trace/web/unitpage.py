"""The page of a unit: drawn once for a batch and a verdict, and filled in for each pack that is scanned.

Three seconds on a slow network begin with a server that does not draw the same page again for every pack. What
differs from pack to pack (its number, how often it was scanned, its own address) is left open in the drawn page and
filled in; everything else follows from the batch's facts, and a page whose facts have changed is drawn anew.
"""

import zlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock

from flask import g, request

from ..card import Answer
from ..facts import BatchFacts
from .language import chosen, moment

MOST_KEPT = 20_000  # pages, about 3 kB each as they are kept
# Private-use characters, which no name in the record may hold (inputs.line), mark the open places.
UNIT, SCANS, FIRST, PATH = (f"\ue000{letter}\ue001" for letter in "usfp")
Draw = Callable[[Answer], str]
Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class _Kept:
    facts: BatchFacts
    page: bytes  # compressed


class UnitPages:
    """The drawn pages of one process."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most, self._lock = most, Lock()
        self._kept: OrderedDict[Key, _Kept] = OrderedDict()

    def page(self, answer: Answer, facts: BatchFacts, draw: Draw) -> str:
        """The page of an answer, drawn by `draw` if there is none for these facts yet."""
        assert answer.card is not None
        way = tuple((step.day, str(step.what)) for step in answer.steps)
        key = (chosen(), facts.batch_id, answer.verdict, answer.reason.values.get("why"), answer.key_number,
               answer.facts_at_issue, way, answer.scans is None, answer.first_scan is None,
               answer.kind)  # fmt: skip
        kept = self._kept.get(key)
        if kept is None or kept.facts != facts:
            kept = _Kept(facts, zlib.compress(_open(answer, draw).encode("utf-8"), 6))
            self._keep(key, kept)
        page = zlib.decompress(kept.page).decode("utf-8")
        for place, value in _values(answer):
            page = page.replace(place, value)
        return page

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
    g.path = PATH  # the address of this very page, in the links to the other language
    try:
        return draw(replace(answer, **places))  # type: ignore[arg-type]
    finally:
        del g.path


def _values(answer: Answer) -> list[tuple[str, str]]:
    assert answer.card is not None
    return [(UNIT, str(answer.card.unit)), (SCANS, str(answer.scans)), (FIRST, moment(answer.first_scan)),
            (PATH, request.path)]  # fmt: skip
