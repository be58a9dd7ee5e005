"""The events of a record that was in use before it had a log: they get their entries when the log is first appended to, some at a
time and in their order, so that they become the first leaves."""

import sqlalchemy as sa

from ..db import Database
from ..db.columns import Base
from ..models import Event, LogDue, LogSequencer
from ..models.log_entries import AT_ONCE, enter_all
from . import lease


def enter_some(db: Database, token: int) -> bool:
    """Write the entries of the next old events. False when none are left."""
    with db.transaction(writes=True) as session:
        row = lease.held(session, token)
        if row.old_last is None:
            return False
        some = sa.select(Event.id).where(Event.id > row.old_done, Event.id <= row.old_last)
        ids = session.scalars(some.order_by(Event.id).limit(AT_ONCE)).all()
        connection = session.connection()
        enter_all(connection, Event.__table__, ids, Base.metadata.tables)
        if ids:
            connection.execute(sa.insert(LogDue), [{"event_id": number} for number in ids])
            row.old_done = ids[-1]
        if len(ids) < AT_ONCE:
            row.old_last = None
        return row.old_last is not None


def are_left() -> sa.ColumnElement[bool]:
    """The condition that an event is one of those that wait for their entries."""
    row = sa.select(LogSequencer.id).where(Event.id > LogSequencer.old_done, Event.id <= LogSequencer.old_last)
    return row.exists()
