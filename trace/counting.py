"""Counting scans: every answered look at a unit is written down before the answer goes out.

What is kept of the reader is a pseudonym under the day's key, which is destroyed after two days; no address.
"""

import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .card import Verdict
from .clock import day_of
from .db import add_first
from .models import Scan, ScanKey, UnitScans, Visitor
from .policy import CloneRule

Unit = tuple[int, int]  # a batch, and the unit's ordinal in it

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


@dataclass(frozen=True)
class Seen:
    """A unit's total: how many times people looked, when first, and whether so many different readers looked
    lately that the code is likely copied."""

    batch_id: int
    ordinal: int
    scans: int
    first_at: datetime
    copied: bool = False


@dataclass
class Look:
    """One look to be written down; `seen` is the total with it, once it is written (None: robots only)."""

    reader: Reader
    unit: Unit
    verdict: Verdict
    at: datetime
    seen: Seen | None = None


def count(session: Session, looks: Sequence[Look], rule: CloneRule) -> None:
    """Write looks down, in one go, and tell each the total with it.

    A preview robot's look is written down apart and does not enter the total.
    """
    keys = {day: _day_key(session, day) for day in sorted({day_of(look.at) for look in looks})}
    totals = _totals(session, sorted({look.unit for look in looks}))
    known = set(totals)
    rows = [_row(session, look, keys[day_of(look.at)], totals, rule) for look in looks]
    changed = {look.unit for look in looks if look.reader.visitor is Visitor.PERSON}
    connection = session.connection()
    if not _add(connection, [totals[unit] for unit in sorted(changed - known)]):
        return count(session, looks, rule)  # another transaction counted the first look at one of them just now
    raised = [totals[unit] for unit in sorted(changed & known)]
    if raised:
        connection.execute(_RAISE, [{"batch": t.batch_id, "unit": t.ordinal, "total": t.scans, "last": looks[-1].at}
                                    for t in raised])  # fmt: skip
    connection.execute(_SCANS.insert(), rows)


_SCANS = cast(sa.Table, Scan.__table__)
_UNITS = cast(sa.Table, UnitScans.__table__)
_KEYS = cast(sa.Table, ScanKey.__table__)
_KEY_OF = sa.select(_KEYS.c.key).where(_KEYS.c.day == sa.bindparam("day"))
_LOCKED = (
    sa.select(_UNITS.c.batch_id, _UNITS.c.ordinal, _UNITS.c.scans, _UNITS.c.first_at)
    .where(sa.tuple_(_UNITS.c.batch_id, _UNITS.c.ordinal).in_(sa.bindparam("units", expanding=True)))
    .order_by(_UNITS.c.batch_id, _UNITS.c.ordinal)
    .with_for_update()
)
_RAISE = (
    sa.update(_UNITS)
    .where(_UNITS.c.batch_id == sa.bindparam("batch"), _UNITS.c.ordinal == sa.bindparam("unit"))
    .values(scans=sa.bindparam("total"), last_at=sa.bindparam("last"))
)


def _totals(session: Session, units: list[Unit]) -> dict[Unit, Seen]:
    """The totals so far, locked in one order so that two processes cannot wait for each other."""
    return {(row[0], row[1]): Seen(*row) for row in session.connection().execute(_LOCKED, {"units": units})}


def _row(session: Session, look: Look, key: bytes, totals: dict[Unit, Seen], rule: CloneRule) -> dict[str, Any]:
    """The row of a look; the unit's total is raised by it."""
    client = _pseudonym(key, look.reader)
    before = totals.get(look.unit)
    if look.reader.visitor is Visitor.PERSON:
        scans, first = (before.scans + 1, before.first_at) if before else (1, look.at)
        copied = look.verdict is Verdict.GENUINE and _copied(session, look.unit, scans, rule, look.at, client)
        totals[look.unit] = Seen(*look.unit, scans, first, copied)
    look.seen = totals.get(look.unit)
    verdict = Verdict.SUSPICIOUS if look.seen and look.seen.copied else look.verdict
    return {"batch_id": look.unit[0], "ordinal": look.unit[1], "at": look.at, "visitor": look.reader.visitor,
            "client": client, "verdict": verdict.value}  # fmt: skip


def _add(connection: sa.Connection, fresh: list[Seen]) -> bool:
    """Enter the totals of units never looked at before; False when another transaction was first with one."""
    if not fresh:
        return True
    rows = [{"batch_id": t.batch_id, "ordinal": t.ordinal, "scans": t.scans, "first_at": t.first_at,
             "last_at": t.first_at} for t in fresh]  # fmt: skip
    try:
        with connection.begin_nested():
            connection.execute(_UNITS.insert(), rows)
        return True
    except sa.exc.IntegrityError:
        return False


def _copied(session: Session, unit: Unit, scans: int, rule: CloneRule, now: datetime, client: str | None) -> bool:
    """Whether so many different readers, `client` among them, looked at this one unit lately that its code is likely
    copied. One reader who scans again and again raises nothing: readers are counted, not looks."""
    if scans < rule.readers:
        return False
    readers = sa.select(sa.func.count(sa.distinct(Scan.client))).where(
        Scan.batch_id == unit[0], Scan.ordinal == unit[1], Scan.visitor == Visitor.PERSON,
        Scan.at > now - timedelta(hours=rule.hours), Scan.client != (client or ""))  # fmt: skip
    return (session.scalar(readers) or 0) + (client is not None) >= rule.readers


def total(session: Session, unit: Unit, rule: CloneRule, now: datetime) -> Seen | None:
    """The looks at a unit by people so far; None: nobody has looked yet."""
    row = session.get(UnitScans, unit, populate_existing=True)
    if row is None:
        return None
    return Seen(*unit, row.scans, row.first_at, _copied(session, unit, row.scans, rule, now, None))


def _pseudonym(key: bytes, reader: Reader) -> str:
    """The reader under the key of the day."""
    text = f"{reader.network}\0{reader.agent}".encode("utf-8", "replace")
    return hmac.digest(key, text, hashlib.sha256).hex()[:16]


def _day_key(session: Session, today: date) -> bytes:
    if found := session.connection().scalar(_KEY_OF, {"day": today}):
        return cast(bytes, found)
    session.execute(sa.delete(ScanKey).where(ScanKey.day < today - timedelta(days=1)))
    add_first(session, ScanKey(day=today, key=secrets.token_bytes(32)))
    return session.get_one(ScanKey, today).key
