"""Counts looks: every answered scan of a unit is written before the answer is sent.

No address of a reader is kept, only a pseudonym under the key of the day. The key is destroyed after two days.
"""

import hashlib
import hmac
import json
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

from ..clock import day_of, start_of
from ..db import add_first
from ..models import Scan, ScanKey, UnitScans, Visitor
from ..policy.policy import CloneRule
from . import robots
from .verdicts import Verdict
from .visits import AGAIN, NOTHING, Added, Unit, Visit, added

_MAPPED = bytes(10) + b"\xff\xff"
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


def _family(user_agent: str) -> str:
    names = ("micromessenger", "alipay", "huawei", "miui", "iphone", "android", "windows", "mac os", "linux")
    return next((name for name in names if name in user_agent), "other")


@dataclass(frozen=True)
class Seen:
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


def count(session: Session, looks: Sequence[Look], rule: CloneRule) -> None:
    """Write looks together and set in each the unit's total with it.

    A robot's look is written too, but does not enter the total; nor does one that only goes on with another (`visits`).
    """
    keys = _DayKeys(session)
    clients = [_pseudonym(keys[day_of(look.at)], look.reader) for look in looks]
    connection = session.connection()
    people = [
        Visit(look.unit, look.at, client, _before(look, client, keys))
        for look, client in zip(looks, clients, strict=True)
        if look.is_persons
    ]
    _tell_totals(connection, looks, people)
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
_TOTAL = (_UNITS.c.batch_id, _UNITS.c.ordinal, _UNITS.c.scans, _UNITS.c.first_at, _UNITS.c.readers, _UNITS.c.days)


Insert = TypeVar("Insert", sqlite.Insert, postgresql.Insert)


@lru_cache(maxsize=8)
def _raising(dialect: str, day: date) -> sa.Executable:
    return _raising_on(_INSERT[dialect], start_of(day))  # type: ignore[type-var]


def _raising_on(insert: Callable[[sa.Table], Insert], midnight: datetime) -> sa.Executable:
    """The statement that adds looks of the day that began at `midnight` to the totals of units, makes missing totals, and
    returns the new ones."""
    added_to = insert(_UNITS)
    new, old = added_to.excluded, _UNITS.c
    return added_to.on_conflict_do_update(
        index_elements=[old.batch_id, old.ordinal],
        set_={
            "scans": old.scans + new.scans,
            "readers": old.readers + new.readers,
            "days": old.days + sa.case((old.last_at < midnight, 1), else_=0),
            "last_at": new.last_at,
        },
    ).returning(*_TOTAL)


_INSERT: dict[str, Callable[[sa.Table], sqlite.Insert | postgresql.Insert]]
_INSERT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_LESS = (
    sa.update(_UNITS)
    .where(_UNITS.c.batch_id == sa.bindparam("batch"), _UNITS.c.ordinal == sa.bindparam("unit"))
    .values(scans=_UNITS.c.scans - sa.bindparam("less_scans"), readers=_UNITS.c.readers - sa.bindparam("less_readers"))
)


def _tell_totals(connection: sa.Connection, looks: Sequence[Look], people: Sequence[Visit]) -> None:
    """Add the looks of people to the totals, and set in each look its unit's total with it."""
    totals, adds = _raised(connection, people)
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
            seen = replace(total, scans=total.scans - scans[look.unit], readers=total.readers - readers[look.unit])
            look.seen = seen if seen.scans else None


def _raised(connection: sa.Connection, people: Sequence[Visit]) -> tuple[dict[Unit, Seen], list[Added]]:
    """The totals with these looks, and what each has added.

    All are added first, which locks the rows of the totals; then those that only go on with an earlier look are taken off
    again. So a look that another process counts at this moment is seen.
    """
    if not people:
        return {}, []
    hoped = list(added(people, {}))
    totals = _added(connection, people, hoped)
    told = list(added(people, _earlier(connection, people)))
    less: dict[Unit, list[int]] = {}
    for visit, before, after in zip(people, hoped, told, strict=True):
        if before != after:
            mine = less.setdefault(visit.unit, [0, 0])
            mine[0] += before.scans - after.scans
            mine[1] += before.readers - after.readers
    return _lessened(connection, totals, less), told


def _added(connection: sa.Connection, people: Sequence[Visit], adds: Sequence[Added]) -> dict[Unit, Seen]:
    """The totals with all of these. Rows are locked in one order, so that two processes cannot wait for each other."""
    rows: dict[tuple[date, Unit], dict[str, object]] = {}
    for visit, one in zip(people, adds, strict=True):
        row = rows.setdefault((day_of(visit.at), visit.unit), _empty(visit))
        row |= {"scans": row["scans"] + one.scans, "readers": row["readers"] + one.readers, "last_at": visit.at}  # type: ignore[operator]
    found: dict[Unit, Seen] = {}
    for day in sorted({day for day, _ in rows}):
        raising = _raising(connection.dialect.name, day)
        ordered = [rows[key] for key in sorted(rows) if key[0] == day]
        found |= {(row[0], row[1]): Seen(*row) for row in connection.execute(raising, ordered)}
    return found


def _empty(visit: Visit) -> dict[str, object]:
    batch, ordinal = visit.unit
    return {"batch_id": batch, "ordinal": ordinal, "scans": 0, "readers": 0, "days": 1, "first_at": visit.at}


def _lessened(connection: sa.Connection, totals: dict[Unit, Seen], less: dict[Unit, list[int]]) -> dict[Unit, Seen]:
    if not less:
        return totals
    rows = [{"batch": u[0], "unit": u[1], "less_scans": n[0], "less_readers": n[1]} for u, n in sorted(less.items())]
    connection.execute(_LESS, rows)
    return totals | {
        unit: replace(totals[unit], scans=totals[unit].scans - scans, readers=totals[unit].readers - readers)
        for unit, (scans, readers) in less.items()
    }


# Each pair of a unit and a reader is looked for by the unit's own index; the statement is the same for any number of them.
_EARLIER_TEXT = """SELECT s.batch_id, s.ordinal, s.client, max(s.at) AS at FROM {asked} JOIN scans s ON s.at >= :since
    AND s.visitor = 'person' AND {fits} GROUP BY s.batch_id, s.ordinal, s.client"""
_WORDS = {
    "sqlite": {
        "asked": "json_each(:asked) w",
        "fits": "s.batch_id = w.value ->> 0 AND s.ordinal = w.value ->> 1 AND s.client = w.value ->> 2",
    },
    "postgresql": {
        "asked": "json_array_elements(CAST(:asked AS json)) w",
        "fits": "s.batch_id = CAST(w.value ->> 0 AS bigint) AND s.ordinal = CAST(w.value ->> 1 AS bigint)"
        " AND s.client = w.value ->> 2",
    },
}
_EARLIER = {
    name: sa.text(_EARLIER_TEXT.format(**words))
    .bindparams(sa.bindparam("since", type_=_SCANS.c.at.type))
    .columns(_SCANS.c.batch_id, _SCANS.c.ordinal, _SCANS.c.client, _SCANS.c.at)
    for name, words in _WORDS.items()
}


def _earlier(connection: sa.Connection, people: Sequence[Visit]) -> dict[tuple[Unit, str], datetime]:
    """When these readers looked at these units last, today or within the half hour."""
    pairs = {(*visit.unit, client) for visit in people for client in (visit.client, visit.before)}
    first = min(visit.at for visit in people)
    since = min(start_of(day_of(first)), first - AGAIN)
    found = connection.execute(_EARLIER[connection.dialect.name], {"asked": json.dumps([*pairs]), "since": since})
    return {((row[0], row[1]), row[2]): row[3] for row in found}


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
    if seen.readers < rule.readers:
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
