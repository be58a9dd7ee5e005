"""A shop says that a pack is sold (卖出了), by its account. Who looks at its code after that is its buyer, or has a copy.

A shop keeps its record here as other producers do: it says so of its own packs, and of those that were shipped to it.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from ..access.actor import Actor, own_producer
from ..access.visibility import visible
from ..audit import holds, log
from ..db import lock
from ..errors import N_, Conflict, NotFound
from ..models import Action, Batch, Shipment, SoldUnit
from ..paging import Page, page_of


def sold(session: Session, batch: Batch, ordinal: int) -> SoldUnit | None:
    """The word of a shop on a pack, if one stands."""
    row = _row(session, batch, ordinal)
    return row if row is not None and row.undone_at is None else None


def sell(session: Session, actor: Actor, batch: Batch, ordinal: int) -> SoldUnit:
    """Say that a pack is sold; said twice by the same shop, it is said once.

    Raises NotFound for a pack that is not the shop's, Conflict where another shop has said so, and of a
    batch that was withdrawn.
    """
    producer = own_producer(session, actor)
    refuse_others(session, actor, batch, ordinal)
    lock(session, batch)
    holds.refuse_withdrawn(batch)
    if (row := sold(session, batch, ordinal)) is not None:
        if row.producer_id != producer.id:
            raise Conflict(N_("另一家已经登记卖出这一件；如果不对，请向县市区农业农村局反映"))
        return row
    if (row := _row(session, batch, ordinal)) is None:
        row = SoldUnit(batch_id=batch.id, ordinal=ordinal)
        session.add(row)
    row.producer_id, row.county, row.at, row.undone_at = producer.id, producer.county, actor.at, None
    log.record(session, actor, Action.UNIT_SELL, row, batch=batch.id_number, number=ordinal + 1)
    return row


def unsell(session: Session, actor: Actor, row: SoldUnit) -> None:
    """The pack is not sold after all. Raises Conflict where that was said already."""
    lock(session, row)
    if row.undone_at is not None:
        raise Conflict(N_("这一件已经撤销卖出"))
    row.undone_at = actor.at
    log.record(session, actor, Action.UNIT_UNSELL, row, batch=row.batch.id_number, number=row.ordinal + 1)


def refuse_others(session: Session, actor: Actor, batch: Batch, ordinal: int) -> None:
    """Raises NotFound where the pack neither is the actor's own nor was shipped to it."""
    if batch.producer_id == actor.producer_id:
        return
    mine = Shipment.batch_id == batch.id, Shipment.to_producer_id == actor.producer_id, Shipment.cancelled_at.is_(None)
    holds = sa.or_(
        Shipment.first.is_(None), sa.and_(Shipment.first <= ordinal, Shipment.first + Shipment.count > ordinal)
    )
    if session.scalar(sa.select(Shipment.id).where(*mine, holds).limit(1)) is None:
        raise NotFound(N_("这一件不是您家的货，也没有发给您"))


def recent(session: Session, actor: Actor, page: int) -> Page[SoldUnit]:
    """The packs that the actor's shop has sold, the last first."""
    rows = visible(actor, SoldUnit).where(SoldUnit.undone_at.is_(None)).order_by(SoldUnit.at.desc(), SoldUnit.id.desc())
    return page_of(session, rows, page, contains_eager(SoldUnit.batch).joinedload(Batch.product))


def _row(session: Session, batch: Batch, ordinal: int) -> SoldUnit | None:
    return session.scalar(sa.select(SoldUnit).where(SoldUnit.batch_id == batch.id, SoldUnit.ordinal == ordinal))
