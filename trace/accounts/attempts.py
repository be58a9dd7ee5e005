"""How often something may be tried.

Attempts are counted in the database, so that several server processes share one count and a restart forgives nothing.
They are counted under keyed hashes, so that no address is kept.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import CursorResult
from sqlalchemy.orm import Session

from ..db.new_rows import add_first
from ..models import LoginFailure

CLOCKS = timedelta(minutes=1)  # by so much the clocks of two machines may differ
KEPT = timedelta(days=2)  # longer than any window


class _Forgotten:
    at = datetime.min.replace(tzinfo=UTC)  # when this process last dropped old attempts


_forgotten = _Forgotten()


@dataclass(frozen=True)
class Limit:
    """At most so many attempts of one kind in a window. The window begins with the first attempt."""

    name: str
    most: int
    window: timedelta


def mark(key: bytes, name: str, text: str) -> str:
    """The keyed hash under which the attempts of one login or address are counted."""
    return hmac.new(key, f"{name}\0{text}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def minutes_to_wait(session: Session, limit: Limit, mark: str, now: datetime) -> int:
    """In how many minutes the next attempt is allowed; 0: now. Times are UTC."""
    if counted(session, limit, mark, now) < limit.most:
        return 0
    row = session.get_one(LoginFailure, mark)
    return int((row.since + limit.window - now).total_seconds() // 60) + 1


def counted(session: Session, limit: Limit, mark: str, now: datetime) -> int:
    """How many attempts were counted in the window that is open at `now` (UTC); 0 if none is.

    A window that begins in the future was opened by a clock that was wrong. It is not believed.
    """
    row = session.get(LoginFailure, mark)
    return row.failures if row and row.since <= now + CLOCKS and now < row.since + limit.window else 0


def count(session: Session, limit: Limit, mark: str, now: datetime) -> None:
    """Count one attempt. The caller commits, also when the attempt fails."""
    _forget_old(session, now)
    is_open = sa.and_(LoginFailure.since > now - limit.window, LoginFailure.since <= now + CLOCKS)
    again = sa.update(LoginFailure).where(LoginFailure.mark == mark)
    raised = again.where(is_open).values(failures=LoginFailure.failures + 1)
    renewed = again.where(sa.not_(is_open)).values(failures=1, since=now)
    if _touched(session, raised) or _touched(session, renewed):
        return
    if not add_first(session, LoginFailure(mark=mark, failures=1, since=now)):
        session.execute(raised)


def _forget_old(session: Session, now: datetime) -> None:
    """Drop what no window needs any longer, once an hour: whoever floods us fills no table for ever."""
    if abs(now - _forgotten.at) >= timedelta(hours=1):
        _forgotten.at = now
        session.execute(sa.delete(LoginFailure).where(~LoginFailure.since.between(now - KEPT, now + KEPT)))


def _touched(session: Session, change: sa.Update) -> bool:
    result = session.execute(change, execution_options={"synchronize_session": False})
    assert isinstance(result, CursorResult)
    return bool(result.rowcount)
