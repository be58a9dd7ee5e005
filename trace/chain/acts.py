"""Batches become one another: split (分批), merged (合批), processed (加工), received (收货).

Each act takes goods from batches under their locks and makes new batches of them, so that three things hold by
construction: no goods are made of nothing (out ≤ what was taken, less the loss, times the stated factor), none are
taken twice (`Batch.used`), and no batch can come to be among its own sources.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Unpack

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .. import fields
from ..access.actor import Actor, own_producer
from ..audit import log
from ..audit.holds import Use, refuse_stopped
from ..audit.sure import NOTHING, Question, Said, ask, told
from ..clock import day_of
from ..db import lock
from ..errors import N_, Conflict, Invalid
from ..models import (
    Action,
    ActKind,
    Batch,
    BatchLink,
    ChainAct,
    Origin,
    Plot,
    PlotKind,
    Producer,
    Product,
    Review,
    Shipment,
    Unit,
)
from ..provenance import allowance
from ..register import numbers as register_numbers
from ..register import partners, producers
from ..register.batches import refuse_odd_packs
from . import commodity
from .balance import MOST_PARTS, Part, Taken, balanced, locked, loss_of, parts_of, take
from .inheritance import inherited
from .new_batch import BoughtBatch, NewBatch
from .odd_amounts import odd_amount

ORIGIN_OF = {
    ActKind.SPLIT: Origin.SPLIT,
    ActKind.MERGE: Origin.MERGED,
    ActKind.PROCESS: Origin.PROCESSED,
    ActKind.RECEIVE: Origin.RECEIVED,
}


@dataclass(frozen=True)
class Made:
    """What comes out, as typed. `product` and `works` are row numbers of the producer's own."""

    product: str
    works: str
    day: str
    quantity: str
    unit: str
    pack_size: str
    said: Said = NOTHING  # the questions that were answered with yes


def split(
    session: Session, actor: Actor, batch: str, parts: Sequence[tuple[str, str]], *, loss: str = "", key: str = ""
) -> list[Batch]:
    """Part a batch into several of the same product; `parts` are pairs of quantity and pack size in its unit.

    Raises Invalid (what is wrong with which part), Conflict while the batch is held or recalled.
    """
    producer, done = _begin(session, actor, key)
    if done:
        return _results(session, done)
    if not 1 <= len(parts) <= MOST_PARTS:
        raise Invalid("parts", N_("请分成 1 到 %(most)d 批"), most=MOST_PARTS)
    (source,) = locked(session, producer, [batch])
    with fields.Together() as read:
        amounts = [
            (read(fields.amount, "parts", quantity, source.unit), read(fields.amount, "pack_size", pack, source.unit))
            for quantity, pack in parts
        ]
        lost = read(loss_of, loss, source.unit)
    take(source, sum((quantity for quantity, _ in amounts), lost))
    act = _act(session, actor, producer, ActKind.SPLIT, source.harvest_date, key)
    made = []
    for quantity, pack in amounts:
        result = _like(session, actor, act, source, quantity, pack)
        _link(session, act, Part(source, quantity + lost, lost, Decimal(1)), result)
        lost = Decimal(0)  # the loss is told once, with the first part
        made.append(result)
    return _told(session, actor, act, [source], made)


def merge(
    session: Session, actor: Actor, parts: Sequence[Taken], *, pack_size: str, quantity: str = "", key: str = ""
) -> Batch:
    """Put batches of one product and unit together. `quantity` is what was weighed afterwards; empty: all of it.

    The new batch bears the earliest harvest day and the plot of the largest part; the whole way stays on record.
    Raises Invalid as `commodity.refuse_mixed`, or for more than the parts hold; Conflict while one is held.
    """
    producer, done = _begin(session, actor, key)
    if done:
        return _results(session, done)[0]
    taken = parts_of(session, producer, [Taken(part.batch, part.taken, part.loss) for part in parts], least=2)
    first = max(taken, key=lambda part: part.taken).batch
    commodity.refuse_mixed([part.batch for part in taken], first)
    out = balanced(taken, quantity, first.unit)
    for part in taken:
        take(part.batch, part.taken)
    day = min(part.batch.harvest_date for part in taken)
    act = _act(session, actor, producer, ActKind.MERGE, day, key)
    made = _like(session, actor, act, first, out, fields.amount("pack_size", pack_size, first.unit))
    for part in taken:
        _link(session, act, part, made)
    return _told(session, actor, act, [part.batch for part in taken], [made])[0]


def process(session: Session, actor: Actor, parts: Sequence[Taken], made: Made, *, key: str = "") -> Batch:
    """Make a batch of another product out of batches: soybeans become 香干, leaves become tea.

    The day of making is not before any input's own day. Raises Invalid when more comes out than the inputs, less
    their losses, can make by the factors stated, and for raw materials that the product's review has not approved; Unsure for an
    amount that is beyond what is usual.
    """
    producer, done = _begin(session, actor, key)
    if done:
        return _results(session, done)[0]
    values = _made(session, producer, made, actor)
    taken = parts_of(session, producer, parts, least=1)
    commodity.refuse_unapproved([part.batch for part in taken], session.get_one(Product, values["product_id"]))
    latest = max(part.batch.harvest_date for part in taken)
    if values["harvest_date"] < latest:
        raise Invalid("day", N_("加工日期不能早于原料的日期 %(latest)s"), latest=latest)
    balanced(taken, made.quantity, made.unit)
    asked = ask(made.said, [odd_amount(session, producer, values, Origin.PROCESSED)])
    for part in taken:
        take(part.batch, part.taken)
    act = _act(session, actor, producer, ActKind.PROCESS, values["harvest_date"], key)
    batch = _new(session, actor, producer, act, **values)
    for part in taken:
        _link(session, act, part, batch)
    return _told(session, actor, act, [part.batch for part in taken], [batch], asked)[0]


def receive(
    session: Session, actor: Actor, shipment: Shipment, *, product: str, pack_size: str, loss: str = "", key: str = ""
) -> Batch:
    """Take in what another producer shipped to the actor's: one step back and one step forward become one link.

    `product` is the receiver's own, under which it will sell; plot and harvest day stay those of the goods.
    Raises Conflict for a shipment that is not the actor's to take, was taken, or whose batch is held or recalled; Invalid for
    a product that is not its own or of another commodity, or a loss as large as the shipment.
    """
    producer, done = _begin(session, actor, key)
    if done:
        return _results(session, done)[0]
    own = producers.own_row(session, producer, Product, "product", product)
    with fields.Together() as read:
        lost = read(loss_of, loss, shipment.batch.unit)
        pack = read(fields.amount, "pack_size", pack_size, shipment.batch.unit)
    lock(session, shipment)
    if shipment.to_producer_id != producer.id or shipment.cancelled_at:
        raise Conflict(N_("这批货不是发给您的，或者发货已经撤销"))
    if shipment.received_at:
        raise Conflict(N_("这批货已经收过了"))
    if lost >= shipment.quantity:
        raise Invalid("loss", N_("损耗应少于发货量 %(quantity)s"), quantity=f"{shipment.quantity:f}")
    source = shipment.batch
    refuse_stopped(source, Use.GOODS)
    commodity.refuse_other(source, own)
    act = _act(session, actor, producer, ActKind.RECEIVE, day_of(actor.at), key)
    batch = _new(
        session,
        actor,
        producer,
        act,
        product_id=_approved(own).id,
        harvest_date=source.harvest_date,
        quantity=shipment.quantity - lost,
        pack_size=pack,
        **inherited(source),
    )
    _link(session, act, Part(source, shipment.quantity, lost, Decimal(1)), batch)
    shipment.received_at = actor.at
    log.record(session, actor, Action.SHIPMENT_RECEIVE, shipment, batch=batch.id_number)
    return _told(session, actor, act, [], [batch])[0]


@dataclass(frozen=True)
class Seller:
    """Of whom goods were bought, as typed. `remember`: put it into the address book, with the telephone."""

    supplier: str
    lot: str = ""
    phone: str = ""
    remember: bool = False


def purchase(session: Session, actor: Actor, made: Made, seller: Seller, *, key: str = "") -> Batch:
    """Goods bought from someone without a record here become a batch, so that the way back ends at a name.

    Raises Invalid for any field, and for a product whose commodity is not confirmed; Unsure for an amount that is beyond what is
    usual.
    """
    producer, done = _begin(session, actor, key)
    if done:
        return _results(session, done)[0]
    with fields.Together() as read:
        values = read(_made, session, producer, made, actor)
        supplier = read(fields.name, "supplier", seller.supplier, least=2, most=partners.LONGEST)
        supplier_lot = read(fields.line, "lot", seller.lot, least=0) or None
        number = partners.phone(read, seller.phone)
    asked = ask(made.said, [odd_amount(session, producer, values, Origin.RECEIVED)])
    act = _act(session, actor, producer, ActKind.RECEIVE, values["harvest_date"], key)
    entry = partners.met(session, actor, producer, supplier, number, seller.remember)
    known = entry.id if entry else None
    batch = _new(
        session, actor, producer, act, supplier=supplier, supplier_lot=supplier_lot, partner_id=known, **values
    )
    return _told(session, actor, act, [], [batch], asked)[0]


def _begin(session: Session, actor: Actor, key: str) -> tuple[Producer, ChainAct | None]:
    """The actor's producer, and the act that this very form did before, if it did."""
    producer = own_producer(session, actor)
    lock(session, producer)  # the same form sent twice at once waits here
    mine = sa.select(ChainAct).where(ChainAct.producer_id == producer.id, ChainAct.idempotency_key == key[:64])
    return producer, session.scalar(mine) if key else None


def _results(session: Session, act: ChainAct) -> list[Batch]:
    made = sa.select(Batch).where(Batch.act_id == act.id)
    return list(session.scalars(made.order_by(Batch.id)))


def _made(session: Session, producer: Producer, made: Made, actor: Actor) -> NewBatch:
    with fields.Together() as read:
        product = read(producers.own_row, session, producer, Product, "product", made.product)
        works = read(producers.own_row, session, producer, Plot, "works", made.works)
        day = read(_day, made.day, day_of(actor.at))
        unit = read(fields.choice, "unit", Unit, made.unit)
        quantity = read(fields.amount, "quantity", made.quantity, unit)
        pack_size = read(fields.amount, "pack_size", made.pack_size, unit)
    if works.kind is not PlotKind.WORKS:
        raise Invalid("works", N_("“%(name)s”是地块；请选加工场所"), name=works.name)
    return {
        "product_id": _approved(product).id,
        "plot_id": works.id,
        "county": works.county,
        "place": works.place,
        "harvest_date": day,
        "quantity": quantity,
        "unit": unit,
        "pack_size": pack_size,
    }


def _day(typed: str, today: date) -> date:
    try:
        return fields.harvest_day(typed, today)
    except Invalid as wrong:
        raise Invalid("day", wrong.message.template, **wrong.message.values) from None


def _approved(product: Product) -> Product:
    if product.state is not Review.APPROVED:
        raise Invalid("product", N_("“%(name)s”还没有审核通过"), name=product.name)
    commodity.refuse_unconfirmed(product)
    return product


def _act(session: Session, actor: Actor, producer: Producer, kind: ActKind, day: date, key: str) -> ChainAct:
    act = ChainAct(producer_id=producer.id, kind=kind, day=day, idempotency_key=key[:64] or None, recorded_at=actor.at)
    session.add(act)
    session.flush()
    return act


def _like(session: Session, actor: Actor, act: ChainAct, source: Batch, quantity: Decimal, pack: Decimal) -> Batch:
    """A batch of the same product and plot as its source, of the day of the act."""
    return _new(
        session,
        actor,
        source.producer,
        act,
        product_id=source.product_id,
        harvest_date=act.day,
        quantity=quantity,
        pack_size=pack,
        **inherited(source),
    )


def _new(session: Session, actor: Actor, producer: Producer, act: ChainAct, **values: Unpack[BoughtBatch]) -> Batch:
    refuse_odd_packs(values["quantity"], values["pack_size"])
    batch = Batch(
        producer_id=producer.id,
        id_number=register_numbers.unused_number(session, Batch, values["county"]),
        origin=ORIGIN_OF[act.kind],
        act_id=act.id,
        declared_at=actor.at,
        state_since=actor.at,
        **values,
    )
    session.add(batch)
    session.flush()
    return batch


def _link(session: Session, act: ChainAct, part: Part, result: Batch) -> None:
    session.add(
        BatchLink(
            act_id=act.id, from_id=part.batch.id, to_id=result.id, taken=part.taken, loss=part.loss, factor=part.factor
        )
    )


def _told(
    session: Session,
    actor: Actor,
    act: ChainAct,
    sources: Sequence[Batch],
    made: list[Batch],
    asked: Sequence[Question] = (),
) -> list[Batch]:
    """Write the events: of the act, of every batch that gave, of every batch that came to be."""
    numbers = [batch.id_number for batch in made]
    log.record(
        session, actor, Action(f"chain.{act.kind}"), act, made=numbers, of=[batch.id_number for batch in sources]
    )
    for batch in sources:
        log.record(session, actor, Action.BATCH_USE, batch, into=numbers, used=str(batch.used))
    allowance.name(session, actor, made)
    for batch in made:
        log.record(
            session,
            actor,
            Action.BATCH_DECLARE,
            batch,
            None,
            id_number=batch.id_number,
            origin=batch.origin,
            quantity=str(batch.quantity),
            unit=batch.unit,
            pack_size=str(batch.pack_size),
            **told(asked),
        )
    return made
