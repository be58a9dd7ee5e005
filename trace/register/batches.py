"""Batches: one harvest of one product, declared by its producer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from .. import fields
from ..access.actor import Actor, own_producer
from ..audit import log
from ..audit.plausible import Weighed
from ..audit.sure import NOTHING, Question, Said, ask, told
from ..clock import day_of
from ..db import lock
from ..errors import N_, Invalid, Message
from ..models import Action, AmountState, AttachedFarmer, Batch, Origin, Plot, Producer, Product, Review, Unit
from ..provenance import allowance
from .numbers import unused_number
from .producers import own_row

MOST_PACKS = 1 << 27  # the unit field of a code


@dataclass(frozen=True)
class BatchForm:
    """What a producer says of a harvest; amounts as typed. `key` is the form's own: sent twice, it declares once."""

    product: str
    plot: str
    harvest_date: str
    quantity: str
    unit: str
    pack_size: str
    key: str = ""
    farmer: str = ""  # 挂靠农户: the attached farmer that grew it; empty for the producer itself
    said: Said = NOTHING  # the questions that were answered with yes


def declare_batch(
    session: Session, actor: Actor, form: BatchForm, weigh: Callable[[Batch], Weighed] = lambda batch: Weighed()
) -> Batch:
    """A harvest becomes a batch with its ID number (一批一码). The same form sent again gives the same batch.

    `weigh` says what is odd about the amount: `farm.harvests` declares with its scales, and is the entrance for people. Raises
    Invalid for any field, Conflict while the producer or product is not approved, Unsure for an odd amount.
    """
    producer = own_producer(session, actor)
    lock(session, producer)  # the same form sent twice at once waits here
    if form.key and (done := _declared_before(session, producer, form.key)):
        return done
    product = own_row(session, producer, Product, "product", form.product)
    if product.state is not Review.APPROVED:
        raise Invalid("product", N_("“%(name)s”还没有审核通过"), name=product.name)
    batch = _batch(session, actor, producer, product, form)
    allowance.name(session, actor, [batch])
    weighed = weigh(batch)
    asked = ask(form.said, [weighed.question])
    session.add(batch)
    _tell(session, actor, batch, asked)
    if weighed.waits is not None:
        wait(session, actor, batch, weighed.waits)
    return batch


def wait(session: Session, actor: Actor, batch: Batch, why: Message) -> None:
    """The amount is for the county to confirm before the batch gets codes."""
    batch.amount_state, batch.amount_why, batch.amount_at = AmountState.WAITING, why.as_data(), actor.at
    log.record(session, actor, Action.BATCH_DOUBT, batch, str(why)[:300])


def _batch(session: Session, actor: Actor, producer: Producer, product: Product, form: BatchForm) -> Batch:
    typed = typed_values(session, actor, producer, form)
    return Batch(
        producer_id=producer.id,
        product_id=product.id,
        origin=Origin.HARVEST,
        id_number=unused_number(session, Batch, str(typed["county"])),
        declared_at=actor.at,
        state_since=actor.at,
        idempotency_key=form.key[:64] or None,
        **typed,
    )


def _tell(session: Session, actor: Actor, batch: Batch, asked: Sequence[Question]) -> None:
    log.record(
        session,
        actor,
        Action.BATCH_DECLARE,
        batch,
        None,
        id_number=batch.id_number,
        brand=batch.brand_id,
        quantity=str(batch.quantity),
        unit=batch.unit,
        pack_size=str(batch.pack_size),
        **told(asked),
    )


def _declared_before(session: Session, producer: Producer, key: str) -> Batch | None:
    mine = sa.select(Batch).where(Batch.producer_id == producer.id)
    return session.scalar(mine.where(Batch.idempotency_key == key[:64]))


def says_the_same(one: type[Batch], other: type[Batch]) -> sa.ColumnElement[bool]:
    """Whether two declarations of one producer say the same: product, plot, grower, day, amounts. Two harvests may be alike."""
    same = (getattr(one, name) == getattr(other, name) for name in _CONTENT)
    return sa.and_(*same, one.attached_farmer_id.is_not_distinct_from(other.attached_farmer_id))


_CONTENT = ("product_id", "plot_id", "harvest_date", "quantity", "unit", "pack_size", "origin")


def declared_alike(batch: Batch) -> Invalid:
    """The words for a declaration that says what this batch says."""
    return Invalid("", N_("和已登记的批次 %(number)s 一样（产品、地块、日期、数量都相同）"), number=batch.id_number)


def typed_values(
    session: Session, actor: Actor, producer: Producer, form: BatchForm, of: Batch | None = None
) -> dict[str, object]:
    """The columns of a batch that a form fills, but for its product. The rules are the same for a new batch and for a corrected
    one (`of`), which may keep a plot and a farmer that are archived.

    Raises Invalid for any field.
    """
    with fields.Together() as read:
        plot = read(own_row, session, producer, Plot, "plot", form.plot, of.plot_id if of else None)
        known = of.attached_farmer_id if of else None
        farmer = form.farmer and read(own_row, session, producer, AttachedFarmer, "farmer", form.farmer, known)
        harvest = read(_harvest, form, actor)
    return {
        "plot_id": plot.id,
        "county": plot.county,
        "place": plot.place,
        "attached_farmer_id": farmer.id if farmer else None,
        "farmer_name": farmer.name if farmer else None,
        **harvest,
    }


def _harvest(form: BatchForm, actor: Actor) -> dict[str, object]:
    with fields.Together() as read:
        unit = read(fields.choice, "unit", Unit, form.unit)
        quantity = read(fields.amount, "quantity", form.quantity, unit)
        pack_size = read(fields.amount, "pack_size", form.pack_size, unit)
        day = read(fields.harvest_day, form.harvest_date, day_of(actor.at))
    refuse_odd_packs(quantity, pack_size)
    return {"harvest_date": day, "quantity": quantity, "unit": unit, "pack_size": pack_size}


def refuse_odd_packs(quantity: Decimal, pack_size: Decimal) -> None:
    """However a batch comes to be, a pack is no larger than all of it, and a code has room for the number of each pack.

    Raises Invalid (pack_size).
    """
    if pack_size > quantity:
        raise Invalid("pack_size", N_("每件的量不能大于总量 %(quantity)s"), quantity=f"{quantity:f}")
    if quantity // pack_size > MOST_PACKS:
        raise Invalid(
            "pack_size",
            N_("这样会有 %(packs)s 件，一个批次最多 %(most)s 件；请分成几个批次"),
            packs=f"{quantity // pack_size:,f}",
            most=f"{MOST_PACKS:,}",
        )


def last_batch(session: Session, producer_id: int) -> Batch | None:
    """The producer's latest batch, which "copy last batch" (照上一批填) starts from."""
    return session.scalar(
        sa.select(Batch)
        .where(Batch.producer_id == producer_id, Batch.counts())
        .order_by(Batch.declared_at.desc(), Batch.id.desc())
        .limit(1)
        .options(joinedload(Batch.product), joinedload(Batch.plot))
    )
