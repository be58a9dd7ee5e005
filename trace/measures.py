"""How 两品一标 is counted: three measures over certificate lines. Pure: rows in, rows out; no database, no clock.

A line is one product on one certificate. Lines of the same holder, product and scheme are one unit (证项), whatever
its papers: a renewal adds a paper and no unit. Every measure answers as of a day D from what was known on D: lines
verified by the end of D, endings of D or before. Each figure is a set of lines, so that it can be answered for.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from .errors import N_

RULE_VERSION = "2026-1"
"""Raised when anything below counts differently; written on every report."""


class Unit(NamedTuple):
    """What is counted: one product of one holder under one scheme."""

    subject: str  # "producer:3" or "brand:5"
    product: str
    scheme: str


@dataclass(frozen=True, slots=True)
class Line:
    """One product on one certificate, with all that the count asks of it. Days are days in Shanghai."""

    id: int
    certification: int
    scheme: str
    number: str
    holder: str
    subject: str
    product_id: int | None
    product: str  # as on the paper
    county: str  # that of the certificate, former codes folded in
    granted: date
    valid_from: date
    valid_to: date | None = None  # None: open
    declared: date | None = None
    verified: date | None = None
    returned: bool = False
    ended: date | None = None
    ending: str | None = None  # revoked, cancelled; withdrawn: it should never have been in the record
    renews: int | None = None  # the certificate before it
    demonstration: bool = False

    def known(self, day: date) -> bool:
        """Whether it is evidence on that day: verified, and not taken out of the record as a mistake."""
        return self.verified is not None and self.verified <= day and not self.struck(day)

    def struck(self, day: date) -> bool:
        return self.ending == "withdrawn" and self.ended is not None and self.ended <= day

    def in_force(self, day: date) -> bool:
        return (self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)
                and (self.ended is None or day < self.ended))  # fmt: skip

    def state(self, day: date) -> str:
        """What has become of it by that day, as a word for the lists."""
        if self.ended is not None and self.ended <= day:
            return self.ending or "cancelled"
        if self.valid_to is not None and self.valid_to < day:
            return "expired"
        return "valid" if self.valid_from <= day else "not_yet"


STATE_WORDS = {
    "valid": N_("有效"),
    "not_yet": N_("未到生效日"),
    "expired": N_("已到期"),
    "revoked": N_("已撤销"),
    "cancelled": N_("已注销"),
    "withdrawn": N_("登记有误，已撤下"),
}


@dataclass(frozen=True)
class Period:
    """What one indicator counts: its schemes, first and last day, and the day it starts from (基准日)."""

    schemes: frozenset[str]
    start: date
    end: date
    base: date


class Ledger:
    """The lines in order of grant, each with its unit and whether it is a linked renewal."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self.lines: tuple[Line, ...] = tuple(
            sorted(lines, key=lambda line: (line.granted, line.certification, line.id))
        )
        self.unit: dict[int, Unit] = {}
        self.renewals: set[int] = set()
        self._name()

    def _name(self) -> None:
        ids = {(line.subject, line.product): line.product_id for line in self.lines if line.product_id is not None}
        papers: dict[int, list[Line]] = {}
        for line in self.lines:
            papers.setdefault(line.certification, []).append(line)
        taken: dict[Unit, Unit] = {}  # a renewal under another holder or name carries its unit on
        for line in self.lines:
            number = line.product_id or ids.get((line.subject, line.product))
            own = Unit(line.subject, f"product:{number}" if number else line.product, line.scheme)
            before = _predecessor(line, papers)
            if before is not None:
                self.renewals.add(line.id)
                if before.id in self.unit:
                    taken.setdefault(own, self.unit[before.id])
            self.unit[line.id] = taken.get(own, own)

    def known(self, schemes: Collection[str], day: date) -> list[Line]:
        return [line for line in self.lines if line.scheme in schemes and line.known(day)]


def _predecessor(line: Line, papers: dict[int, list[Line]]) -> Line | None:
    """The line of the renewed certificate that this one carries on; None for a product that the renewal added."""
    if line.renews is None:
        return None
    before = papers.get(line.renews, [])
    same = [
        old for old in before if old.product == line.product or (old.product_id and old.product_id == line.product_id)
    ]
    if same:
        return same[0]
    return before[0] if len(before) == 1 and len(papers[line.certification]) == 1 else None


@dataclass(frozen=True)
class Count:
    """One indicator as of one day: its three measures and what is still to be verified, each as the lines behind it."""

    period: Period
    as_of: date
    first: tuple[Line, ...]  # 首次新增
    stock: tuple[Line, ...]  # 有效存量, on the day itself
    at_base: tuple[Line, ...]
    at_end: tuple[Line, ...]  # the day, or the last of the period if that is past
    pending: tuple[Line, ...]  # 待核
    unit: dict[int, Unit]

    @property
    def until(self) -> date:
        return min(self.as_of, self.period.end)

    @property
    def net(self) -> int:
        """净增: in force at the end less in force on the base day; before the period begins, nothing."""
        return len(self.at_end) - len(self.at_base)

    def gained(self) -> tuple[Line, ...]:
        return without(self.at_end, self.at_base, self.unit)

    def lost(self) -> tuple[Line, ...]:
        return without(self.at_base, self.at_end, self.unit)


def without(lines: Sequence[Line], others: Sequence[Line], unit: dict[int, Unit]) -> tuple[Line, ...]:
    """The units of `lines` that are not in `others`, or are there in another county."""
    there = {(unit[line.id], line.county) for line in others}
    return tuple(line for line in lines if (unit[line.id], line.county) not in there)


def count(ledger: Ledger, period: Period, day: date) -> Count:
    """Count one indicator as of the end of `day`."""
    known = ledger.known(period.schemes, day)
    until = min(day, period.end)
    base = in_force(ledger, known, period.base) if until >= period.base else ()
    return Count(
        period,
        day,
        tuple(line for line in firsts(ledger, known) if period.start <= line.granted <= until),
        in_force(ledger, known, day),
        base,
        in_force(ledger, known, until) if until >= period.base else (),
        tuple(line for line in ledger.lines if line.scheme in period.schemes and _pending(line, day)),
        ledger.unit,
    )


def _pending(line: Line, day: date) -> bool:
    """Declared by that day, not verified by it, and neither sent back nor ended since."""
    declared = line.declared is not None and line.declared <= day
    unverified = line.verified is None or line.verified > day
    return declared and unverified and not line.returned and (line.ended is None or line.ended > day)


def firsts(ledger: Ledger, known: Sequence[Line]) -> list[Line]:
    """The first line of every unit, unless that is itself a renewal of something older."""
    first: dict[Unit, Line] = {}
    for line in known:
        first.setdefault(ledger.unit[line.id], line)
    return [line for line in first.values() if line.id not in ledger.renewals]


def in_force(ledger: Ledger, known: Sequence[Line], day: date) -> tuple[Line, ...]:
    """One line for each unit in force on a day: its newest."""
    newest: dict[Unit, Line] = {}
    for line in known:
        if line.in_force(day):
            newest[ledger.unit[line.id]] = line
    return tuple(newest.values())


class Totals(NamedTuple):
    """A set of lines in figures: units, distinct products (绿色 and 有机 of one product are one), papers."""

    units: int
    products: int
    certificates: int


def totals(lines: Iterable[Line], unit: dict[int, Unit]) -> Totals:
    lines = list(lines)
    return Totals(len(lines), len({unit[line.id][:2] for line in lines}), len({line.certification for line in lines}))


def by(lines: Iterable[Line], key: Callable[[Line], Hashable]) -> dict[Hashable, tuple[Line, ...]]:
    """The lines in groups."""
    found: dict[Hashable, list[Line]] = {}
    for line in lines:
        found.setdefault(key(line), []).append(line)
    return {name: tuple(group) for name, group in found.items()}


@dataclass(frozen=True)
class Year:
    """One calendar year of an indicator: what was first granted in it, and what was in force when it ended."""

    year: int
    day: date  # its last day, or that of the count
    first: tuple[Line, ...]
    stock: tuple[Line, ...]
    net: int  # against the end of the year before, or the base day


def years(ledger: Ledger, counted: Count) -> tuple[Year, ...]:
    """The years of the period up to the day of the count. First-time figures and net changes add up to the whole."""
    known = ledger.known(counted.period.schemes, counted.as_of)
    granted = by(counted.first, lambda line: line.granted.year)
    before, found = len(counted.at_base), []
    for year in range(counted.period.start.year, counted.until.year + 1):
        day = min(date(year, 12, 31), counted.until)
        stock = in_force(ledger, known, day)
        found.append(Year(year, day, granted.get(year, ()), stock, len(stock) - before))
        before = len(stock)
    return tuple(found)


def path(counted: Count) -> tuple[tuple[date, int], ...]:
    """首次新增 added up at the end of each quarter of the period, from nothing on the day before it."""
    days = [day for day in _quarter_ends(counted.period.start, counted.period.end) if day < counted.until]
    granted = sorted(line.granted for line in counted.first)
    points, done = [(counted.period.start - timedelta(days=1), 0)], 0
    for day in [*days, counted.until]:
        while done < len(granted) and granted[done] <= day:
            done += 1
        points.append((day, done))
    return tuple(points) if counted.until >= counted.period.start else tuple(points[:1])


def _quarter_ends(start: date, end: date) -> list[date]:
    found = [date(year + (month == 12), month % 12 + 1, 1) - timedelta(days=1)
             for year in range(start.year, end.year + 1) for month in (3, 6, 9, 12)]  # fmt: skip
    return [day for day in found if start <= day <= end]
