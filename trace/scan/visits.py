"""Which looks count: whoever reloads, changes the language or goes back has looked once.

A reader's looks at a pack are one look as long as no half hour lies between two of them. A reader is known for one day of
Shanghai alone (`looks.Reader`), so who comes back on another day is counted again as a reader.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

Unit = tuple[int, int]
"""A batch's row number, and the unit's ordinal in it, from 0."""

AGAIN = timedelta(minutes=30)


class Visit(NamedTuple):
    """One look of a person. `client` is the reader's pseudonym of its day; `before` is that of the day before, as long as
    a look of that day may go on, and else the same."""

    unit: Unit
    at: datetime
    client: str
    before: str
    region: str = ""  # where the reader is, as far as is known


class Added(NamedTuple):
    """What a look adds to the total of its unit: 0 or 1 each."""

    scans: int
    readers: int


NOTHING = Added(0, 0)  # what a robot's look adds
Last = Mapping[tuple[Unit, str], datetime]
"""When a reader looked at a unit last."""


def added(visits: Iterable[Visit], earlier: Last) -> Iterator[Added]:
    """What each look adds, in their order, after those of `earlier`."""
    last = dict(earlier)
    for visit in visits:
        mine, former = (last.get((visit.unit, client)) for client in (visit.client, visit.before))
        goes_on = any(at is not None and abs(visit.at - at) <= AGAIN for at in (mine, former))
        last[visit.unit, visit.client] = max(visit.at, mine or visit.at)
        yield Added(int(not goes_on), int(mine is None and not goes_on))
