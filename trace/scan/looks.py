"""Counts looks: every answered scan of a unit is written before the answer is sent.

No address of a reader is kept, only a pseudonym under the key of the day. The key is destroyed after two days.
"""

import hashlib
import hmac
import secrets
import socket
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..clock import day_of, start_of
from ..db import jsonrows
from ..db.new_rows import add_first
from ..models import Scan, ScanKey, UnitScans, Visitor
from ..policy.clones import CloneRule
from . import robots, unit_readers
from .verdicts import Verdict
from .visits import AGAIN, NOTHING, Added, Unit, Visit, added

_MAPPED = bytes(10) + b"\xff\xff"
RegionOf = Callable[[str], str]
LONGEST_AGENT = 500  # characters of a browser's name that are read


@dataclass(frozen=True)
class Reader:
    """The reader of a code. `network` is the shortened address, `agent` the browser's family."""

    visitor: Visitor
    network: str = ""
    agent: str = ""

    @classmethod
    def of(cls, address: str, user_agent: str, *purposes: str) -> "Reader":
        """The reader with this address and browser. `purposes` are the headers that name what a page is fetched for."""
        visitor, family = _browser(user_agent[:LONGEST_AGENT], *(purpose[:LONGEST_AGENT] for purpose in purposes))
        return cls(visitor, _network(address), family)


@lru_cache(maxsize=1_024)  # browsers send few different headers
def _browser(user_agent: str, *purposes: str) -> tuple[Visitor, str]:
    is_robots = robots.is_robot(user_agent, *purposes)
    return Visitor.PREVIEW if is_robots else Visitor.PERSON, _family(user_agent.lower())


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


_FAMILIES = ("micromessenger", "alipay", "huawei", "miui", "iphone", "android", "windows", "mac os", "linux")
MOST_OF_A_NETWORK = len(_FAMILIES) + 1  # readers of a day, since readers of one network are told apart by these alone


def _family(user_agent: str) -> str:
    return next((name for name in _FAMILIES if name in user_agent), "other")


class Seen(NamedTuple):
    """The total of a unit: how often people looked (`visits`) and when first (aware UTC); how many readers there were, each
    counted once a day, and on how many days of Shanghai the page was opened.

    `copied` says that so many different readers looked lately that the code is likely copied.
    """

    batch_id: int
    ordinal: int
    scans: int
    first_at: datetime
    readers: int = 1
    days: int = 1
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


def nowhere(network: str) -> str:
    """The region of every network, where the bureau has entered no table of them."""
    return ""


def count(session: Session, looks: Sequence[Look], rule: CloneRule, region_of: RegionOf = nowhere) -> None:
    """Write looks together and set in each the unit's total with it. `region_of` tells where a network is.

    A robot's look is written too, but does not enter the total; nor does one that only goes on with another (`visits`).
    """
    keys = _DayKeys(session)
    clients = [_pseudonym(keys[day_of(look.at)], look.reader) for look in looks]
    connection = session.connection()
    people = [
        Visit(look.unit, look.at, client, _before(look, client, keys), region_of(look.reader.network))
        for look, client in zip(looks, clients, strict=True)
        if look.is_persons
    ]
    adds = list(added(people, unit_readers.meet(connection, people)))
    _tell_totals(connection, looks, people, adds)
    _tell_copied(connection, looks, rule)
    rows = jsonrows.rows_of(_row(look, client) for look, client in zip(looks, clients, strict=True))
    connection.execute(_WRITING[connection.dialect.name], {"rows": rows})


_SCANS = cast(sa.Table, Scan.__table__)
_UNITS = cast(sa.Table, UnitScans.__table__)
_KEYS = cast(sa.Table, ScanKey.__table__)
_KEY_OF = sa.select(_KEYS.c.key).where(_KEYS.c.day == sa.bindparam("day"))
_TOTAL = (_UNITS.c.batch_id, _UNITS.c.ordinal, _UNITS.c.scans, _UNITS.c.first_at, _UNITS.c.readers, _UNITS.c.days)

_SCAN = (_SCANS.c.batch_id, _SCANS.c.ordinal, _SCANS.c.at, _SCANS.c.visitor, _SCANS.c.client, _SCANS.c.verdict)
_WRITING = {dialect: jsonrows.insert(dialect, _SCAN) for dialect in jsonrows.DIALECTS}
# Adds looks of the day that began at `midnight` to the totals of units, makes missing totals, and returns the new ones.
_RAISING_TEXT = """ON CONFLICT (batch_id, ordinal) DO UPDATE SET scans = unit_scans.scans + excluded.scans,
    readers = unit_scans.readers + excluded.readers,
    days = unit_scans.days + CASE WHEN unit_scans.last_at < :midnight THEN 1 ELSE 0 END, last_at = excluded.last_at
    RETURNING batch_id, ordinal, scans, first_at, readers, days"""
_RAISING = {
    dialect: jsonrows.insert(dialect, (*_TOTAL, _UNITS.c.last_at), _RAISING_TEXT)
    .bindparams(sa.bindparam("midnight", type_=_UNITS.c.last_at.type))
    .columns(*_TOTAL)
    for dialect in jsonrows.DIALECTS
}


def _tell_totals(
    connection: sa.Connection, looks: Sequence[Look], people: Sequence[Visit], adds: Sequence[Added]
) -> None:
    """Add the looks of people to the totals, and set in each look its unit's total with it."""
    totals = _added(connection, people, adds)
    totals |= _totals(connection, {look.unit for look in looks} - totals.keys())
    scans, readers = Counter[Unit](), Counter[Unit]()  # those that are yet to come in this group
    for visit, one in zip(people, adds, strict=True):
        scans[visit.unit] += one.scans
        readers[visit.unit] += one.readers
    told = iter(adds)
    for look in looks:
        one = next(told) if look.is_persons else NOTHING
        scans[look.unit] -= one.scans
        readers[look.unit] -= one.readers
        if total := totals.get(look.unit):
            seen = total._replace(scans=total.scans - scans[look.unit], readers=total.readers - readers[look.unit])
            look.seen = seen if seen.scans else None


def _tell_copied(connection: sa.Connection, looks: Sequence[Look], rule: CloneRule) -> None:
    """Mark the totals of units at which too many different readers looked lately. Each unit is asked for once."""
    copied: dict[Unit, bool] = {}
    for look in looks:
        if look.is_persons and look.seen and look.verdict is Verdict.GENUINE and look.seen.readers >= rule.readers:
            if look.unit not in copied:
                copied[look.unit] = _copied(connection, look.seen, rule, look.at)
            look.seen = look.seen._replace(copied=copied[look.unit])


def _added(connection: sa.Connection, people: Sequence[Visit], adds: Sequence[Added]) -> dict[Unit, Seen]:
    """The totals with all of these. Rows are locked in one order, so that two processes cannot wait for each other."""
    days: dict[date, dict[Unit, tuple[int, int, datetime, datetime]]] = {}
    for visit, one in zip(people, adds, strict=True):
        units = days.setdefault(day_of(visit.at), {})
        scans, readers, first, _ = units.get(visit.unit, (0, 0, visit.at, visit.at))
        units[visit.unit] = scans + one.scans, readers + one.readers, first, visit.at
    found: dict[Unit, Seen] = {}
    for day, units in sorted(days.items()):
        rows = (
            (*unit, scans, first, readers, 1, last) for unit, (scans, readers, first, last) in sorted(units.items())
        )
        asked = {"rows": jsonrows.rows_of(rows), "midnight": start_of(day)}
        for row in connection.execute(_RAISING[connection.dialect.name], asked):
            found[row[0], row[1]] = Seen(*row)
    return found


def _totals(connection: sa.Connection, units: set[Unit]) -> dict[Unit, Seen]:
    if not units:
        return {}
    asked = sa.select(*_TOTAL).where(sa.tuple_(_UNITS.c.batch_id, _UNITS.c.ordinal).in_(units))
    return {(row[0], row[1]): Seen(*row) for row in connection.execute(asked)}


def _row(look: Look, client: str) -> tuple[int, int, datetime, str, str, str]:
    verdict = Verdict.SUSPICIOUS if look.seen and look.seen.copied else look.verdict
    return *look.unit, look.at, look.reader.visitor.value, client, verdict.value


def _copied(connection: sa.Connection, seen: Seen, rule: CloneRule, now: datetime) -> bool:
    """Whether so many different readers looked at this unit lately that its code is likely copied.

    Readers are counted, not looks: one reader may scan a pack any number of times.
    """
    if seen.readers < rule.readers:
        return False
    return unit_readers.are_many(connection, (seen.batch_id, seen.ordinal), rule, now, MOST_OF_A_NETWORK)


def total(session: Session, unit: Unit, rule: CloneRule, now: datetime) -> Seen | None:
    """The total of a unit at `now` (aware UTC), or None if no person has looked yet."""
    connection = session.connection()
    seen = _totals(connection, {unit}).get(unit)
    return seen and seen._replace(copied=_copied(connection, seen, rule, now))


def say_where(session: Session, reader: Reader, unit: Unit, region: str, at: datetime) -> bool:
    """Note where a reader says that it saw the unit, at which it has looked today. False where it has not, or is a robot.

    What a person says comes before what the table of networks says.
    """
    key = session.scalar(_KEY_OF, {"day": day_of(at)})
    if key is None or reader.visitor is not Visitor.PERSON:
        return False
    return unit_readers.move(session.connection(), unit, _pseudonym(cast(bytes, key), reader), region)


def _pseudonym(key: bytes, reader: Reader) -> str:
    """The reader's pseudonym under the key of the day: 8 hexadecimal digits for the network, 8 for the reader in it."""
    texts = (reader.network, f"{reader.network}\0{reader.agent}")
    parts = [hmac.digest(key, text.encode("utf-8", "replace"), hashlib.sha256).hex() for text in texts]
    return parts[0][: unit_readers.NETWORK] + parts[1][: unit_readers.NETWORK]


def _before(look: Look, client: str, keys: "_DayKeys") -> str:
    """The reader's pseudonym half an hour ago: another one just after midnight."""
    day = day_of(look.at - AGAIN)
    return client if day == day_of(look.at) else _pseudonym(keys[day], look.reader)


class _DayKeys(dict[date, bytes]):
    """The keys of days, each read or made when it is first asked for."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def __missing__(self, day: date) -> bytes:
        self[day] = _day_key(self._session, day)
        return self[day]


def _day_key(session: Session, today: date) -> bytes:
    if found := session.connection().scalar(_KEY_OF, {"day": today}):
        return cast(bytes, found)
    session.execute(sa.delete(ScanKey).where(ScanKey.day < today - timedelta(days=1)))
    add_first(session, ScanKey(day=today, key=secrets.token_bytes(32)))
    return session.get_one(ScanKey, today).key
