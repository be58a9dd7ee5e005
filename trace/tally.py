"""Counting many looks at once: requests of one process wait together for one commit.

A look is written down for good before its answer goes out, yet a commit with its flush to the disk is shared by all
who came in the meantime. Where counting fails (full disk, locked database) the page says so and claims no count.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from queue import SimpleQueue
from threading import Event, Lock, Thread

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .clock import day_of
from .counting import Reader, pseudonym
from .db import Database
from .models import Scan, UnitScans, Visitor

log = logging.getLogger("yipin.tally")
AT_ONCE = 200  # looks in one transaction at most
PATIENCE = 10.0  # seconds a request waits for its commit
Unit = tuple[int, int]  # batch, ordinal


@dataclass(frozen=True)
class Seen:
    """A unit's total after a look: how many people looked, and when first."""

    batch_id: int
    ordinal: int
    scans: int
    first_at: datetime


@dataclass
class _Look:
    reader: Reader
    unit: Unit
    verdict: str
    at: datetime
    seen: Seen | None = None
    failed: bool = False
    done: Event = field(default_factory=Event)


class NotCounted(Exception):
    """The look could not be written down."""


class Tally:
    """The counting desk of one process: one thread, one transaction at a time."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._queue: SimpleQueue[_Look] = SimpleQueue()
        self._starting = Lock()
        self._thread: Thread | None = None

    def count(self, reader: Reader, unit: Unit, verdict: str, at: datetime) -> Seen | None:
        """Write a look down and return the unit's total with it (None: nobody but robots has looked).

        Raises NotCounted when it could not be written.
        """
        self._start()
        look = _Look(reader, unit, verdict, at)
        self._queue.put(look)
        if not look.done.wait(PATIENCE) or look.failed:
            raise NotCounted
        return look.seen

    def _start(self) -> None:
        """The thread begins with the first look: a server process forks before that."""
        if self._thread is None:
            with self._starting:
                if self._thread is None:
                    self._thread = Thread(target=self._work, name="tally", daemon=True)
                    self._thread.start()

    def _work(self) -> None:
        while True:
            looks = [self._queue.get()]
            while len(looks) < AT_ONCE and not self._queue.empty():
                looks.append(self._queue.get())
            self._settle(looks)

    def _settle(self, looks: list[_Look]) -> None:
        """Write a group down; a rare clash with another process (the same new unit) is tried once more."""
        for attempt in (1, 2, 3):
            try:
                with self._db.turn(), self._db.write.begin() as session:
                    _write(session, looks)
                break
            except (sa.exc.IntegrityError, sa.exc.OperationalError) as error:
                if attempt == 3:
                    log.error("looks not counted: %s", error.orig)
                    _fail(looks)
            except Exception:
                log.exception("looks not counted")
                _fail(looks)
                break
        for look in looks:
            look.done.set()


def _fail(looks: list[_Look]) -> None:
    for look in looks:
        look.failed = True


_TABLE = UnitScans.__table__
_RAISE = (
    sa.update(_TABLE)  # type: ignore[arg-type]
    .where(_TABLE.c.batch_id == sa.bindparam("batch"), _TABLE.c.ordinal == sa.bindparam("unit"))
    .values(scans=sa.bindparam("total"), last_at=sa.bindparam("last"))
)


def _write(session: Session, looks: Sequence[_Look]) -> None:
    rows = [{"batch_id": look.unit[0], "ordinal": look.unit[1], "at": look.at, "visitor": look.reader.visitor,
             "verdict": look.verdict, "client": pseudonym(session, look.reader, day_of(look.at))} for look in looks]  # fmt: skip
    connection = session.connection()
    connection.execute(sa.insert(Scan.__table__), rows)  # type: ignore[arg-type]
    totals = _totals(session, sorted({look.unit for look in looks}))
    known = set(totals)
    for look in looks:
        _look_at(totals, look)
    changed = {look.unit for look in looks if look.reader.visitor is Visitor.PERSON}
    raised = [_as_raised(totals[unit], looks[-1].at) for unit in sorted(changed & known)]
    fresh = [_as_fresh(totals[unit], looks[-1].at) for unit in sorted(changed - known)]
    if raised:
        connection.execute(_RAISE, raised)
    if fresh:
        connection.execute(sa.insert(_TABLE), fresh)  # type: ignore[arg-type]


def _totals(session: Session, units: list[Unit]) -> dict[Unit, Seen]:
    """The totals so far, locked in one order so that two processes cannot wait for each other."""
    columns = (UnitScans.batch_id, UnitScans.ordinal, UnitScans.scans, UnitScans.first_at)
    wanted = sa.tuple_(UnitScans.batch_id, UnitScans.ordinal).in_(units)
    rows = session.execute(
        sa.select(*columns).where(wanted).order_by(UnitScans.batch_id, UnitScans.ordinal).with_for_update()
    )
    return {(row.batch_id, row.ordinal): Seen(*row) for row in rows}


def _look_at(totals: dict[Unit, Seen], look: _Look) -> None:
    before = totals.get(look.unit)
    if look.reader.visitor is Visitor.PERSON:
        scans, first = (before.scans + 1, before.first_at) if before else (1, look.at)
        totals[look.unit] = Seen(*look.unit, scans, first)
    look.seen = totals.get(look.unit)


def _as_raised(seen: Seen, last: datetime) -> dict[str, object]:
    return {"batch": seen.batch_id, "unit": seen.ordinal, "total": seen.scans, "last": last}


def _as_fresh(seen: Seen, last: datetime) -> dict[str, object]:
    return {"batch_id": seen.batch_id, "ordinal": seen.ordinal, "scans": seen.scans, "first_at": seen.first_at,
            "last_at": last}  # fmt: skip
