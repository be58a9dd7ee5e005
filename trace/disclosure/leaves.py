"""Where the public log holds the events that rows of open data tell of."""

from collections.abc import Collection, Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..models import Action, Audited, Event, LogPosition, LogSequencer

AT_ONCE = 1_000  # numbers in one question


def leaf_of(session: Session, events: Collection[int]) -> Mapping[int, int]:
    """By the number of an event, the index of its leaf. An event that is not published yet is left out."""
    size = sa.select(LogSequencer.size).scalar_subquery()
    rows = sa.select(LogPosition.event_id, LogPosition.position).where(LogPosition.position < size)
    wanted, found = sorted(events), dict[int, int]()
    for start in range(0, len(wanted), AT_ONCE):
        some = rows.where(LogPosition.event_id.in_(wanted[start : start + AT_ONCE]))
        found |= {event: position for event, position in session.execute(some)}
    return found


def leaves_of(session: Session, kind: type[Audited], *actions: Action, first: bool = False) -> Mapping[int, int]:
    """By the number of a row, the leaf of the last event (or the `first`) that tells of one of these acts on it."""
    which = sa.func.min if first else sa.func.max
    rows = sa.select(Event.object_id, which(Event.id)).group_by(Event.object_id)
    told = session.execute(rows.where(Event.object_kind == kind.__tablename__, Event.action.in_(actions)))
    events = {number: event for number, event in told}
    leaves = leaf_of(session, events.values())
    return {number: leaves[event] for number, event in events.items() if event in leaves}
