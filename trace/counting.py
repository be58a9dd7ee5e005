"""Counting scans: every answered look at a unit is written down before the answer goes out.

What is kept of the reader is a pseudonym under the day's key, which is destroyed after two days; no address.
"""

import hashlib
import hmac
import ipaddress
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

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
        low = user_agent.lower().replace("cubot", "")  # a maker of telephones, no robot
        robot = "prefetch" in purpose.lower() or "preview" in purpose.lower() or any(mark in low for mark in ROBOTS)
        return cls(Visitor.PREVIEW if robot else Visitor.PERSON, _network(address), _family(low))


def _network(address: str) -> str:
    """The address cut to a neighbourhood, not a person: /24, and /48 of IPv6, where a telephone has a whole /64."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    found = getattr(found, "ipv4_mapped", None) or found
    return str(ipaddress.ip_network((found, 24 if found.version == 4 else 48), strict=False))


def _family(user_agent: str) -> str:
    names = ("micromessenger", "alipay", "huawei", "miui", "iphone", "android", "windows", "mac os", "linux")
    return next((name for name in names if name in user_agent), "other")


def count(session: Session, reader: Reader, batch_id: int, ordinal: int, verdict: str, now: datetime) -> Scan:
    """Write one look down. A preview robot is written down apart and does not enter the total."""
    client = _pseudonym(session, reader, day_of(now))
    look = Scan(batch_id=batch_id, ordinal=ordinal, at=now, visitor=reader.visitor, client=client, verdict=verdict)
    session.add(look)
    if reader.visitor is Visitor.PERSON:
        _add_one(session, batch_id, ordinal, now)
    return look


def total(session: Session, batch_id: int, ordinal: int) -> UnitScans | None:
    """The looks at a unit by people so far; None: nobody has looked yet."""
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


def _pseudonym(session: Session, reader: Reader, today: date) -> str:
    text = f"{reader.network}\0{reader.agent}".encode("utf-8", "replace")
    return hmac.new(_day_key(session, today), text, hashlib.sha256).hexdigest()[:16]


def _day_key(session: Session, today: date) -> bytes:
    if found := session.get(ScanKey, today):
        return found.key
    session.execute(sa.delete(ScanKey).where(ScanKey.day < today - timedelta(days=1)))
    add_first(session, ScanKey(day=today, key=secrets.token_bytes(32)))
    return session.get_one(ScanKey, today).key


def too_many_readers(session: Session, seen: UnitScans | None, rule: CloneRule, now: datetime) -> bool:
    """Whether so many different readers looked at this one unit lately that its code is likely copied.

    One reader who scans again and again raises nothing: readers are counted, not looks.
    """
    if seen is None or seen.scans < rule.readers:
        return False
    readers = sa.select(sa.func.count(sa.distinct(Scan.client))).where(
        Scan.batch_id == seen.batch_id, Scan.ordinal == seen.ordinal, Scan.visitor == Visitor.PERSON,
        Scan.at > now - timedelta(hours=rule.hours))  # fmt: skip
    return (session.scalar(readers) or 0) >= rule.readers
