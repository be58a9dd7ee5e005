"""Sessions of browsers, kept in the record: begun by signing in, ended by the person, by a new password, or by the limits of the role.

The cookie holds a random number alone. A copied cookie is of no use once its session has ended, whatever else is signed anew.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..audit import log
from ..models import Account, Action, Role, SignIn


@dataclass(frozen=True)
class Limits:
    """How long a session lasts: `idle` since its last page, `whole` since it began."""

    idle: timedelta
    whole: timedelta


DESK = Limits(timedelta(hours=1), timedelta(hours=12))
LIMITS = {
    Role.PRODUCER: Limits(timedelta(days=7), timedelta(days=30)),  # a phone in the orchard
    Role.OFFICER: DESK,
    Role.INSURER: DESK,
    Role.ADMINISTRATOR: DESK,
}
"""NIST SP 800-63B-4: 30 days at most with one factor (2.1.3), 24 hours and one hour without activity for those who need two (2.2.3)."""

LONGEST = max(each.whole for each in LIMITS.values())
SEEN_EVERY = timedelta(minutes=5)
"""`seen_at` is written again after this, so that reading pages seldom writes."""

KEPT = timedelta(days=200)
"""Ended sessions stay for the sign-in log: at least six months (网络安全法 art. 21)."""

AT_ONCE = 20  # of one account: the one that was not used for longest ends


@dataclass(frozen=True)
class Browser:
    """A browser as its sessions name it: its kind in a few words, and its network."""

    kind: str
    network: str


def begin(session: Session, account: Account, browser: Browser, now: datetime, *, known: bool) -> str:
    """A new session; returns the random number for its cookie. The person is told of a browser that is not `known`, unless nobody
    has ever signed in as this account."""
    token = secrets.token_hex(32)
    if not known and session.scalar(sa.select(SignIn.id).where(SignIn.account_id == account.id).limit(1)) is not None:
        _tell(session, account, browser, now)
    _make_room(session, account, now)
    row = SignIn(account_id=account.id, mark=mark_of(token), epoch=account.epoch)
    row.browser, row.network = browser.kind[:80], browser.network[:64]
    row.started_at = row.proved_at = row.seen_at = now
    session.add(row)
    return token


def _tell(session: Session, account: Account, browser: Browser, now: datetime) -> None:
    """By nobody's name, since whoever acts is not told of it."""
    somebody = Actor(account.name, now, account.role, county=account.county)
    log.record(session, somebody, Action.ACCOUNT_DEVICE, account, browser=browser.kind, network=browser.network)


def _make_room(session: Session, account: Account, now: datetime) -> None:
    session.execute(sa.delete(SignIn).where(SignIn.seen_at < now - KEPT))
    for row in listed(session, account, now)[AT_ONCE - 1 :]:
        row.ended_at = now


def mark_of(token: str) -> str:
    """SHA-256 of a cookie's random number, as the record has it."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def is_good(row: SignIn, account: Account, now: datetime) -> bool:
    """Whether this session of the account still opens pages."""
    limits = LIMITS[account.role]
    in_time = now < min(row.started_at + limits.whole, row.seen_at + limits.idle)
    return in_time and row.ended_at is None and account.disabled_at is None and row.epoch == account.epoch


def listed(session: Session, account: Account, now: datetime) -> Sequence[SignIn]:
    """The good sessions of an account, the one that was used last first."""
    rows = sa.select(SignIn).where(SignIn.account_id == account.id, SignIn.ended_at.is_(None))
    found = session.scalars(rows.where(SignIn.epoch == account.epoch).order_by(SignIn.seen_at.desc(), SignIn.id.desc()))
    return [row for row in found if is_good(row, account, now)]


def seen(session: Session, number: int, now: datetime) -> None:
    """Note that a session was used. `number` is that of its row."""
    latest = sa.update(SignIn).where(SignIn.id == number, SignIn.seen_at < now)
    session.execute(latest.values(seen_at=now))


def end(row: SignIn, now: datetime) -> None:
    """End one session. Ended once, it stays so."""
    row.ended_at = row.ended_at or now


def end_others(session: Session, account: Account, number: int, now: datetime) -> int:
    """End all sessions of an account but this one; returns how many."""
    others = [row for row in listed(session, account, now) if row.id != number]
    for row in others:
        end(row, now)
    return len(others)
