"""The readers of each unit: who looked at it, under the pseudonym of the day, and when last.

One row a reader and day, however often the reader looks. So what a look costs does not grow with the looks at its unit:
the reader's own row is found by its key, and of the others only the latest are read (`are_many`).
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast

import sqlalchemy as sa

from ..db import jsonrows
from ..models import UnitReader
from ..policy.clones import CloneRule
from .visits import Last, Unit, Visit

NETWORK = 8  # hexadecimal digits of a pseudonym that stand for the reader's network; the others for the reader in it
CLOCKS = timedelta(minutes=5)  # a look later than this was written by a clock that was wrong

_READERS = cast(sa.Table, UnitReader.__table__)
_KEY = (_READERS.c.batch_id, _READERS.c.ordinal, _READERS.c.client)
_MEETING_TEXT = """ON CONFLICT (batch_id, ordinal, client) DO UPDATE SET before_at = unit_readers.at,
    at = CASE WHEN unit_readers.at > excluded.at THEN unit_readers.at ELSE excluded.at END,
    region = CASE WHEN unit_readers.region = '' THEN excluded.region ELSE unit_readers.region END
    RETURNING batch_id, ordinal, client, before_at"""
_MEETING = {
    dialect: jsonrows.insert(dialect, (*_KEY, _READERS.c.at, _READERS.c.region), _MEETING_TEXT).columns(
        *_KEY, _READERS.c.before_at
    )
    for dialect in jsonrows.DIALECTS
}


def meet(connection: sa.Connection, people: Sequence[Visit]) -> Last:
    """Note these looks, and tell when each reader had looked at the unit before them. One who had not is left out.

    The rows are locked in one order, so two processes cannot wait for each other, and a look that another process notes
    at this moment is seen.
    """
    if not people:
        return {}
    yesterday = _yesterday(connection, people)  # before a look of theirs from before midnight is noted here
    latest = {(*visit.unit, visit.client): (visit.at, visit.region) for visit in people}
    rows = jsonrows.rows_of((*key, *latest[key]) for key in sorted(latest))
    found = connection.execute(_MEETING[connection.dialect.name], {"rows": rows})
    return {((row[0], row[1]), row[2]): row[3] for row in found if row[3]} | yesterday


def _yesterday(connection: sa.Connection, people: Sequence[Visit]) -> dict[tuple[Unit, str], datetime]:
    """When those who may go on with a look from before midnight had looked last. Empty but for half an hour a day."""
    keys = {(*visit.unit, visit.before) for visit in people if visit.before != visit.client}
    if not keys:
        return {}
    found = connection.execute(sa.select(*_KEY, _READERS.c.at).where(sa.tuple_(*_KEY).in_(keys)))
    return {((row[0], row[1]), row[2]): row[3] for row in found}


def move(connection: sa.Connection, unit: Unit, client: str, region: str) -> bool:
    """Say where a reader of a unit is. False for one who has not looked at it."""
    key = _READERS.c.batch_id == unit[0], _READERS.c.ordinal == unit[1], _READERS.c.client == client
    return bool(connection.execute(sa.update(_READERS).where(*key).values(region=region)).rowcount)


_LATEST = (
    sa.select(sa.func.substr(_READERS.c.client, 1, NETWORK))
    .where(
        _READERS.c.batch_id == sa.bindparam("batch"),
        _READERS.c.ordinal == sa.bindparam("unit"),
        _READERS.c.at.between(sa.bindparam("since"), sa.bindparam("until")),
    )
    .order_by(_READERS.c.at.desc())
    .limit(sa.bindparam("most"))
)


def are_many(connection: sa.Connection, unit: Unit, rule: CloneRule, now: datetime, of_a_network: int) -> bool:
    """Whether so many different readers looked at this unit lately that its code is likely copied. `now` is aware UTC.

    Of one network only a few count (`CloneRule`). `of_a_network` is how many readers a network can have at most in a day:
    so `rule.readers` times as many rows, the latest, are enough to be sure.
    """
    lately = {"since": now - timedelta(hours=rule.hours), "until": now + CLOCKS, "most": rule.readers * of_a_network}
    found = connection.scalars(_LATEST, {"batch": unit[0], "unit": unit[1]} | lately)
    return sum(min(count, rule.per_network) for count in Counter(found).values()) >= rule.readers
