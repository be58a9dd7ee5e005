"""Who may give positions now: one process at a time, by a lease in the record.

Every write of the holder names its token. One that was stopped and comes back later has an old token, and writes nothing. On
PostgreSQL the moments are the server's, so that machines need not agree on the time.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .. import clock
from ..db import Database
from ..models import LogSequencer

LEASE = timedelta(seconds=30)


class Lost(Exception):
    """Another process gives the positions now."""


def take(db: Database, worker: str) -> int | None:
    """The token of a new lease; None while another worker holds one. A moment that lies further off than any that we write is
    not believed: the clock was wrong then."""
    with db.transaction(writes=True) as session:
        row, now = _row(session), _now(session)
        is_held = row.until is not None and now < row.until <= now + 2 * LEASE
        if is_held and row.worker != worker:
            return None
        row.worker, row.token, row.until = worker, row.token + 1, now + LEASE
        return row.token


def held(session: Session, token: int) -> LogSequencer:
    """The row of the lease, locked and renewed, in a transaction of its holder. Raises Lost."""
    row = _row(session)
    if row.token != token:
        raise Lost
    row.until = _now(session) + LEASE
    return row


def give_back(db: Database, token: int) -> None:
    """Let the next one take it at once."""
    with db.transaction(writes=True) as session:
        session.execute(sa.update(LogSequencer).where(LogSequencer.token == token).values(until=None))


def _row(session: Session) -> LogSequencer:
    return session.scalars(sa.select(LogSequencer).with_for_update()).one()


def _now(session: Session) -> datetime:
    if session.get_bind().dialect.name == "sqlite":
        return clock.now()
    found: datetime = session.scalars(sa.select(sa.func.clock_timestamp())).one()
    return found
