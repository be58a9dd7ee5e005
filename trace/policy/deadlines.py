"""When a case is due: a number of working or calendar days after it came in, as the policy file says.

The terms are the bureau's own setting, not a law. Saturdays, Sundays and the holidays of the file are no working days.
The `workdays` of the file are weekend days that are worked instead of a holiday (调休).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

ONE = timedelta(days=1)
Table = dict[str, Any]  # a table of the policy file, as tomllib gives it


@dataclass(frozen=True)
class Term:
    """A number of days, counted as working days or as calendar days."""

    days: int
    working: bool


@dataclass(frozen=True)
class CaseRules:
    """The terms of each kind of case. A contact is kept for `keep_contact` days after its case was closed."""

    terms: dict[str, Term]
    keep_contact: int
    holidays: frozenset[date]
    workdays: frozenset[date]

    @classmethod
    def of(cls, raw: Table) -> "CaseRules":
        """From the table `[cases]`. Raises KeyError for a missing entry, ValueError for an impossible one."""
        terms = {key: _term(value) for key, value in raw.items() if isinstance(value, dict)}
        if raw["keep_contact_days"] < 1:
            raise ValueError(f"keep_contact_days = {raw['keep_contact_days']}")
        return cls(terms, raw["keep_contact_days"], frozenset(raw["holidays"]), frozenset(raw["workdays"]))

    def due(self, kind: str, received: date) -> date:
        """The last day on which a case of this kind can be answered in time. The day after receipt is day 1."""
        term = self.terms[kind]
        if not term.working:
            return received + term.days * ONE
        day, left = received, term.days
        while left:
            day += ONE
            left -= self.works(day)
        return day

    def works(self, day: date) -> bool:
        """Whether this is a working day."""
        return day in self.workdays or (day.weekday() < 5 and day not in self.holidays)


def _term(raw: Table) -> Term:
    if raw["count"] not in ("working", "calendar") or not 1 <= raw["days"] <= 365:
        raise ValueError(f"days = {raw['days']}, count = {raw['count']}")
    return Term(raw["days"], raw["count"] == "working")
