"""Where goods went: packs with codes, or loose goods, to a customer. One step forward of every batch.

(一步向前, as NY/T 4712-2025 has it: each link of the chain records its own step, where goods came from, where they went.)
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from .. import fields
from ..access.actor import Actor, own_producer
from ..audit import log
from ..audit.holds import Use, refuse_stopped
from ..clock import day_of
from ..db import lock
from ..errors import N_, Conflict, Invalid
from ..models import Action, Batch, Partner, Producer, Review, Shipment
from ..names import normal_form
from ..register import partners
from .balance import take


@dataclass(frozen=True)
class ShippingForm:
    """As typed. Packs by the printed numbers `first` to `last`, or loose goods by `quantity`; never both.

    `uscc`: of a customer that keeps its record here; it may then take the goods in. Nobody else needs to have a code or a record.
    `phone` is what a recall calls; one that the address book has need not be typed. `remember`: put the customer into the book.
    """

    customer: str
    place: str
    day: str
    first: str = ""
    last: str = ""
    quantity: str = ""
    uscc: str = ""
    phone: str = ""
    remember: bool = False
    key: str = ""


def ship(session: Session, actor: Actor, batch: Batch, form: ShippingForm) -> Shipment:
    """Record that goods of a batch left. The same form sent again gives the same shipment.

    Raises Invalid (packs without codes or shipped already, more than is left), Conflict while held or recalled.
    """
    producer = own_producer(session, actor)
    lock(session, producer)  # before the batch, as all other acts do: its book may get an entry
    lock(session, batch)
    if form.key and (done := _before(session, batch, form.key)):
        return done
    refuse_stopped(batch, Use.GOODS)
    with fields.Together() as read:
        customer = read(fields.name, "customer", form.customer, least=2, most=partners.LONGEST)
        number = partners.phone(read, form.phone)
        values = {
            "customer": customer,
            "place": read(_place, form.place, form.customer),
            "phone": number,
            "to_producer_id": read(_receiver, session, batch, form.uscc),
            "shipped_on": read(_day, form.day, batch, day_of(actor.at)),
        }
        goods = read(_goods, session, batch, form)
    entry = partners.met(session, actor, producer, customer, number, form.remember)
    values |= _by_the_book(session, producer, entry, form)
    if loose := "first" not in goods:
        take(batch, goods["quantity"])
    row = Shipment(batch_id=batch.id, idempotency_key=form.key[:64] or None, recorded_at=actor.at, **values, **goods)
    session.add(row)
    log.record(session, actor, Action.SHIPMENT_ADD, row, batch=batch.id_number, quantity=str(row.quantity))
    if loose:
        log.record(session, actor, Action.BATCH_USE, batch, shipped=str(row.quantity), used=str(batch.used))
    return row


def cancel(session: Session, actor: Actor, shipment: Shipment, reason: str) -> None:
    """The goods did not leave after all: packs may be shipped again, loose goods are back in the batch.

    Raises Conflict when the receiver has taken them in.
    """
    why = fields.reason(reason)
    if shipment.batch.producer_id != actor.producer_id:
        raise Conflict(N_("只有发货的一方可以撤销发货"))
    lock(session, shipment.batch)
    lock(session, shipment)
    if shipment.received_at or shipment.cancelled_at:
        raise Conflict(N_("对方已经收货，或者这次发货已经撤销"))
    shipment.cancelled_at = actor.at
    if shipment.first is None:
        shipment.batch.used -= shipment.quantity
        log.record(session, actor, Action.BATCH_USE, shipment.batch, why, used=str(shipment.batch.used))
    log.record(session, actor, Action.SHIPMENT_CANCEL, shipment, why)


def _by_the_book(
    session: Session, producer: Producer, entry: Partner | None, form: ShippingForm
) -> dict[str, int | str | None]:
    """What the entry of the customer adds to what was typed: its telephone, and the record that its code has here."""
    if entry is None:
        return {}
    more: dict[str, int | str | None] = {"partner_id": entry.id}
    if not form.phone.strip():
        more["phone"] = entry.phone
    found = None if form.uscc.strip() else _registered(session, entry.uscc)
    if found is not None and found.id != producer.id:
        more["to_producer_id"] = found.id
    return more


def _place(typed: str, customer: str) -> str:
    """A place as anyone may see it: customers may be private persons, whose name and telephone are nobody's business."""
    place = fields.name("place", typed, most=40)
    if PHONE.search(unicodedata.normalize("NFKC", place)) or (
        len(whom := normal_form(customer)) > 1 and whom in normal_form(place)
    ):
        raise Invalid("place", N_("这一项会显示给消费者：不要写客户的名称和电话，写到县市区或乡镇"))
    return place


PHONE = re.compile(r"\d[\d -]{5,}\d")


def _before(session: Session, batch: Batch, key: str) -> Shipment | None:
    mine = sa.select(Shipment).where(Shipment.batch_id == batch.id, Shipment.idempotency_key == key[:64])
    return session.scalar(mine)


def _goods(session: Session, batch: Batch, form: ShippingForm) -> dict[str, Any]:
    """What leaves: loose goods, or packs. Raises Invalid for both, for neither, and for what is not there."""
    loose = bool(form.quantity.strip())
    if loose == bool(form.first.strip() or form.last.strip()):
        raise Invalid("quantity", N_("请填第几枚到第几枚，或者填散装的量；两样只填一样"))
    return _loose(batch, form) if loose else _packs(session, batch, form)


def _loose(batch: Batch, form: ShippingForm) -> dict[str, Decimal]:
    quantity = fields.amount("quantity", form.quantity, batch.unit)
    if quantity > batch.left:
        raise Invalid(
            "quantity",
            N_("这个批次只剩 %(left)s %(unit)s 没有装进赋码包装"),
            left=fields.plain(batch.left),
            unit=str(batch.unit),
        )
    return {"quantity": quantity}


def _packs(session: Session, batch: Batch, form: ShippingForm) -> dict[str, Decimal | int]:
    with fields.Together() as read:
        first = read(fields.count, "first", form.first, max(1, batch.reserved))
        last = read(fields.count, "last", form.last, max(1, batch.reserved))
    if last < first:
        raise Invalid("last", N_("末号 %(last)s 小于首号 %(first)s"), last=last, first=first)
    overlap = sa.select(Shipment).where(
        Shipment.batch_id == batch.id,
        Shipment.cancelled_at.is_(None),
        Shipment.first < last,
        Shipment.first + Shipment.count >= first,
    )
    if other := session.scalar(overlap.limit(1)):
        raise Invalid(
            "first",
            N_("第 %(first)s—%(last)s 枚已经发给 %(customer)s"),
            first=(other.first or 0) + 1,
            last=(other.first or 0) + (other.count or 0),
            customer=other.customer,
        )
    count = last - first + 1
    return {"quantity": batch.pack_size * count, "first": first - 1, "count": count}


def _receiver(session: Session, batch: Batch, uscc: str) -> int | None:
    if not uscc.strip():
        return None
    found = _registered(session, "".join(uscc.split()).upper())
    if found is None:
        raise Invalid("uscc", N_("本系统没有这个统一社会信用代码的主体；对方不在本系统，就不填"))
    if found.id == batch.producer_id:
        raise Invalid("uscc", N_("这是您自己；自己的批次之间请用分批、合批或加工"))
    return found.id


def _registered(session: Session, uscc: str | None) -> Producer | None:
    """The approved producer of a code."""
    rows = sa.select(Producer).where(Producer.uscc == uscc, Producer.state == Review.APPROVED)
    return session.scalar(rows) if uscc else None


def _day(typed: str, batch: Batch, today: date) -> date:
    day = fields.day("day", typed)
    if not batch.harvest_date <= day <= today:
        raise Invalid("day", N_("发货日期应在 %(first)s到 %(last)s之间"), first=batch.harvest_date, last=today)
    return day


def shipments_of(session: Session, *batches: Batch) -> Sequence[Shipment]:
    """What left of these batches and was not called back, latest first."""
    rows = sa.select(Shipment).where(Shipment.batch_id.in_([batch.id for batch in batches]))
    rows = rows.where(Shipment.cancelled_at.is_(None)).options(joinedload(Shipment.partner))
    return session.scalars(rows.order_by(Shipment.id.desc())).all()


def coming_in(session: Session, actor: Actor) -> Sequence[Shipment]:
    """What others shipped to the actor's producer and it has not taken in yet."""
    rows = sa.select(Shipment).where(
        Shipment.to_producer_id == actor.producer_id, Shipment.cancelled_at.is_(None), Shipment.received_at.is_(None)
    )
    rows = rows.options(
        joinedload(Shipment.batch).joinedload(Batch.product), joinedload(Shipment.batch).joinedload(Batch.producer)
    )
    return session.scalars(rows.order_by(Shipment.id)).all() if actor.producer_id else []


def usual(session: Session, actor: Actor) -> Sequence[Shipment]:
    """The latest shipment to each of the customers whom the actor's producer supplied last, latest first."""
    mine = sa.select(sa.func.max(Shipment.id)).join(Shipment.batch).where(Batch.producer_id == actor.producer_id)
    latest = mine.group_by(Shipment.customer, Shipment.place)
    return session.scalars(
        sa.select(Shipment).where(Shipment.id.in_(latest)).order_by(Shipment.id.desc()).limit(12)
    ).all()


def next_packs(session: Session, batch: Batch) -> tuple[int, int] | None:
    """The printed numbers of the packs that have codes and have not left, after the last that did; None for none."""
    end = sa.select(sa.func.max(Shipment.first + Shipment.count)).where(Shipment.batch_id == batch.id)
    gone = session.scalar(end.where(Shipment.cancelled_at.is_(None))) or 0
    return (int(gone) + 1, batch.reserved) if gone < batch.reserved else None
