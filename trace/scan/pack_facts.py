"""What is known of the packs of a batch that may have been copied: for the officers' page of the batch, read when it is asked for.

Where a reader is, and when a shop sold a pack, is on no record yet, so signs of these are silent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..clock import start_of
from ..models import Batch, Shipment, UnitReader, UnitScans, VoidUnit
from ..policy.clones import CloneRule
from ..register import product_kinds
from .clones import PackFacts, Suspicion, weigh

MOST = 50  # packs shown, those with the most readers
LOOKED_INTO = 500  # packs of a batch whose facts are read


@dataclass(frozen=True, slots=True)
class LikelyCopied:
    """A pack of a batch that an officer should look at. `ordinal` from 0; `days`: on how many it was looked at."""

    ordinal: int
    first_at: datetime
    days: int
    facts: PackFacts
    suspicion: Suspicion


def likely_copied(session: Session, batch: Batch, rule: CloneRule) -> list[LikelyCopied]:
    """The packs of a batch whose signs have `look_at` points together, those with the most readers first."""
    if rule.fewest_readers is None:
        return []
    seen = _read_most(session, batch, rule.fewest_readers)
    void, late = _after_void(session, batch, seen), _after_shelf_life(session, batch, seen)
    found = []
    for unit in seen:
        facts = PackFacts(
            unit.readers, readers_after_void=void.get(unit.ordinal), readers_after_shelf_life=late.get(unit.ordinal)
        )
        if suspicion := weigh(facts, rule):
            found.append(LikelyCopied(unit.ordinal, unit.first_at, unit.days, facts, suspicion))
    return sorted(found, key=lambda one: (-one.facts.readers, one.ordinal))[:MOST]


def _read_most(session: Session, batch: Batch, fewest: int) -> Sequence[UnitScans]:
    """The packs that are looked into: void ones first, since few readers are enough of these."""
    void = sa.exists().where(VoidUnit.batch_id == UnitScans.batch_id, VoidUnit.ordinal == UnitScans.ordinal)
    rows = sa.select(UnitScans).where(UnitScans.batch_id == batch.id, UnitScans.readers >= fewest)
    return session.scalars(rows.order_by(sa.case((void, 0), else_=1), *_MOST_FIRST).limit(LOOKED_INTO)).all()


_MOST_FIRST = UnitScans.readers.desc(), UnitScans.ordinal


def _readers(
    session: Session, batch: Batch, seen: Sequence[UnitScans], lately: sa.ColumnElement[bool]
) -> dict[int, int]:
    """How many of its readers each of these packs had lately; one that had none is left out."""
    of = UnitReader.batch_id == batch.id, UnitReader.ordinal.in_([unit.ordinal for unit in seen])
    rows = sa.select(UnitReader.ordinal, sa.func.count()).where(*of, lately).group_by(UnitReader.ordinal)
    return {ordinal: readers for ordinal, readers in session.execute(rows)}


def _after_void(session: Session, batch: Batch, seen: Sequence[UnitScans]) -> dict[int, int]:
    void = VoidUnit.batch_id == UnitReader.batch_id, VoidUnit.ordinal == UnitReader.ordinal
    return _readers(session, batch, seen, sa.exists().where(*void, UnitReader.at > VoidUnit.at))


def _after_shelf_life(session: Session, batch: Batch, seen: Sequence[UnitScans]) -> dict[int, int]:
    if (last := product_kinds.best_before(batch)) is None:
        return {}
    return _readers(session, batch, seen, UnitReader.at >= start_of(last + timedelta(days=1)))


def shipped_to(shipments: Sequence[Shipment], ordinal: int) -> list[str]:
    """The places to which a pack may have gone: by its own shipment if it stands in one, else all of its batch's."""
    own = [
        each
        for each in shipments
        if each.first is not None and each.count and each.first <= ordinal < each.first + each.count
    ]
    return list(dict.fromkeys(each.place for each in own or shipments))
