"""Step 5, audit: the officer's hand on a batch (hold, release, recall) and the log in which every act is told.

A hold (冻结) can be released again; a recall (召回) is final. Both are seen by the very next scan.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..models import AccessNote, Action, Audited, Event, Job, tell
from ..notices import outbox


def event(actor: Actor, action: Action, reason: str | None = None, **data: object) -> Event:
    """The event of an act, not yet of any object. The role is the account's; without one it is `command` or `public`."""
    return Event(
        at=actor.at,
        actor_id=actor.account_id,
        actor_name=actor.name,
        actor_role=actor.role or ("command" if actor.name else "public"),
        actor_county=actor.county,
        action=action.value,
        reason=reason,
        data=data,
    )


def record(
    session: Session,
    actor: Actor,
    action: Action,
    subject: Audited | Job | AccessNote,
    reason: str | None = None,
    **data: object,
) -> None:
    """Write the event of a change to `subject`, in the change's own transaction, and tell those whom it concerns."""
    told = event(actor, action, reason, **data)
    tell(session, told, subject)
    outbox.put(session, told)


def events_of(session: Session, *subjects: Audited) -> Sequence[Event]:
    """The events of these objects, oldest first."""
    theirs = [sa.and_(Event.object_kind == row.__tablename__, Event.object_id == row.id) for row in subjects]
    return session.scalars(sa.select(Event).where(sa.or_(*theirs)).order_by(Event.id)).all() if theirs else []
