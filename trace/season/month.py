"""A month of a calendar: its weeks, and the months beside it. Pure."""

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from ..fields import YEARS
from .happenings import Happening


@dataclass(frozen=True)
class Day:
    """A day of the month, or of its neighbours in the same weeks."""

    date: date
    within: bool
    happenings: list[Happening] = field(default_factory=list)


@dataclass(frozen=True)
class Month:
    """A month of a year."""

    year: int
    number: int

    @property
    def first(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        return date(self.year, self.number, calendar.monthrange(self.year, self.number)[1])

    @property
    def before(self) -> "Month":
        return month_of(self.first - timedelta(1))

    @property
    def after(self) -> "Month":
        return month_of(self.last + timedelta(1))

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    def weeks(self, found: Iterable[Happening]) -> list[list[Day]]:
        """The weeks, from Monday on, with what happens on each day of the month."""
        on: dict[date, list[Happening]] = {}
        for each in found:
            on.setdefault(each.day, []).append(each)
        weeks = calendar.Calendar().monthdatescalendar(self.year, self.number)
        return [[Day(day, day.month == self.number, on.get(day, [])) for day in week] for week in weeks]


def month_of(day: date) -> Month:
    """The month that a day is in."""
    return Month(day.year, day.month)


def read_month(typed: str, today: date) -> Month:
    """The month written as 2026-07; this month for anything else."""
    found = re.fullmatch(r"(\d{4})-(\d{2})", typed, re.ASCII)
    if found and int(found[1]) in YEARS and 1 <= int(found[2]) <= 12:
        return Month(int(found[1]), int(found[2]))
    return month_of(today)
