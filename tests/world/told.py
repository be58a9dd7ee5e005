"""What somebody was told."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from yipin.access.actor import Actor
from yipin.models import Notification


def lines(session: Session, actor: Actor) -> list[Notification]:
    """The lines of an inbox, the newest first."""
    mine = sa.select(Notification).where(Notification.account_id == actor.account_id)
    return list(session.scalars(mine.order_by(Notification.event_id.desc())))
