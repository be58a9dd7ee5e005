"""Counting scans: every answered look at a unit is written down before the answer goes out.

What is kept of the reader is a pseudonym under the day's key, which is destroyed after two days; no address.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .clock import day_of
from .db import add_first
from .models import Scan, ScanKey, UnitScans, Visitor
from .policy import CloneRule

# Robots that open a link so that a messenger can show a preview; none of them is a person with a pack.
ROBOTS = ("bot", "spider", "crawl", "preview", "facebookexternalhit", "whatsapp", "slurp", "embedly", "okhttp-link")


@dataclass(frozen=True)
class Reader:
    """Who looks, as far as it may be known: `network` is the shortened address, `agent` the browser's family."""

    visitor: Visitor
    network: str = ""
    agent: str = ""

    @classmethod
    def of(cls, address: str, user_agent: str, purpose: str = "") -> "Reader":
        low = user_agent.lower()
        robot = "prefetch" in purpose.lower() or "preview" in purpose.lower() or any(mark in low for mark in ROBOTS)
        return cls(Visitor.PREVIEW if robot else Visitor.PERSON, _network(address), _family(low))


def _network(address: str) -> str:
    """The address without its last part: a neighbourhood, not a person."""
    return address.rpartition(":" if ":" in address else ".")[0]


def _family(user_agent: str) -> str:
    names = ("micromessenger", "alipay", "huawei", "miui", "iphone", "android", "windows", "mac os", "linux")
    return next((name for name in names if name in user_agent), "other")


def count(session: Session, reader: Reader, batch_id: int, ordinal: int, verdict: str, now: datetime) -> UnitScans | None:
    """Write one look down and return the unit's total, this look included (None: nobody has looked yet).

    A preview robot is written down apart and does not enter the total.
    """
    client = pseudonym(session, reader, day_of(now))
    session.add(Scan(batch_id=batch_id, ordinal=ordinal, at=now, visitor=reader.visitor, client=client, verdict=verdict))
    if reader.visitor is Visitor.PERSON:
        _add_one(session, batch_id, ordinal, now)
    return total(session, batch_id, ordinal)


def total(session: Session, batch_id: int, ordinal: int) -> UnitScans | None:
    return session.get(UnitScans, (batch_id, ordinal), populate_existing=True)


def _add_one(session: Session, batch_id: int, ordinal: int, now: datetime) -> None:
    more = (
        sa.update(UnitScans)
        .where(UnitScans.batch_id == batch_id, UnitScans.ordinal == ordinal)
        .values(scans=UnitScans.scans + 1, last_at=now)
        .execution_options(synchronize_session=False)
    )
    if cast("sa.CursorResult[Any]", session.execute(more)).rowcount:
        return
    first = UnitScans(batch_id=batch_id, ordinal=ordinal, scans=1, first_at=now, last_at=now)
    if not add_first(session, first):
        session.execute(more)


def pseudonym(session: Session, reader: Reader, today: date) -> str:
    """Who looked, as far as it is kept: the same reader on the same day, and nothing more."""
    text = f"{reader.network}\0{reader.agent}".encode("utf-8", "replace")
    return hmac.new(_day_key(session, today), text, hashlib.sha256).hexdigest()[:16]


def _day_key(session: Session, today: date) -> bytes:
    if found := session.get(ScanKey, today):
        return found.key
    session.execute(sa.delete(ScanKey).where(ScanKey.day < today - timedelta(days=1)))
    add_first(session, ScanKey(day=today, key=secrets.token_bytes(32)))
    return session.get_one(ScanKey, today).key


class Total(Protocol):
    """A unit's total, however it was read."""

    @property
    def batch_id(self) -> int: ...
    @property
    def ordinal(self) -> int: ...
    @property
    def scans(self) -> int: ...
    @property
    def first_at(self) -> datetime: ...


def too_many_readers(session: Session, seen: Total | None, rule: CloneRule, now: datetime) -> bool:
    """Whether so many different readers looked at this one unit lately that its code is likely copied.

    One reader who scans again and again raises nothing: readers are counted, not looks.
    """
    if seen is None or seen.scans < rule.readers:
        return False
    readers = sa.select(sa.func.count(sa.distinct(Scan.client))).where(
        Scan.batch_id == seen.batch_id, Scan.ordinal == seen.ordinal, Scan.visitor == Visitor.PERSON,
        Scan.at > now - timedelta(hours=rule.hours))  # fmt: skip
    return (session.scalar(readers) or 0) >= rule.readers
