"""Counts looks: every answered scan of a unit is written before the answer is sent.

No address of a reader is kept, only a pseudonym under the key of the day. The key is destroyed after two days.
"""

import hashlib
import hmac
import secrets
import socket
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ..clock import day_of
from ..db import add_first
from ..models import Scan, ScanKey, UnitScans, Visitor
from ..policy.policy import CloneRule
from .verdicts import Verdict

_MAPPED = bytes(10) + b"\xff\xff"
Unit = tuple[int, int]
"""A batch's row number, and the unit's ordinal in it, from 0."""

LONGEST_AGENT = 500  # characters of a browser's name that are read
# Robots open a link so that a messenger can show a preview. None of them is a person with a pack.
ROBOTS = ("bot", "spider", "crawl", "preview", "facebookexternalhit", "whatsapp", "slurp", "embedly", "okhttp-link")


@dataclass(frozen=True)
class Reader:
    """The reader of a code. `network` is the shortened address, `agent` the browser's family."""

    visitor: Visitor
    network: str = ""
    agent: str = ""

    @classmethod
    def of(cls, address: str, user_agent: str, purpose: str = "") -> "Reader":
        """The reader with this address and browser. `purpose` is the header Sec-Purpose: a prefetch is a robot's."""
        visitor, family = _browser(user_agent[:LONGEST_AGENT], purpose[:LONGEST_AGENT])
        return cls(visitor, _network(address), family)


@lru_cache(maxsize=1_024)  # browsers send few different headers
def _browser(user_agent: str, purpose: str) -> tuple[Visitor, str]:
    low = user_agent.lower().replace("cubot", "")  # Cubot makes telephones; it is no robot
    robot = "prefetch" in purpose.lower() or "preview" in purpose.lower() or any(mark in low for mark in ROBOTS)
    return Visitor.PREVIEW if robot else Visitor.PERSON, _family(low)


def _network(address: str) -> str:
    """The address cut to a network, so that it names no person: /24, and /48 of IPv6, where one telephone has a /64."""
    for family, kept, bits in ((socket.AF_INET, 3, 24), (socket.AF_INET6, 6, 48)):
        try:
            packed = socket.inet_pton(family, address.partition("%")[0])
        except (OSError, ValueError):
            continue
        if packed[:12] == _MAPPED:  # an IPv4 address in the form that a socket for both kinds reports
            family, packed, kept, bits = socket.AF_INET, packed[12:], 3, 24
        return f"{socket.inet_ntop(family, packed[:kept] + bytes(len(packed) - kept))}/{bits}"
    return ""


def _family(user_agent: str) -> str:
    names = ("micromessenger", "alipay", "huawei", "miui", "iphone", "android", "windows", "mac os", "linux")
    return next((name for name in names if name in user_agent), "other")


@dataclass(frozen=True)
class Seen:
    """The total of a unit: how often people looked and when first (aware UTC).

    `copied` says that so many different readers looked lately that the code is likely copied.
    """

    batch_id: int
    ordinal: int
    scans: int
    first_at: datetime
    copied: bool = False


@dataclass
class Look:
    """One look to be written. `seen` is the unit's total with it, once it is written; None if only robots looked."""

    reader: Reader
    unit: Unit
    verdict: Verdict
    at: datetime
    seen: Seen | None = None

    @property
    def is_persons(self) -> bool:
        """Whether a person looked, and no robot."""
        return self.reader.visitor is Visitor.PERSON


def count(session: Session, looks: Sequence[Look], rule: CloneRule) -> None:
    """Write looks together and set in each the unit's total with it.

    A robot's look is written too, but does not enter the total.
    """
    keys = {day: _day_key(session, day) for day in sorted({day_of(look.at) for look in looks})}
    clients = [_pseudonym(keys[day_of(look.at)], look.reader) for look in looks]
    connection = session.connection()
    _tell_totals(connection, looks)
    for look, client in zip(looks, clients, strict=True):
        if look.is_persons and look.seen and look.verdict is Verdict.GENUINE:
            look.seen = (
                replace(look.seen, copied=True) if _copied(connection, look.seen, rule, look.at, client) else look.seen
            )
    connection.execute(_SCANS.insert(), [_row(look, client) for look, client in zip(looks, clients, strict=True)])


_SCANS = cast(sa.Table, Scan.__table__)
_UNITS = cast(sa.Table, UnitScans.__table__)
_KEYS = cast(sa.Table, ScanKey.__table__)
_KEY_OF = sa.select(_KEYS.c.key).where(_KEYS.c.day == sa.bindparam("day"))
_TOTAL = (_UNITS.c.batch_id, _UNITS.c.ordinal, _UNITS.c.scans, _UNITS.c.first_at)


Insert = TypeVar("Insert", sqlite.Insert, postgresql.Insert)


def _raising(insert: Callable[[sa.Table], Insert]) -> sa.Executable:
    """The statement that adds looks to the totals of units, makes missing totals, and returns the new ones."""
    added = insert(_UNITS)
    return added.on_conflict_do_update(
        index_elements=[_UNITS.c.batch_id, _UNITS.c.ordinal],
        set_={"scans": _UNITS.c.scans + added.excluded.scans, "last_at": added.excluded.last_at},
    ).returning(*_TOTAL)


_RAISE = {"sqlite": _raising(sqlite.insert), "postgresql": _raising(postgresql.insert)}


def _tell_totals(connection: sa.Connection, looks: Sequence[Look]) -> None:
    """Add the looks of people to the totals, and set in each look its unit's total with it."""
    people = [look for look in looks if look.is_persons]
    totals, later = _raised(connection, people), Counter(look.unit for look in people)
    totals |= _totals(connection, {look.unit for look in looks} - totals.keys())
    for look in looks:
        later[look.unit] -= look.is_persons
        if total := totals.get(look.unit):
            scans = total.scans - later[look.unit]
            look.seen = Seen(*look.unit, scans, total.first_at) if scans else None


def _raised(connection: sa.Connection, people: Sequence[Look]) -> dict[Unit, Seen]:
    """The totals with these looks. Rows are locked in one order, so that two processes cannot wait for each other."""
    if not people:
        return {}
    first, last = {look.unit: look.at for look in reversed(people)}, {look.unit: look.at for look in people}
    rows = [
        {"batch_id": unit[0], "ordinal": unit[1], "scans": scans, "first_at": first[unit], "last_at": last[unit]}
        for unit, scans in sorted(Counter(look.unit for look in people).items())
    ]
    return {(row[0], row[1]): Seen(*row) for row in connection.execute(_RAISE[connection.dialect.name], rows)}


def _totals(connection: sa.Connection, units: set[Unit]) -> dict[Unit, Seen]:
    if not units:
        return {}
    asked = sa.select(*_TOTAL).where(sa.tuple_(_UNITS.c.batch_id, _UNITS.c.ordinal).in_(units))
    return {(row[0], row[1]): Seen(*row) for row in connection.execute(asked)}


def _row(look: Look, client: str) -> dict[str, object]:
    verdict = Verdict.SUSPICIOUS if look.seen and look.seen.copied else look.verdict
    return {
        "batch_id": look.unit[0],
        "ordinal": look.unit[1],
        "at": look.at,
        "visitor": look.reader.visitor,
        "client": client,
        "verdict": verdict.value,
    }


_NETWORK = 8  # hexadecimal digits of a pseudonym that stand for the reader's network; the others for the reader in it
_IN = sa.func.substr(_SCANS.c.client, sa.literal_column("1"), sa.literal_column(str(_NETWORK)))
_BY_NETWORK = (
    sa.select(_IN, sa.func.count(sa.distinct(_SCANS.c.client)))
    .where(
        _SCANS.c.batch_id == sa.bindparam("batch"),
        _SCANS.c.ordinal == sa.bindparam("unit"),
        _SCANS.c.visitor == Visitor.PERSON,
        _SCANS.c.at.between(sa.bindparam("since"), sa.bindparam("until")),
        _SCANS.c.client != sa.bindparam("client"),
    )
    .group_by(_IN)
    .limit(sa.bindparam("most"))
)
_CLOCKS = timedelta(minutes=5)  # a look later than this was written by a clock that was wrong


def _copied(connection: sa.Connection, seen: Seen, rule: CloneRule, now: datetime, client: str = "") -> bool:
    """Whether so many different readers, `client` included, looked at this unit lately that its code is likely copied.

    Readers are counted, not looks: one reader may scan a pack any number of times. Of one network only a few count.
    """
    if seen.scans < rule.readers:
        return False
    lately = {"since": now - timedelta(hours=rule.hours), "until": now + _CLOCKS, "most": rule.readers}
    asked = {"batch": seen.batch_id, "unit": seen.ordinal, "client": client} | lately
    readers = Counter({network: count for network, count in connection.execute(_BY_NETWORK, asked)})
    if client:
        readers[client[:_NETWORK]] += 1
    return sum(min(count, rule.per_network) for count in readers.values()) >= rule.readers


def total(session: Session, unit: Unit, rule: CloneRule, now: datetime) -> Seen | None:
    """The total of a unit at `now` (aware UTC), or None if no person has looked yet."""
    connection = session.connection()
    seen = _totals(connection, {unit}).get(unit)
    return seen and replace(seen, copied=_copied(connection, seen, rule, now))


def _pseudonym(key: bytes, reader: Reader) -> str:
    """The reader's pseudonym under the key of the day: 8 hexadecimal digits for the network, 8 for the reader in it."""
    texts = (reader.network, f"{reader.network}\0{reader.agent}")
    parts = [hmac.digest(key, text.encode("utf-8", "replace"), hashlib.sha256).hex() for text in texts]
    return parts[0][:_NETWORK] + parts[1][:_NETWORK]


def _day_key(session: Session, today: date) -> bytes:
    if found := session.connection().scalar(_KEY_OF, {"day": today}):
        return cast(bytes, found)
    session.execute(sa.delete(ScanKey).where(ScanKey.day < today - timedelta(days=1)))
    add_first(session, ScanKey(day=today, key=secrets.token_bytes(32)))
    return session.get_one(ScanKey, today).key
