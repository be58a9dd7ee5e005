"""What the record knows of packs that may have been copied: who read them and where, and what became of them. Read when asked for."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..clock import start_of
from ..models import Batch, Shipment, SoldUnit, UnitReader, UnitScans, VoidUnit
from ..policy.policy import Policy
from ..register import product_kinds
from . import network_lists, regions
from .clones import Course, Met, PackFacts, Suspicion, facts_of, weigh
from .unit_readers import NETWORK

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


def likely_copied(session: Session, batch: Batch, policy: Policy) -> list[LikelyCopied]:
    """The packs of a batch whose signs have `look_at` points together, those with the most readers first."""
    if policy.clone.fewest_readers is None:
        return []
    seen = _read_most(session, batch, policy.clone.fewest_readers)
    found = []
    for unit, facts in facts_for(session, policy, batch, seen):
        if suspicion := weigh(facts, policy.clone):
            found.append(LikelyCopied(unit.ordinal, unit.first_at, unit.days, facts, suspicion))
    return sorted(found, key=lambda one: (-one.facts.readers, one.ordinal))[:MOST]


def _read_most(session: Session, batch: Batch, fewest: int) -> Sequence[UnitScans]:
    """The packs that are looked into: void ones first, since few readers are enough of these."""
    void = sa.exists().where(VoidUnit.batch_id == UnitScans.batch_id, VoidUnit.ordinal == UnitScans.ordinal)
    rows = sa.select(UnitScans).where(UnitScans.batch_id == batch.id, UnitScans.readers >= fewest)
    return session.scalars(rows.order_by(sa.case((void, 0), else_=1), *_MOST_FIRST).limit(LOOKED_INTO)).all()


_MOST_FIRST = UnitScans.readers.desc(), UnitScans.ordinal


def facts_for(
    session: Session, policy: Policy, batch: Batch, units: Sequence[UnitScans]
) -> Iterator[tuple[UnitScans, PackFacts]]:
    """Each of these packs of a batch with its facts."""
    ordinals = [unit.ordinal for unit in units]
    met, courses = readers_of(session, batch, ordinals), _Courses(session, policy, batch, ordinals)
    for unit in units:
        yield unit, facts_of(met[unit.ordinal], courses.of(unit.ordinal), policy.clone)


def readers_of(session: Session, batch: Batch, ordinals: Sequence[int]) -> dict[int, list[Met]]:
    """The readers of packs, by ordinal, each once a day, the first of them first."""
    of = UnitReader.batch_id == batch.id, UnitReader.ordinal.in_(ordinals)
    rows = sa.select(UnitReader.ordinal, UnitReader.at, UnitReader.region, UnitReader.client).where(*of)
    found: dict[int, list[Met]] = defaultdict(list)
    for ordinal, at, place, client in session.execute(rows.order_by(UnitReader.at)):
        found[ordinal].append(Met(at, place, client[:NETWORK]))
    return found


class _Courses:
    """What some packs of a batch went through."""

    def __init__(self, session: Session, policy: Policy, batch: Batch, ordinals: Sequence[int]) -> None:
        self._policy = policy
        table = network_lists.in_force(session)
        self._known = {one.region for one in regions.networks_of(table.content)} if table else set[str]()
        rows = sa.select(Shipment).where(Shipment.batch_id == batch.id, Shipment.cancelled_at.is_(None))
        self._shipments = session.scalars(rows).all()
        void = sa.select(VoidUnit.ordinal, VoidUnit.at).where(
            VoidUnit.batch_id == batch.id, VoidUnit.ordinal.in_(ordinals)
        )
        self._void = {ordinal: at for ordinal, at in session.execute(void)}
        sold = sa.select(SoldUnit).where(SoldUnit.batch_id == batch.id, SoldUnit.ordinal.in_(ordinals))
        self._sold = {row.ordinal: row for row in session.scalars(sold.where(SoldUnit.undone_at.is_(None)))}
        last = product_kinds.best_before(batch)
        self._over = start_of(last + timedelta(days=1)) if last else None

    def of(self, ordinal: int) -> Course:
        sold = self._sold.get(ordinal)
        return Course(
            self._shipped_to(ordinal),
            sold.at if sold else None,
            sold.county if sold else "",
            self._void.get(ordinal),
            self._over,
        )

    def _shipped_to(self, ordinal: int) -> frozenset[str] | None:
        """The regions to which a pack may have gone; None where one of the places is in no region that is known, and where
        somebody took the goods in, who may have sent them on."""
        found: set[str] = set()
        for each in shipments_of_pack(self._shipments, ordinal):
            there = regions.named(self._policy, self._known, each.place)
            if not there or each.received_at is not None:
                return None
            found |= there
        return frozenset(found) or None


def shipments_of_pack(shipments: Sequence[Shipment], ordinal: int) -> Sequence[Shipment]:
    """The shipment in which a pack stands, else all of its batch's."""
    own = [
        each
        for each in shipments
        if each.first is not None and each.count and each.first <= ordinal < each.first + each.count
    ]
    return own or shipments


def shipped_to(shipments: Sequence[Shipment], ordinal: int) -> list[str]:
    """The places to which a pack may have gone, as they were written."""
    return list(dict.fromkeys(each.place for each in shipments_of_pack(shipments, ordinal)))
