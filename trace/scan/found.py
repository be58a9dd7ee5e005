"""What is true of one unit's batch at a scan: its facts, how it stands, and whether the unit itself is void."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..installation.installation import Installation
from ..models import VoidUnit
from .batch_facts import BatchFacts, gather
from .standing import Standing

Wish = tuple[str, int]
"""The ID number of a batch, and a unit's ordinal in it, from 0."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is true of a unit's batch, and why this single unit is void, if it is."""

    facts: BatchFacts
    standing: Standing
    spoiled: str | None = None


def read(session: Session, installation: Installation, wish: Wish, today: date) -> Found | None:
    """Read it afresh from the record, for the day `today` (Shanghai). None if no batch has this ID number."""
    gathered = gather(session, installation, wish[0], today)
    if gathered is None:
        return None
    return Found(gathered.facts, gathered.standing, void_reason(session, gathered.facts, wish[1]))


_REASON = sa.select(VoidUnit.reason).where(
    VoidUnit.batch_id == sa.bindparam("batch"), VoidUnit.ordinal == sa.bindparam("ordinal")
)


def void_reason(session: Session, facts: BatchFacts, ordinal: int) -> str | None:
    """Why this single label of the batch is void, or None if it is not."""
    if not facts.has_voids:
        return None
    return session.scalar(_REASON, {"batch": facts.batch_id, "ordinal": ordinal})
