"""A recall from one page: pick a cause, see everything that it reaches, then stop it all in one act.

A cause (a batch, a plot, a supplier's goods) leads to batches; whatever their goods went into, at any remove, is
reached. A drill (演练) does the whole act, measures it, and takes it back.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from time import perf_counter

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from . import audit, inputs
from .accounts import Actor, find, visible
from .clearing import standing
from .errors import N_, Conflict, Invalid
from .lineage import downstream_of
from .models import (
    Batch,
    BatchState,
    EntryKind,
    Event,
    FarmEntry,
    Notice,
    Origin,
    Plot,
    Producer,
    Product,
    RecallAct,
    RecallKind,
    RecallLine,
    Shipment,
    UnitScans,
    change_many,
)

MOST_TOLD = 50  # batches that a notice names
FROM_STATES = {RecallKind.HOLD: {BatchState.ON_SALE}, RecallKind.RECALL: {BatchState.ON_SALE, BatchState.ON_HOLD}}
TO_STATE = {RecallKind.HOLD: BatchState.ON_HOLD, RecallKind.RECALL: BatchState.RECALLED}


@dataclass(frozen=True, slots=True)
class Reached:
    """A batch that a cause reaches: how many of its units have codes, how often people looked at them."""

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


@dataclass(frozen=True, slots=True)
class Delivery:
    """Goods of a reached batch at a customer; `first` (from 0) and `count` where they were packs with codes."""

    batch_id: int
    customer: str
    place: str
    shipped_on: date
    quantity: str
    first: int | None
    count: int | None


@dataclass(frozen=True)
class Reach:
    """All that a cause reaches, and what of it this officer may not stop (another county's)."""

    batches: Sequence[Reached]
    deliveries: Sequence[Delivery]
    elsewhere: int

    @property
    def units(self) -> int:
        return sum(row.units for row in self.batches)

    @property
    def scans(self) -> int:
        return sum(row.scans for row in self.batches)

    @property
    def customers(self) -> int:
        return len({row.customer for row in self.deliveries})


def roots_of_batch(session: Session, actor: Actor, number: str) -> list[int]:
    """The batch of an ID number. Raises NotFound for one that the officer may not know of."""
    return [find(session, actor, Batch, number).id]


def roots_of_plot(session: Session, actor: Actor, plot: Plot, first: date, last: date) -> list[int]:
    """What was harvested of a plot from `first` to `last`, both included."""
    rows = visible(actor, Batch).with_only_columns(Batch.id).where(Batch.plot_id == plot.id)
    rows = rows.where(Batch.origin == Origin.HARVEST, Batch.harvest_date.between(first, last))
    return list(session.scalars(rows))


def roots_of_supplier(session: Session, actor: Actor, supplier: str, lot: str = "") -> list[int]:
    """What was bought of a supplier without a record here, of one lot or of all."""
    rows = visible(actor, Batch).with_only_columns(Batch.id)
    rows = rows.where(Batch.supplier == inputs.line("supplier", supplier, least=2))
    return list(session.scalars(rows.where(Batch.supplier_lot == lot.strip()) if lot.strip() else rows))


def roots_of_input(session: Session, actor: Actor, name: str, lot: str = "") -> list[int]:
    """What was harvested of the plots on which an input, of one lot or of all, was used in the season, on that day or later.

    Lots are compared exactly; names, too. Raises Invalid for an empty name.
    """
    wanted = inputs.line("name", name, least=2)
    uses = standing().where(FarmEntry.kind == EntryKind.INPUT, FarmEntry.input_name == wanted)
    if lot.strip():
        uses = uses.where(FarmEntry.lot == lot.strip())
    rows = visible(actor, Batch).with_only_columns(Batch.id, Batch.plot_id, Batch.harvest_date).order_by(Batch.id)
    found = session.execute(
        rows.where(Batch.origin == Origin.HARVEST, Batch.plot_id.in_(uses.with_only_columns(FarmEntry.plot_id)))
    )
    used = session.execute(uses.with_only_columns(FarmEntry.plot_id, FarmEntry.season, FarmEntry.day)).all()
    return [
        number
        for number, plot, day in found
        if any(plot == where and day >= since and day.year == season for where, season, since in used)
    ]


def reach(session: Session, actor: Actor, roots: Collection[int]) -> Reach:
    """Everything that these batches went into, with units, looks and customers. Raises Invalid where there is none."""
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
    return Reach(mine, _deliveries(session, actor, reached), len(rows) - len(mine))


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


def _deliveries(session: Session, actor: Actor, reached: sa.CTE | sa.Subquery) -> list[Delivery]:
    rows = sa.select(
        Shipment.batch_id,
        Shipment.customer,
        Shipment.place,
        Shipment.shipped_on,
        Shipment.quantity,
        Batch.unit,
        Shipment.first,
        Shipment.count,
    ).join(Batch, Batch.id == Shipment.batch_id)
    rows = rows.where(Shipment.cancelled_at.is_(None), Shipment.batch_id.in_(sa.select(reached.c.id)))
    if actor.county is not None:
        rows = rows.where(Batch.county == actor.county)
    found = session.execute(rows.order_by(Shipment.batch_id, Shipment.id))
    return [Delivery(*row[:4], f"{row[4].normalize():f} {row[5]}", *row[6:]) for row in found]


def act(
    session: Session,
    actor: Actor,
    kind: RecallKind,
    roots: Collection[int],
    *,
    cause: str,
    reason: str,
    seen: int | None = None,
) -> RecallAct:
    """Hold or recall everything that the roots reach, in one transaction, with an event for every batch and a notice
    for every producer. A drill does it all, measures it and takes it back.

    `seen`: how many batches the officer was shown. Raises Conflict when there are others by now or nothing is left to
    stop, Invalid without a reason.
    """
    began, why = perf_counter(), inputs.reason(reason)
    found = reach(session, actor, roots)
    if seen is not None and len(found.batches) != seen:
        raise Conflict(
            N_("刚才看到的是 %(seen)d 批，现在涉及 %(now)d 批；请看过再办"), seen=seen, now=len(found.batches)
        )
    if kind is RecallKind.DRILL:
        with session.begin_nested() as undone:
            _stop(session, actor, RecallKind.RECALL, found, why)
            undone.rollback()
        changed: set[int] = set()
    else:
        changed = _stop(session, actor, kind, found, why)
        if not changed:
            raise Conflict(N_("这些批次都已经停下，没有要办的了"))
    row = RecallAct(
        kind=kind,
        cause=inputs.line("cause", cause, most=100),
        reason=why,
        at=actor.at,
        actor_name=actor.name,
        batches=len(found.batches),
        units=found.units,
        scans=found.scans,
        milliseconds=round((perf_counter() - began) * 1000),
    )
    session.add(row)
    audit.record(session, actor, f"recall.{kind}", row, why, batches=row.batches, changed=len(changed), cause=row.cause)
    _lines(session, row, found, changed)
    if changed:
        _notices(session, row)
    return row


def _stop(session: Session, actor: Actor, kind: RecallKind, found: Reach, why: str) -> set[int]:
    """Move the batches that can be moved; which they were. They are locked in one order for all."""
    wanted = sorted(row.id for row in found.batches)
    stopping: list[int] = []
    for start in range(0, len(wanted), 1000):
        rows = sa.select(Batch.id).where(Batch.id.in_(wanted[start : start + 1000]))
        rows = rows.where(Batch.state.in_(FROM_STATES[kind])).order_by(Batch.id).with_for_update()
        stopping += session.scalars(rows)
    values = {"state": TO_STATE[kind], "state_since": actor.at, "state_reason": why}
    told = Event(
        at=actor.at,
        actor_id=actor.account_id,
        actor_name=actor.name,
        actor_role=actor.role or "command",
        action=f"batch.{kind}",
        reason=why,
        data={"after": TO_STATE[kind]},
    )
    change_many(session, Batch, stopping, values, told)
    return set(stopping)


def _lines(session: Session, row: RecallAct, found: Reach, changed: set[int]) -> None:
    lines = [
        {"recall_id": row.id, "batch_id": each.id, "depth": each.depth, "changed": each.id in changed}
        for each in found.batches
    ]
    session.execute(sa.insert(RecallLine), lines)


def _notices(session: Session, row: RecallAct) -> None:
    reached = sa.select(Batch.producer_id).join(RecallLine, RecallLine.batch_id == Batch.id).distinct()
    told = session.scalars(reached.where(RecallLine.recall_id == row.id, RecallLine.changed)).all()
    session.execute(sa.insert(Notice), [{"producer_id": producer, "recall_id": row.id} for producer in told])


def notices_for(session: Session, producer_id: int) -> Sequence[Notice]:
    """What a producer has been told and has not said that it read."""
    rows = sa.select(Notice).where(Notice.producer_id == producer_id, Notice.read_at.is_(None))
    return session.scalars(rows.order_by(Notice.id.desc())).all()


def read(session: Session, actor: Actor, notice: Notice) -> None:
    """The producer says that it has read a notice; once."""
    session.refresh(notice, with_for_update=True)
    if notice.read_at is None:
        notice.read_at = actor.at
        audit.record(session, actor, "recall.read", notice.recall, producer=notice.producer_id)


def acts(session: Session, actor: Actor, most: int = 50) -> Sequence[RecallAct]:
    """The latest acts and drills that this officer may know of."""
    return session.scalars(visible(actor, RecallAct).order_by(RecallAct.id.desc()).limit(most)).all()


def reads(session: Session, row: RecallAct) -> tuple[int, int]:
    """How many producers were told, and how many of them have said that they read it."""
    told = sa.select(sa.func.count(), sa.func.count(Notice.read_at)).where(Notice.recall_id == row.id)
    producers, read_it = session.execute(told).one()
    return producers, read_it


def stopped_of(session: Session, notice: Notice) -> Sequence[Batch]:
    """The producer's batches that the act moved, which its notice is about."""
    rows = sa.select(Batch).join(RecallLine, RecallLine.batch_id == Batch.id)
    rows = rows.where(RecallLine.recall_id == notice.recall_id, RecallLine.changed)
    rows = rows.where(Batch.producer_id == notice.producer_id).order_by(Batch.id).limit(MOST_TOLD)
    return session.scalars(rows.options(joinedload(Batch.product))).all()
