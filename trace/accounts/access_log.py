"""The log of sign-ins and refusals: written at the door, committed to in the public log day by day, kept for more than six months.

网络安全法 art. 21 asks for network logs of at least six months.
"""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..audit import log
from ..clock import day_of, start_of
from ..models import Access, AccessNote, Account, Action, Event
from ..models.log_entries import canonical
from .sessions import KEPT, Browser

TOGETHER = timedelta(hours=1)  # refusals of one account from one network are one line
ONE = timedelta(days=1)


def note(session: Session, kind: Access, account: Account, browser: Browser, now: datetime) -> None:
    """Write that an account came in or went out."""
    session.add(_line(kind, account.id, browser, now))


def refused(session: Session, login: str, browser: Browser, now: datetime) -> None:
    """Write that somebody was refused at a log-in name (as `signin.login_name` gives it)."""
    account_id = session.scalar(sa.select(Account.id).where(Account.login == login))
    rows = sa.select(AccessNote).where(
        AccessNote.kind == Access.REFUSED,
        AccessNote.network == browser.network[:64],
        AccessNote.account_id.is_not_distinct_from(account_id),
        AccessNote.at > max(now - TOGETHER, start_of(day_of(now))),
    )
    found = session.scalar(rows.order_by(AccessNote.id.desc()).limit(1).with_for_update())
    if found is None:
        session.add(_line(Access.REFUSED, account_id, browser, now))
    else:
        found.times, found.last_at = found.times + 1, now


def _line(kind: Access, account_id: int | None, browser: Browser, now: datetime) -> AccessNote:
    where = {"browser": browser.kind[:80], "network": browser.network[:64]}
    return AccessNote(kind=kind, account_id=account_id, at=now, last_at=now, times=1, **where)


def commit_before(session: Session, actor: Actor, today: date) -> None:
    """Put the salted hash of each whole day's lines into the public log, from the day after the last that is there: nobody takes a
    line out later. Lines go that are older than `sessions.KEPT`. A day without a line leaves nothing."""
    session.execute(sa.delete(AccessNote).where(AccessNote.at < actor.at - KEPT))
    day = _first_open(session)
    while day is not None and day < today:
        _commit_to(session, actor, day)
        day += ONE


def _first_open(session: Session) -> date | None:
    """The first day that is not in the public log; None if there is no line at all."""
    committed = sa.select(Event.data).where(Event.action == Action.ACCESS_DAY).order_by(Event.id.desc()).limit(1)
    last, first = session.scalar(committed), session.scalar(sa.select(sa.func.min(AccessNote.at)))
    days = [date.fromisoformat(last["day"]) + ONE] if last else []
    return max([day_of(first), *days]) if first else None


def _commit_to(session: Session, actor: Actor, day: date) -> None:
    rows = of_day(session, day)
    if not rows:
        return
    salt = secrets.token_hex(16)
    told = {"day": day.isoformat(), "lines": len(rows), "sha256": digest(rows, salt)}
    log.record(session, actor, Action.ACCESS_DAY, rows[-1], None, **told, salt=salt)


def of_day(session: Session, day: date) -> Sequence[AccessNote]:
    """The lines of a day (local time), in their order."""
    within = sa.and_(AccessNote.at >= start_of(day), AccessNote.at < start_of(day + ONE))
    return session.scalars(sa.select(AccessNote).where(within).order_by(AccessNote.id)).all()


def digest(rows: Iterable[AccessNote], salt: str) -> str:
    """SHA-256 of the salt and the lines, in hexadecimal."""
    told = [
        [
            row.id,
            row.kind,
            row.account_id,
            row.browser,
            row.network,
            row.at.isoformat(),
            row.last_at.isoformat(),
            row.times,
        ]
        for row in rows
    ]
    return hashlib.sha256(salt.encode() + canonical(told)).hexdigest()
