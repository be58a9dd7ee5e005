"""Deletion by right: the salt of an entry is destroyed. What was sealed can never be shown again, and every proof stays what it was."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .. import fields
from ..access.actor import Actor
from ..audit import log
from ..errors import N_, Conflict
from ..models import Action, Event, LogSalt, tell


def forget(session: Session, actor: Actor, event: Event, reason: str) -> None:
    """Destroy the salt of an event's entry; an act of its own says so, by which the monitor knows that nothing was stolen.

    Raises Invalid without a reason, Conflict when it is gone already.
    """
    why = fields.reason(reason)
    gone = session.execute(sa.delete(LogSalt).where(LogSalt.event_id == event.id).returning(LogSalt.event_id)).first()
    if gone is None:
        raise Conflict(N_("这一条的盐已经销毁"))
    tell(session, log.event(actor, Action.LOG_FORGET, why, of=event.id), event)
