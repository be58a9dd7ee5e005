"""How 两品一标 is counted: three measures over certificate lines. Pure: lines in, lines out; no database, no clock.

Every measure answers as of a day D from what was known on D: lines verified by the end of D, endings of D or before.
The lines have their units already (`units.named`) and stand in order of grant. Each figure is a tuple of lines, so that
it can be answered for.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from operator import attrgetter
from typing import NamedTuple

from ..errors import N_
from .line import Line, Unit

Lines = tuple[Line, ...]
_granted = attrgetter("granted")

RULE_VERSION = "2026-2"
"""Raised when anything below counts differently; written on every report."""

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


@dataclass(frozen=True)
class Count:
    """One indicator as of one day: its three measures and what is still to be verified, each as the lines behind it."""

    period: Period
    as_of: date
    evidence: Sequence[Line]  # what was known on the day
    first: Lines  # 首次新增
    stock: Lines  # 有效存量, on the day itself
    at_base: Lines
    at_end: Lines  # the day, or the last of the period if that is past
    pending: Lines  # 待核

    @property
    def until(self) -> date:
        """The last day that counts for the period."""
        return min(self.as_of, self.period.end)

    @property
    def net(self) -> int:
        """净增: in force at the end less in force on the base day; before the period begins, nothing."""
        return len(self.at_end) - len(self.at_base)

    def gained(self) -> Lines:
        """What is in force at the end and was not on the base day."""
        return without(self.at_end, self.at_base)

    def lost(self) -> Lines:
        """What was in force on the base day and is not at the end."""
        return without(self.at_base, self.at_end)


def without(lines: Iterable[Line], others: Iterable[Line]) -> Lines:
    """The lines whose unit is not among the `others`, or is there in another county."""
    there = {(line.unit, line.county) for line in others}
    return tuple(line for line in lines if (line.unit, line.county) not in there)


def count(lines: Iterable[Line], period: Period, day: date) -> Count:
    """Count one indicator as of the end of `day`."""
    own = [line for line in lines if line.scheme in period.schemes]
    evidence = [line for line in own if line.known(day)]
    until = min(day, period.end)
    begun = until >= period.base
    return Count(
        period,
        day,
        evidence,
        tuple(line for line in firsts(evidence) if period.start <= line.granted <= until),
        in_force(evidence, day),
        in_force(evidence, period.base) if begun else (),
        in_force(evidence, until) if begun else (),
        tuple(line for line in own if line.pending(day)),
    )


def firsts(evidence: Iterable[Line]) -> Lines:
    """The first line of every unit, unless that is itself a renewal of something older."""
    first: dict[Unit, Line] = {}
    for line in evidence:
        first.setdefault(line.unit, line)
    return tuple(line for line in first.values() if not line.is_renewal)


def in_force(evidence: Sequence[Line], day: date) -> Lines:
    """One line for each unit in force on a day: its newest, in order of grant."""
    newest: dict[Unit, Line] = {}
    for line in reversed(evidence):
        if line.in_force(day):
            newest.setdefault(line.unit, line)
    return tuple(reversed(newest.values()))


class Totals(NamedTuple):
    """Some lines in figures: units, distinct products (绿色 and 有机 of one product are one), papers."""

    units: int
    products: int
    certificates: int


def totals(lines: Sequence[Line]) -> Totals:
    """The figures of some lines, of which each stands for a unit of its own."""
    return Totals(len(lines), len({line.unit.goods for line in lines}), len({line.certification for line in lines}))


def grouped(lines: Iterable[Line], key: Callable[[Line], str]) -> dict[str, Lines]:
    """The lines in groups, by their county or scheme for example."""
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(key(line), []).append(line)
    return {name: tuple(group) for name, group in found.items()}


@dataclass(frozen=True)
class Year:
    """One calendar year of an indicator: what was first granted in it, and what was in force when it ended."""

    year: int
    day: date  # its last day, or that of the count
    first: Lines
    stock: Lines
    net: int  # against the end of the year before, or the base day

    @property
    def first_by_scheme(self) -> dict[str, int]:
        """How many were first granted in the year, by scheme."""
        return {scheme: len(lines) for scheme, lines in grouped(self.first, lambda line: line.scheme).items()}


def years(counted: Count) -> tuple[Year, ...]:
    """The years of the period up to the day of the count. First-time figures and net changes add up to the whole."""
    before, found = len(counted.at_base), []
    for year in range(counted.period.start.year, counted.until.year + 1):
        day = min(date(year, 12, 31), counted.until)
        stock = in_force(counted.evidence, day)
        first = tuple(line for line in counted.first if line.granted.year == year)
        found.append(Year(year, day, first, stock, len(stock) - before))
        before = len(stock)
    return tuple(found)


def path(counted: Count) -> tuple[tuple[date, int], ...]:
    """首次新增 added up at the end of each quarter of the period, from nothing on the day before it."""
    start, until = counted.period.start, counted.until
    points = [(start - timedelta(days=1), 0)]
    if until >= start:
        days = [day for day in _quarter_ends(start, counted.period.end) if day < until]
        points += [(day, bisect_right(counted.first, day, key=_granted)) for day in [*days, until]]
    return tuple(points)


def _quarter_ends(start: date, end: date) -> list[date]:
    found = [
        date(year + (month == 12), month % 12 + 1, 1) - timedelta(days=1)
        for year in range(start.year, end.year + 1)
        for month in (3, 6, 9, 12)
    ]
    return [day for day in found if start <= day <= end]
