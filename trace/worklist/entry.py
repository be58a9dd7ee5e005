"""What waits for an officer: an entry of the worklist, and what is asked to find it."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..clock import day_of
from ..policy.policy import Policy

MOST = 100  # of a kind that are listed, the most urgent; how many there are is counted


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that waits. `ref` names it in the address of its page, `number` is an ID number or the number of a case.

    `due` is the last day that a rule gives; None where no rule gives one. Empty: nobody's (`whose`), no county's (`county`).
    """

    ref: int | str
    what: str
    number: str
    whose: str
    county: str | None
    since: datetime
    due: date | None

    @property
    def urgency(self) -> tuple[date, datetime]:
        """What comes first: what has a last day, in the order of these days, and so what is late before all; then by age."""
        return self.due or date.max, self.since

    def age(self, today: date) -> int:
        """For how many days it has waited."""
        return max(0, (today - day_of(self.since)).days)

    def is_late(self, today: date) -> bool:
        """Whether its last day is over."""
        return self.due is not None and self.due < today


@dataclass(frozen=True)
class Asked:
    """Whose worklist is asked for."""

    session: Session
    actor: Actor
    policy: Policy

    @property
    def today(self) -> date:
        return day_of(self.actor.at)


@dataclass(frozen=True)
class Found:
    """What waits of a kind: how many, the most urgent of them, and how many are late."""

    total: int
    entries: list[Entry]
    late: int = 0

    @classmethod
    def of(cls, entries: list[Entry]) -> "Found":
        """Of entries that are at hand as a whole, and have no last day."""
        return cls(len(entries), sorted(entries, key=lambda each: each.urgency)[:MOST])
