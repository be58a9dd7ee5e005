"""Step 5, audit: the officer's hand on a batch (hold, release, recall) and the log in which every act is told.

A hold (冻结) can be released again; a recall (召回) is final. Both are seen by the very next scan.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..access.visibility import visible
from ..models import Account, Audited, Batch, Event, tell
from ..paging import PAGE


def record(
    session: Session, actor: Actor, action: str, subject: Audited, reason: str | None = None, **data: Any
) -> None:
    """Write the event of a change to `subject`, in the change's own transaction."""
    event = Event(
        at=actor.at,
        actor_id=actor.account_id,
        actor_name=actor.name,
        actor_role=actor.role or ("command" if actor.name else "public"),
        action=action,
        reason=reason,
        data=data,
    )
    tell(session, event, subject)


def events_of(session: Session, *subjects: Audited) -> Sequence[Event]:
    """The events of these objects, oldest first."""
    theirs = [sa.and_(Event.object_kind == row.__tablename__, Event.object_id == row.id) for row in subjects]
    return session.scalars(sa.select(Event).where(sa.or_(*theirs)).order_by(Event.id)).all() if theirs else []


def latest_events(session: Session, actor: Actor, page: int = 1) -> Sequence[Event]:
    """One page of the log, newest first."""
    return session.scalars(events_found(actor).limit(PAGE).offset((page - 1) * PAGE)).all()


def events_found(actor: Actor) -> sa.Select[Event]:
    """The log, newest first: the whole city's for the city and the administrator, for a county officer what
    its own people did and what happened to its batches."""
    rows = sa.select(Event)
    if actor.county is not None:
        mine = visible(actor, Batch).with_only_columns(Batch.id)
        people = sa.select(Account.id).where(Account.county == actor.county)
        rows = rows.where(
            sa.or_(sa.and_(Event.object_kind == "batches", Event.object_id.in_(mine)), Event.actor_id.in_(people))
        )
    return rows.order_by(Event.id.desc())
