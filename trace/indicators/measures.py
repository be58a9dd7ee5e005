"""How 两品一标 is counted: three measures over certificate lines. Pure: rows in, rows out; no database, no clock.

Every measure answers as of a day D from what was known on D: lines verified by the end of D, endings of D or before.
What a line and a unit (证项) are, see `lines`. Each figure is a set of lines, so that it can be answered for.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from ..errors import N_
from .line import Line, Unit
from .line_table import LineSet, LineTable
from .units import Ints

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
    first: LineSet  # 首次新增
    stock: LineSet  # 有效存量, on the day itself
    at_base: LineSet
    at_end: LineSet  # the day, or the last of the period if that is past
    pending: LineSet  # 待核

    @property
    def until(self) -> date:
        return min(self.as_of, self.period.end)

    @property
    def net(self) -> int:
        """净增: in force at the end less in force on the base day; before the period begins, nothing."""
        return len(self.at_end) - len(self.at_base)

    @property
    def unit(self) -> Mapping[int, Unit]:
        return self.first.ledger.unit

    def gained(self) -> LineSet:
        return without(self.at_end, self.at_base)

    def lost(self) -> LineSet:
        return without(self.at_base, self.at_end)


def without(lines: LineSet, others: LineSet) -> LineSet:
    """The units of `lines` that are not in `others`, or are there in another county."""
    counties = len(lines.ledger.numbers["county"]) + 1
    there = others.unit * counties + others.of("county")
    return lines.where(~np.isin(lines.unit * counties + lines.of("county"), there))


def count(ledger: LineTable, period: Period, day: date) -> Count:
    """Count one indicator as of the end of `day`."""
    known = ledger.known(period.schemes, day)
    until = min(day, period.end)
    begun = until >= period.base
    first = firsts(known)
    granted = first.of("granted")
    return Count(
        period,
        day,
        first.where((granted >= period.start.toordinal()) & (granted <= until.toordinal())),
        in_force(known, day),
        in_force(known, period.base) if begun else nothing(ledger),
        in_force(known, until) if begun else nothing(ledger),
        pending(ledger, period, day),
    )


def nothing(ledger: LineTable) -> LineSet:
    return LineSet(ledger, np.empty(0, dtype=np.int64))


def pending(ledger: LineTable, period: Period, day: date) -> LineSet:
    """Declared by that day, not verified by it, and neither sent back nor ended since."""
    lines, on = ledger.of_schemes(period.schemes), day.toordinal()
    declared, unverified = lines.of("declared") <= on, lines.of("verified") > on
    return lines.where(declared & unverified & (lines.of("returned") == 0) & (lines.of("ended") > on))


def firsts(known: LineSet) -> LineSet:
    """The first line of every unit, unless that is itself a renewal of something older."""
    first = LineSet(known.ledger, _one_of_each_unit(known.unit[::-1], known.at[::-1]))
    return first.where(known.ledger.units.before[first.at] < 0)


def in_force(known: LineSet, day: date) -> LineSet:
    """One line for each unit in force on a day: its newest."""
    on = day.toordinal()
    begun, ended = known.of("valid_from") <= on, known.of("ended") <= on
    still = known.where(begun & ~ended & (known.of("valid_to") >= on))
    return LineSet(known.ledger, _one_of_each_unit(still.unit, still.at))


def _one_of_each_unit(units: Ints, places: Ints) -> Ints:
    """The last of the places of each unit, in order."""
    last = np.full(int(units.max(initial=-1)) + 1, -1, dtype=np.int64)
    last[units] = places  # of several the last one stays
    return np.sort(last[last >= 0])


class Totals(NamedTuple):
    """A set of lines in figures: units, distinct products (绿色 and 有机 of one product are one), papers."""

    units: int
    products: int
    certificates: int


def totals(lines: Iterable[Line], unit: Mapping[int, Unit] | None = None) -> Totals:
    """Of any lines with their units; or of lines of a ledger, which know theirs."""
    if isinstance(lines, LineSet):
        return Totals(len(lines), _distinct(lines.thing), _distinct(lines.of("certification")))
    listed, unit = list(lines), unit or {}
    return Totals(
        len(listed), len({unit[line.id][:2] for line in listed}), len({line.certification for line in listed})
    )


def _distinct(numbers: Ints) -> int:
    ordered = np.sort(numbers)
    return int(np.count_nonzero(ordered[1:] != ordered[:-1])) + bool(len(ordered))


def by(lines: Iterable[Line], key: Callable[[Line], Hashable]) -> dict[Hashable, tuple[Line, ...]]:
    """The lines in groups."""
    found: dict[Hashable, list[Line]] = {}
    for line in lines:
        found.setdefault(key(line), []).append(line)
    return {name: tuple(group) for name, group in found.items()}


def by_word(lines: LineSet, column: str) -> dict[str, LineSet]:
    """The lines in groups by their scheme or county."""
    codes = lines.of(column)
    number = lines.ledger.numbers[column]
    sizes = np.bincount(codes, minlength=len(number))
    return {word: lines.where(codes == code) for word, code in number.items() if sizes[code]}


@dataclass(frozen=True)
class Year:
    """One calendar year of an indicator: what was first granted in it, and what was in force when it ended."""

    year: int
    day: date  # its last day, or that of the count
    first: LineSet
    stock: LineSet
    net: int  # against the end of the year before, or the base day

    @property
    def first_by_scheme(self) -> dict[str, int]:
        return {scheme: len(lines) for scheme, lines in by_word(self.first, "scheme").items()}


def years(ledger: LineTable, counted: Count) -> tuple[Year, ...]:
    """The years of the period up to the day of the count. First-time figures and net changes add up to the whole."""
    known = ledger.known(counted.period.schemes, counted.as_of)
    granted, before, found = counted.first.of("year"), len(counted.at_base), []
    for year in range(counted.period.start.year, counted.until.year + 1):
        day = min(date(year, 12, 31), counted.until)
        stock = in_force(known, day)
        found.append(Year(year, day, counted.first.where(granted == year), stock, len(stock) - before))
        before = len(stock)
    return tuple(found)


def path(counted: Count) -> tuple[tuple[date, int], ...]:
    """首次新增 added up at the end of each quarter of the period, from nothing on the day before it."""
    days = [day for day in _quarter_ends(counted.period.start, counted.period.end) if day < counted.until]
    granted = np.sort(counted.first.of("granted"))
    points = [(counted.period.start - timedelta(days=1), 0)]
    points += [(day, int(np.searchsorted(granted, day.toordinal(), "right"))) for day in [*days, counted.until]]
    return tuple(points) if counted.until >= counted.period.start else tuple(points[:1])


def _quarter_ends(start: date, end: date) -> list[date]:
    found = [
        date(year + (month == 12), month % 12 + 1, 1) - timedelta(days=1)
        for year in range(start.year, end.year + 1)
        for month in (3, 6, 9, 12)
    ]
    return [day for day in found if start <= day <= end]
