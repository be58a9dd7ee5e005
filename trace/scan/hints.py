"""Which number on record was meant by one that was mistyped: "是不是 …BQ46？"

Whoever asks too often gets the refusal without a hint, so that nobody reads the register by trying numbers. The counts are
kept in the memory of one process, under networks (`looks.Reader`), as long as a window lasts.
"""

from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..codes.idnumber import spaced
from ..codes.nearby import nearby
from ..errors import N_, BadIdNumber, TraceError
from ..models import Batch, Product

WINDOW = timedelta(minutes=10)
MOST, MOST_KEPT = 30, 20_000  # hints of one network in a window; networks
MOST_SHOWN = 3  # of several that fit


class HintLimit:
    """Counts the hints that were given to each network."""

    def __init__(self) -> None:
        self._given: OrderedDict[str, tuple[datetime, int]] = OrderedDict()
        self._lock = Lock()

    def allows(self, network: str, now: datetime) -> bool:
        """Count one mistyped number of this network, and tell whether it may have a hint. `now` is aware UTC."""
        with self._lock:
            since, given = self._given.pop(network, (now, 0))
            if not since <= now < since + WINDOW:
                since, given = now, 0
            self._given[network] = since, given + 1
            while len(self._given) > MOST_KEPT:
                self._given.popitem(last=False)
            return given < MOST


def hinted(
    session: Session, error: TraceError, typed: str, limit: HintLimit, network: str, now: datetime
) -> tuple[TraceError, list[str]]:
    """The refusal of a typed number, and the numbers on record that were perhaps meant (`network` asks, at `now`, UTC)."""
    if not isinstance(error, BadIdNumber) or not limit.allows(network, now):
        return error, []
    numbers = meant(session, typed)
    if not numbers:
        return error, []
    shown = " / ".join(map(spaced, numbers))
    return BadIdNumber(N_("没有这个身份证号。是不是 %(numbers)s？"), numbers=shown), numbers


def meant(session: Session, typed: str) -> list[str]:
    """The numbers of products and batches on record that are one slip away from what was typed, at most three."""
    wanted = nearby(typed)
    if not wanted:
        return []
    numbers = (sa.select(kind.id_number).where(kind.id_number.in_(wanted)) for kind in (Batch, Product))
    return sorted(str(number) for number in session.scalars(sa.union(*numbers)))[:MOST_SHOWN]
