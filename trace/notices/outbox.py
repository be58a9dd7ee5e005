"""The outbox: whom an act concerns is written down in the act's own transaction, so that neither is there without the other."""

from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..db.apart import ON_TRIAL
from ..db.columns import Base
from ..models import Account, Action, Event, Notification
from .table import TELLS


def put(session: Session, told: Event) -> None:
    """Tell everyone whom the event concerns, but for who acted. One statement, and none for an act that tells nobody."""
    action = Action(told.action)
    if action not in TELLS or ON_TRIAL in session.info:  # nobody is told of thousands one by one
        return
    if (lines := lines_for(action, told.object_kind)) is not None:
        session.flush()  # gives the event its number
        row = {"row": told.object_id, "event": told.id, "actor": told.actor_id or 0}
        session.connection().execute(lines, row)


@cache
def lines_for(action: Action, table: str) -> sa.Insert | None:
    """The statement that writes a line for each account, once for an account of two circles; None where the act, done to
    a row of this table, concerns nobody, as the closing of a claim does."""
    kind, number = _kind_of(table), sa.bindparam("row", type_=sa.BigInteger)
    circles = [found for each in TELLS[action] if (found := each.accounts(kind, number)) is not None]
    if not circles:
        return None
    some = [each.where(Account.disabled_at.is_(None), Account.id != sa.bindparam("actor")) for each in circles]
    whom = sa.union(*some).subquery()
    event = sa.bindparam("event", type_=sa.BigInteger)
    return sa.insert(Notification).from_select(["account_id", "event_id"], sa.select(whom.c[0], event))


@cache
def _kind_of(table: str) -> type[Base]:
    return next(mapper.class_ for mapper in Base.registry.mappers if mapper.class_.__tablename__ == table)
