"""How far goods went: every batch and every customer that a set of batches reached."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..chain.lineage import downstream_of
from ..errors import N_, Invalid
from ..models import Batch, BatchState, Origin, Producer, Product, RecallAct, RecallLine, UnitScans
from .customers import Delivery, customers, deliveries


@dataclass(frozen=True, slots=True)
class Reached:
    """A batch that a cause reaches. `units` have codes, `scans` are looks of people at them, `depth` counts the steps from the
    cause."""

    id: int
    id_number: str
    product: str
    producer: str
    county: str
    day: date
    state: BatchState
    units: int
    depth: int
    scans: int
    origin: Origin


@dataclass(frozen=True)
class Reach:
    """All that a cause reaches, and what of it this officer may not stop (another county's)."""

    batches: Sequence[Reached]
    deliveries: Sequence[Delivery]
    elsewhere: int

    @property
    def units(self) -> int:
        """How many units with codes are reached."""
        return sum(row.units for row in self.batches)

    @property
    def scans(self) -> int:
        """How often people looked at them."""
        return sum(row.scans for row in self.batches)

    @property
    def customers(self) -> int:
        """How many customers got any of it; one name is one customer."""
        return len(customers(self.deliveries))


def reach(session: Session, actor: Actor, roots: Collection[int]) -> Reach:
    """Everything that these batches (row numbers) went into, with units, looks and customers.

    Raises Invalid without any batch.
    """
    if not roots:
        raise Invalid("cause", N_("没有符合的批次；请换一个条件"))
    return _reach(session, actor, downstream_of(roots))


def reach_of(session: Session, actor: Actor, row: RecallAct) -> tuple[Reach, set[int]]:
    """What an act reached, as it stands today, and which of the batches it moved."""
    lines = sa.select(RecallLine.batch_id.label("id"), RecallLine.depth).where(RecallLine.recall_id == row.id)
    moved = sa.select(RecallLine.batch_id).where(RecallLine.recall_id == row.id, RecallLine.changed)
    return _reach(session, actor, lines.subquery()), set(session.scalars(moved))


def _reach(session: Session, actor: Actor, reached: sa.CTE | sa.Subquery) -> Reach:
    rows = _reached(session, reached)
    mine = [row for row in rows if actor.county in (None, row.county)]
    return Reach(mine, deliveries(session, sa.select(reached.c.id), actor.county), len(rows) - len(mine))


def _reached(session: Session, reached: sa.CTE | sa.Subquery) -> list[Reached]:
    looks = sa.select(UnitScans.batch_id, sa.func.sum(UnitScans.scans).label("scans"))
    looked = looks.where(UnitScans.batch_id.in_(sa.select(reached.c.id))).group_by(UnitScans.batch_id).subquery()
    rows = (
        sa.select(
            Batch.id,
            Batch.id_number,
            Product.name,
            Producer.name,
            Batch.county,
            Batch.harvest_date,
            Batch.state,
            Batch.reserved,
            reached.c.depth,
            sa.cast(sa.func.coalesce(looked.c.scans, 0), sa.BigInteger),
            Batch.origin,
        )
        .join(reached, reached.c.id == Batch.id)
        .join(Product, Product.id == Batch.product_id)
        .join(Producer, Producer.id == Batch.producer_id)
        .outerjoin(looked, looked.c.batch_id == Batch.id)
        .order_by(reached.c.depth, Batch.id)
    )
    return [Reached(*row) for row in session.execute(rows)]
