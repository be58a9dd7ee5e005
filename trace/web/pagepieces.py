"""The pieces of a unit's page that change more often than the page: the verdict, and the line of the public count.

Each is drawn once for all pages that carry it. A hold therefore needs no page drawn anew, and neither does a new count.
"""

import re
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from flask import Flask, render_template

from ..indicators.board import Progress
from ..scan.looks import Seen
from ..scan.pack import Pack
from ..scan.verdicts import VERDICT_WORDS

MOST_KEPT = 2_000  # about 1 kB each
# Private-use characters mark the open places. No name in the record may hold one (`fields.line`).
MOOD, BAND, STAMP, STEPS, DAY, COUNT, WRONG = (f"\ue000{letter}\ue001" for letter in "mbtldcw")
OPEN = {"mood": MOOD, "band": BAND, "stamp": STAMP, "steps": STEPS, "day": DAY, "count": COUNT, "wrong": WRONG}
Pieces = dict[str, bytes]
Name = tuple[object, ...]


class PagePieces:
    """The pieces that one process has drawn. The one that was not asked for longest is forgotten first."""

    def __init__(self, app: Flask, most: int = MOST_KEPT) -> None:
        self._app, self._most, self._lock = app, most, Lock()
        self._kept: OrderedDict[Name, Pieces] = OrderedDict()

    def verdict(self, language: str, pack: Pack, seen: Seen | None) -> Pieces:
        """What the verdict puts into the open places of a page, by their marks. The day is empty on sale."""
        name = ("verdict", language, *pack.likeness_of_verdict(seen))
        return self._piece(name, lambda: self._drawn(language, answer=pack.verdict_answer(seen)))

    def count(self, language: str, line: Progress | None) -> Pieces:
        """The public count, or nothing before the first."""
        return self._piece(("count", language, line), lambda: self._drawn(language, progress=line))

    def _piece(self, name: Name, draw: Callable[[], Pieces]) -> Pieces:
        with self._lock:
            if (kept := self._kept.get(name)) is not None:
                self._kept.move_to_end(name)
                return kept
        drawn = draw()
        with self._lock:
            self._kept[name] = drawn
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return drawn

    def _drawn(self, language: str, **values: object) -> Pieces:
        """Drawn outside any request: the door of the server has none."""
        with self._app.test_request_context(f"/?lang={language}"):
            page = render_template("public/_pieces.html", words=VERDICT_WORDS, marks=OPEN, **values)
        parts = re.split(PLACE, page)
        return {mark: piece.encode() for mark, piece in zip(parts[1::2], parts[2::2], strict=True)}


PLACE = re.compile("(\ue000[a-z]\ue001)")
