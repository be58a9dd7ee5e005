"""The queue of what leaves the service: filled from the inboxes, taken on a lease, retried, and at last given up.

It is filled after the acts have committed, and not by them, so that an act costs no more for it.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from ..db import Database
from ..models import Account, Channel, Delivery, DeliveryState, Event, MailAddress, Notification, PhoneNumber, WebHook

FRESH = timedelta(days=1)  # what is older when it is found is not delivered any more: the inbox has it
LEASE = timedelta(minutes=3)  # longer than one letter or post can take
MOST_ATTEMPTS = 6
BACK_OFF = timedelta(minutes=1)  # after the first attempt; four times as long after each further one: six hours in all


def fill(db: Database, now: datetime, channels: Collection[Channel] = (Channel.MAIL,)) -> None:
    """Queue what accounts that want it by one of these channels were told since yesterday and have not read. Each line is queued
    once for each channel."""
    for channel in channels:
        with db.transaction(writes=False) as session:
            if session.execute(_new(now, channel).limit(1)).first() is None:
                continue
        with db.transaction(writes=True) as session:
            columns = ["account_id", "notification_id", "channel", "state", "attempts", "due_at", "created_at"]
            session.execute(sa.insert(Delivery).from_select(columns, _new(now, channel)))


WANTED: dict[Channel, tuple[type[MailAddress | PhoneNumber | WebHook], sa.ColumnElement[bool]]] = {
    Channel.MAIL: (MailAddress, MailAddress.confirmed_at.is_not(None)),
    Channel.PHONE: (PhoneNumber, PhoneNumber.confirmed_at.is_not(None)),
    Channel.HOOK: (WebHook, sa.true()),
}


def _new(now: datetime, channel: Channel) -> sa.Select[int]:
    """The rows to queue. The day's first event is looked up, so that older lines are not read at all."""
    first = sa.select(Event.id).where(Event.at >= now - FRESH).order_by(Event.at).limit(1).scalar_subquery()
    queued = sa.exists().where(Delivery.notification_id == Notification.id, Delivery.channel == channel)
    moment = sa.bindparam(None, now, type_=Delivery.due_at.type)
    rows = sa.select(
        Notification.account_id,
        Notification.id,
        sa.bindparam(None, channel, type_=Delivery.channel.type),
        sa.bindparam(None, DeliveryState.WAITING, type_=Delivery.state.type),
        sa.literal(0),
        moment,
        moment,
    )
    table, ready = WANTED[channel]
    rows = rows.join(table, table.account_id == Notification.account_id)
    rows = rows.join(Account, Account.id == Notification.account_id).join(Notification.event)
    wanted = sa.and_(ready, Event.at >= table.since)
    return rows.where(
        wanted, Account.disabled_at.is_(None), Notification.read_at.is_(None), Notification.event_id >= first, ~queued
    )


def claim(
    db: Database, now: datetime, channels: Collection[Channel] = (Channel.MAIL,), but: Collection[int] = ()
) -> Delivery | None:
    """Take the delivery that has waited longest and is due, of these channels and of no account in `but`. None when there is none;
    asked first without the write lock."""
    due = sa.select(Delivery).where(Delivery.state == DeliveryState.WAITING, Delivery.due_at <= now)
    due = due.where(Delivery.channel.in_(channels), Delivery.account_id.not_in(but))
    due = due.order_by(Delivery.due_at, Delivery.id).limit(1)
    with db.transaction(writes=False) as session:
        if session.scalar(due) is None:
            return None
    with db.transaction(writes=True) as session:
        found = session.scalar(due.with_for_update(skip_locked=True))
        if found is not None:
            found.attempts, found.due_at = found.attempts + 1, now + LEASE
        return found


def end(db: Database, taken: Delivery, state: DeliveryState, now: datetime, failure: str | None = None) -> bool:
    """Write how it ended. False, and nothing is written, when another one has taken it since."""
    with db.transaction(writes=True) as session:
        return _changed(session, taken, state=state, ended_at=now, failure=failure)


def failed(db: Database, taken: Delivery, why: str, for_good: bool, now: datetime) -> None:
    """Let it wait for another attempt, or give it up. The reason is kept either way."""
    if for_good or taken.attempts >= MOST_ATTEMPTS:
        end(db, taken, DeliveryState.GIVEN_UP, now, why)
        return
    rest = BACK_OFF * int(4 ** (taken.attempts - 1))
    with db.transaction(writes=True) as session:
        _changed(session, taken, due_at=now + rest, failure=why)


def _changed(session: Session, taken: Delivery, **values: object) -> bool:
    held = sa.and_(Delivery.id == taken.id, Delivery.attempts == taken.attempts)
    still = sa.update(Delivery).where(held, Delivery.state == DeliveryState.WAITING)
    done = session.execute(still.values(**values), execution_options={"synchronize_session": False})
    return isinstance(done, CursorResult) and done.rowcount == 1
