"""The inbox of an account: how much of what it was told is unread, and what was read. `lists.INBOX` shows it."""

import sqlalchemy as sa
from sqlalchemy.orm import QueryableAttribute, Session

from ..access.actor import Actor
from ..models import Account, Notification

MOST_COUNTED = 100  # more are not told apart: 99+


def unread_of(account: sa.ColumnElement[int] | QueryableAttribute[int]) -> sa.ScalarSelect[int]:
    """How many lines of an account are unread, at most `MOST_COUNTED`: asked together with the account at every request,
    so it reads an index of unread lines alone, and a few of them."""
    some = sa.select(Notification.account_id).where(Notification.account_id == account, Notification.read_at.is_(None))
    few = some.limit(MOST_COUNTED).correlate(Account).subquery()
    return sa.select(sa.func.count()).select_from(few).scalar_subquery()


def read(actor: Actor, line: Notification) -> None:
    """The reader has opened a line. When it was read first stays."""
    line.read_at = line.read_at or actor.at


def read_all(session: Session, actor: Actor) -> None:
    """Mark all lines of the actor's inbox as read."""
    mine = sa.update(Notification).where(Notification.account_id == actor.account_id, Notification.read_at.is_(None))
    session.execute(mine.values(read_at=actor.at), execution_options={"synchronize_session": False})
