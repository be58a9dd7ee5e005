"""One pack as officers look into it: who read it, on which days and in which regions."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..clock import day_of
from ..models import Batch, SoldUnit, UnitScans, VoidUnit
from ..policy.policy import Policy
from .clones import Met, PackFacts, Suspicion, weigh
from .pack_facts import facts_for, readers_of


@dataclass(frozen=True)
class PackCourse:
    """A pack's facts, what speaks of a copy today, and its readers. A region that is not known is ""."""

    facts: PackFacts
    suspicion: Suspicion | None
    total: UnitScans
    readers: Sequence[Met]
    sold: SoldUnit | None
    void: VoidUnit | None

    @property
    def by_region(self) -> list[tuple[str, int]]:
        """Readers by region, those with the most first, and last those of whom it is not known."""
        found = Counter(one.region for one in self.readers)
        return sorted(found.items(), key=lambda each: (not each[0], -each[1], each[0]))

    @property
    def by_day(self) -> list[tuple[date, list[tuple[str, int]]]]:
        """Readers by day and region, the first day first."""
        days: dict[date, Counter[str]] = {}
        for one in self.readers:
            days.setdefault(day_of(one.at), Counter())[one.region] += 1
        return [(day, days[day].most_common()) for day in sorted(days)]


def course_of(session: Session, policy: Policy, batch: Batch, ordinal: int) -> PackCourse | None:
    """The pack, or None where nobody has looked at it."""
    total = session.get(UnitScans, (batch.id, ordinal))
    if total is None:
        return None
    [(_, facts)] = facts_for(session, policy, batch, [total])
    sold = sa.select(SoldUnit).where(SoldUnit.batch_id == batch.id, SoldUnit.ordinal == ordinal)
    void = sa.select(VoidUnit).where(VoidUnit.batch_id == batch.id, VoidUnit.ordinal == ordinal)
    return PackCourse(
        facts,
        weigh(facts, policy.clone),
        total,
        readers_of(session, batch, [ordinal])[ordinal],
        session.scalar(sold.where(SoldUnit.undone_at.is_(None))),
        session.scalar(void),
    )
