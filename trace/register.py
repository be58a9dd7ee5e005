"""Step 1, register: producers, plots, products and batches enter the record and are reviewed.

A producer is approved by its county; a product by its county and then by the city, and then it has its ID
number (一品一码); a batch is declared by an approved producer and has its ID number at once (一批一码).
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from . import audit, inputs, licences
from .accounts import Actor
from .accounts import own_producer as own_producer
from .clock import day_of
from .codes.checkdigits import parse_resident_id, parse_uscc
from .codes.idnumber import new_id_number
from .errors import N_, Conflict, Forbidden, Invalid
from .models import (
    Account,
    AttachedFarmer,
    Batch,
    Brand,
    BrandKind,
    Plot,
    PlotKind,
    Producer,
    ProducerKind,
    Product,
    Review,
    Role,
    Unit,
)
from .policy import Policy
from .regimes import ProductKind
from .secretfiles import Secrets

MOST_PACKS = 1 << 27  # the unit field of a code


@dataclass(frozen=True)
class ProducerForm:
    """What a producer says of itself. `uscc` for all but individuals, who give `resident_id`."""

    name: str
    kind: str
    uscc: str
    resident_id: str
    county: str
    township: str
    contact: str
    phone: str


def submit_producer(
    session: Session, actor: Actor, policy: Policy, secrets: Secrets, form: ProducerForm, demonstration: bool = False
) -> Producer:
    """A producer enters its record, or mends a returned one; the county reviews it.

    Raises Invalid (any field, or an identity that is registered already), Conflict (already approved).
    """
    producer = session.get(Producer, actor.producer_id) if actor.producer_id else None
    if producer and producer.state is Review.APPROVED:
        raise Conflict(N_("主体已经审核通过；要更改请联系县市区农业农村局"))
    values = _producer_values(policy, secrets, form, producer)
    _refuse_taken_identity(session, values, producer)
    if producer is None:
        producer = Producer(demonstration=demonstration, submitted_at=actor.at, **values)
        session.add(producer)
    else:
        for name, value in values.items():
            setattr(producer, name, value)
        producer.state, producer.return_reason, producer.submitted_at = Review.SUBMITTED, None, actor.at
    audit.record(session, actor, "producer.submit", producer, name=producer.name)
    _link_account(session, actor, producer)
    return producer


def _producer_values(policy: Policy, secrets: Secrets, form: ProducerForm, known: Producer | None) -> dict[str, Any]:
    kind = inputs.choice("kind", ProducerKind, form.kind)
    values: dict[str, Any] = {
        "name": inputs.line("name", form.name, least=2, most=40),
        "kind": kind,
        "county": policy.county(form.county),
        "township": inputs.line("township", form.township, most=30),
        "contact": inputs.line("contact", form.contact, least=2, most=20),
        "phone": inputs.phone(form.phone),
    }
    if kind is not ProducerKind.INDIVIDUAL:
        return values | {"uscc": parse_uscc(form.uscc), "identity_sealed": None, "identity_mark": None}
    if not form.resident_id.strip() and known is not None and known.identity_mark:
        return values | {"uscc": None}  # mending a returned record: the number given before still stands
    number = parse_resident_id(form.resident_id)
    return values | {
        "uscc": None,
        "identity_sealed": secrets.seal_identity(number),
        "identity_mark": secrets.identity_mark(number),
    }


def _refuse_taken_identity(session: Session, values: dict[str, Any], own: Producer | None) -> None:
    for field, column, value in (
        ("uscc", Producer.uscc, values["uscc"]),
        ("resident_id", Producer.identity_mark, values.get("identity_mark")),
    ):
        other = session.scalar(sa.select(Producer.id).where(column == value)) if value else None
        if other and (own is None or other != own.id):
            raise Invalid(field, N_("这个号码已经登记过；如果是您的主体，请联系县市区农业农村局"))


def _link_account(session: Session, actor: Actor, producer: Producer) -> None:
    """Whoever enters its own record is bound to it; an officer who enters one for a producer is not."""
    account = session.get(Account, actor.account_id) if actor.account_id else None
    if account and account.role is Role.PRODUCER and account.producer_id is None:
        account.producer_id = producer.id
        audit.record(session, actor, "account.link", account, producer=producer.id)


def approve_producer(session: Session, actor: Actor, producer: Producer) -> None:
    """The county officer agrees; from now on the producer may declare products and batches."""
    _must_be(session, producer, Review.SUBMITTED)
    producer.state, producer.approved_at = Review.APPROVED, actor.at
    audit.record(session, actor, "producer.approve", producer)


def return_producer(session: Session, actor: Actor, producer: Producer, reason: str) -> None:
    """The county officer sends the record back, saying what is to be mended."""
    why = inputs.reason(reason)
    _must_be(session, producer, Review.SUBMITTED)
    producer.state, producer.return_reason = Review.RETURNED, why
    audit.record(session, actor, "producer.return", producer, why)


def _must_be(session: Session, row: Producer | Product, *states: Review) -> None:
    session.refresh(row, with_for_update=True)
    if row.state not in states:
        raise Conflict(N_("这一条已经办过了，请刷新页面看最新状态"))


def add_plot(
    session: Session,
    actor: Actor,
    policy: Policy,
    *,
    name: str,
    county: str,
    place: str,
    area_mu: str,
    kind: str = PlotKind.FIELD,
) -> Plot:
    """A plot of the actor's producer, or its works; `area_mu` in 亩, `place` as fine as a village."""
    producer = own_producer(session, actor)
    plot = Plot(
        producer_id=producer.id,
        name=inputs.line("name", name, most=30),
        county=policy.county(county),
        place=inputs.line("place", place, most=40),
        area_mu=inputs.amount("area_mu", area_mu, largest=Decimal(1_000_000)),
        kind=inputs.choice("kind", PlotKind, kind),
    )
    if session.scalar(sa.select(Plot.id).where(Plot.producer_id == producer.id, Plot.name == plot.name)):
        raise Invalid("name", N_("您已经有一块叫“%(name)s”的地，请换个名字"), name=plot.name)
    session.add(plot)
    audit.record(session, actor, "plot.add", plot, name=plot.name)
    return plot


def submit_product(
    session: Session,
    actor: Actor,
    *,
    name: str,
    brand: str,
    description: str = "",
    product: Product | None = None,
    kind: ProductKind | None = None,
) -> Product:
    """A product enters the review, or comes back mended. `brand` is the key of a directory brand, or empty; without a
    `kind` it stays what it was, at first none of the regulated ones."""
    producer = own_producer(session, actor)
    named, about = inputs.line("name", name, least=2, most=30), inputs.paragraph("description", description)
    values = {
        "name": named,
        "description": about,
        "brand_id": _brand_id(session, brand, named, producer),
        **(kind.values(producer.demonstration) if kind else {}),
    }
    same = sa.select(Product.id).where(Product.producer_id == producer.id, Product.name == named)
    if session.scalar(same.where(Product.id != (product.id if product else 0))):
        raise Invalid("name", N_("您已经有一个叫“%(name)s”的产品"), name=named)
    if product is None:
        product = Product(producer_id=producer.id, submitted_at=actor.at, **values)
        session.add(product)
    else:
        _must_be(session, product, Review.RETURNED, Review.SUBMITTED)
        for key, value in values.items():
            setattr(product, key, value)
        product.state, product.return_reason, product.submitted_at = Review.SUBMITTED, None, actor.at
    audit.record(
        session, actor, "product.submit", product, name=product.name, brand=brand or None, regime=product.regime
    )
    return product


def _brand_id(session: Session, key: str, name: str, producer: Producer) -> int | None:
    if not key:
        _refuse_borrowed_name(session, name)
        return None
    brand = session.scalar(sa.select(Brand).where(Brand.key == key))
    if brand is None or brand.producer_id not in (None, producer.id):
        raise Invalid("brand", N_("品牌目录里没有这个品牌；请从列表里选，或选“不用区域品牌”"))
    if brand.county and brand.county != producer.county:
        raise Invalid("brand", N_("“%(brand)s”属于别的县市区，本县主体不能使用"), brand=brand.name)
    return brand.id


def _refuse_borrowed_name(session: Session, name: str) -> None:
    """A regional brand in a product's name is used as a brand is: under its rules."""
    for brand in session.scalars(sa.select(Brand.name).where(Brand.kind == BrandKind.REGIONAL)):
        if brand in name:
            raise Invalid("brand", N_("产品名称里有“%(brand)s”；请在品牌里选它，或者换个名称"), brand=brand)


def approve_product(session: Session, actor: Actor, product: Product) -> None:
    """The county officer agrees first, then the city officer, and the product has its ID number (一品一码)."""
    _must_be(session, product, Review.SUBMITTED, Review.COUNTY_APPROVED)
    if product.state is Review.SUBMITTED:
        product.state = Review.COUNTY_APPROVED
        audit.record(session, actor, "product.approve_county", product)
        return
    if not actor.is_city_officer:
        raise Forbidden(N_("县级已通过，等市级审核"))
    product.state, product.approved_at = Review.APPROVED, actor.at
    product.id_number = unused_number(session, Product, product.producer.county)
    audit.record(session, actor, "product.approve_city", product, id_number=product.id_number)


def return_product(session: Session, actor: Actor, product: Product, reason: str) -> None:
    """County or city sends the product back, saying what is to be mended."""
    why = inputs.reason(reason)
    _must_be(session, product, Review.SUBMITTED, Review.COUNTY_APPROVED)
    if product.state is Review.COUNTY_APPROVED and not actor.is_city_officer:
        raise Forbidden(N_("县级已通过，等市级审核"))
    product.state, product.return_reason = Review.RETURNED, why
    audit.record(session, actor, "product.return", product, why)


def unused_number(session: Session, kind: type[Product] | type[Batch], county: str) -> str:
    """An ID number that no product and no batch has: the two share the page's search box."""
    while True:
        number = new_id_number(county)
        taken = session.scalar(sa.select(Product.id).where(Product.id_number == number))
        if not taken and not session.scalar(sa.select(Batch.id).where(Batch.id_number == number)):
            return number


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
    farmer: str = ""  # 挂靠农户, who grew it; empty for the producer itself


def declare_batch(session: Session, actor: Actor, form: BatchForm) -> Batch:
    """A harvest becomes a batch with its ID number (一批一码). The same form sent again gives the same batch.

    Raises Invalid for any field, Conflict while the producer or product is not approved.
    """
    producer = own_producer(session, actor)
    session.refresh(producer, with_for_update=True)  # the same form sent twice at once waits here
    if form.key and (done := _declared_before(session, producer, form.key)):
        return done
    product, plot = (
        own_row(session, producer, Product, "product", form.product),
        own_row(session, producer, Plot, "plot", form.plot),
    )
    if product.state is not Review.APPROVED:
        raise Invalid("product", N_("“%(name)s”还没有审核通过"), name=product.name)
    farmer = own_row(session, producer, AttachedFarmer, "farmer", form.farmer) if form.farmer else None
    batch = Batch(
        producer_id=producer.id,
        attached_farmer_id=farmer and farmer.id,
        product_id=product.id,
        plot_id=plot.id,
        county=plot.county,
        id_number=unused_number(session, Batch, plot.county),
        declared_at=actor.at,
        state_since=actor.at,
        idempotency_key=form.key[:64] or None,
        **_harvest(form, actor),
    )
    if licences.bar(session, product.brand, producer.id, day_of(actor.at), batch.harvest_date) is None:
        batch.brand_id = product.brand_id
    session.add(batch)
    audit.record(
        session,
        actor,
        "batch.declare",
        batch,
        id_number=batch.id_number,
        brand=batch.brand_id,
        quantity=str(batch.quantity),
        unit=batch.unit,
        pack_size=str(batch.pack_size),
    )
    return batch


def _declared_before(session: Session, producer: Producer, key: str) -> Batch | None:
    mine = sa.select(Batch).where(Batch.producer_id == producer.id)
    return session.scalar(mine.where(Batch.idempotency_key == key[:64]))


def _harvest(form: BatchForm, actor: Actor) -> dict[str, Any]:
    quantity, pack_size = inputs.amount("quantity", form.quantity), inputs.amount("pack_size", form.pack_size)
    if pack_size > quantity:
        raise Invalid("pack_size", N_("每件的量不能大于总量 %(quantity)s"), quantity=f"{quantity:f}")
    if quantity // pack_size > MOST_PACKS:
        raise Invalid(
            "pack_size",
            N_("这样会有 %(packs)s 件，一个批次最多 %(most)s 件；请分成几个批次"),
            packs=f"{quantity // pack_size:,f}",
            most=f"{MOST_PACKS:,}",
        )
    return {
        "harvest_date": inputs.harvest_day(form.harvest_date, day_of(actor.at)),
        "quantity": quantity,
        "unit": inputs.choice("unit", Unit, form.unit),
        "pack_size": pack_size,
    }


def own_row(session: Session, producer: Producer, kind: Any, field: str, ref: str) -> Any:
    row = session.get(kind, int(ref)) if ref.isascii() and ref.isdigit() and len(ref) < 19 else None
    if row is None or row.producer_id != producer.id:
        raise Invalid(field, N_("请从列表里选一项"))
    return row


def last_batch(session: Session, producer_id: int) -> Batch | None:
    """The producer's latest batch, which "copy last batch" (照上一批填) starts from."""
    return session.scalar(
        sa.select(Batch)
        .where(Batch.producer_id == producer_id)
        .order_by(Batch.declared_at.desc(), Batch.id.desc())
        .limit(1)
        .options(joinedload(Batch.product), joinedload(Batch.plot))
    )
