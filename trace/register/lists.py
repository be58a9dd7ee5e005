"""Lists that producers and officers look at: products, producers, batches. Reading only."""

from collections.abc import Sequence
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload

from ..access.actor import Actor
from ..access.matching import any_of, named, numbered, written
from ..access.visibility import visible
from ..errors import N_
from ..listing.listof import Choice, Column, Days, ListOf
from ..models import (
    Batch,
    BatchState,
    Brand,
    Partner,
    Plot,
    PrintRun,
    PrintState,
    Producer,
    ProducerKind,
    Product,
    Review,
    Shipment,
)
from .archiving import Kept, kept_as


def products_of(session: Session, producer_id: int) -> Sequence[Product]:
    """A producer's products, oldest first."""
    rows = sa.select(Product).where(Product.producer_id == producer_id).options(joinedload(Product.brand))
    return session.scalars(rows.order_by(Product.id)).all()


def batches_of(producer_id: int) -> sa.Select[Batch]:
    """A producer's batches, newest first."""
    rows = sa.select(Batch).where(Batch.producer_id == producer_id).options(joinedload(Batch.product))
    return rows.order_by(Batch.declared_at.desc(), Batch.id.desc())


class Todo(StrEnum):
    """What a producer's batch is ready for."""

    CODE = "code"
    RELEASE = "release"


def _ready_for(todo: Todo, actor: Actor) -> sa.ColumnElement[bool]:
    left = Batch.quantity - Batch.used - Batch.reserved * Batch.pack_size
    ready = sa.select(PrintRun.id).where(PrintRun.batch_id == Batch.id, PrintRun.state == PrintState.READY).exists()
    return sa.and_(Batch.state == BatchState.ON_SALE, ready if todo is Todo.RELEASE else left >= Batch.pack_size)


OWN_BATCHES = ListOf(
    "own_batches",
    lambda actor: visible(actor, Batch).join(Batch.product).join(Batch.plot),
    Batch.id,
    (
        Column("product", N_("产品"), (Product.name_normal,)),
        Column("number", N_("身份证号"), (Batch.id_number,)),
        Column("plot", N_("地块"), (Plot.name_normal,)),
        Column("harvest", N_("采收"), (Batch.harvest_date,), newest=True),
        Column("codes", N_("已赋码 / 可赋"), (Batch.reserved,), newest=True, is_number=True),
        Column("declared", N_("登记"), (Batch.declared_at,), newest=True),
        Column("state", N_("状态"), (Batch.state,)),
    ),
    "-declared",
    any_of(numbered(Batch.id_number), named(Product.name_normal, Plot.name_normal)),
    N_("身份证号、产品、地块"),
    N_("还没有批次。"),
    choices=(
        Choice("todo", N_("可以办的"), Todo, _ready_for),
        Choice("state", N_("状态"), BatchState, lambda state, actor: Batch.state == state),
    ),
    product=named(Product.name_normal),
    days=Days(N_("采收日期"), Batch.harvest_date),
    options=(contains_eager(Batch.product), contains_eager(Batch.plot)),
)
"""A producer's own batches."""


class Dealt(StrEnum):
    """What was dealt with a customer or supplier."""

    SHIPPED = "shipped"
    BOUGHT = "bought"


def _dealt(dealt: Dealt, actor: Actor) -> sa.ColumnElement[bool]:
    if dealt is Dealt.SHIPPED:
        return sa.exists().where(Shipment.partner_id == Partner.id, Shipment.cancelled_at.is_(None))
    return sa.exists().where(Batch.partner_id == Partner.id)


PARTNERS = ListOf(
    "partners",
    lambda actor: visible(actor, Partner),
    Partner.id,
    (
        Column("name", N_("客户或供货人"), (Partner.name_normal,)),
        Column("phone", N_("电话"), (Partner.phone,)),
        Column("uscc", N_("统一社会信用代码"), (Partner.uscc,)),
        Column("note", N_("备注")),
        Column("added", N_("登记"), (Partner.added_at,), newest=True),
    ),
    "name",
    any_of(named(Partner.name_normal), written(Partner.phone, Partner.uscc, Partner.note)),
    N_("名称、电话、代码、备注"),
    N_("还没有。发货、进货时填的名字会自动记到这里，也可以先添加。"),
    choices=(
        Choice(
            "kept",
            N_("使用"),
            Kept,
            lambda kept, actor: kept_as(kept, Partner),
            lambda actor: Kept.IN_USE,
            is_tabs=True,
        ),
        Choice("dealt", N_("往来"), Dealt, _dealt),
    ),
)
"""The address book of the actor's producer."""

PRODUCERS = ListOf(
    "producers",
    lambda actor: visible(actor, Producer),
    Producer.id,
    (
        Column("name", N_("名称"), (Producer.name_normal,)),
        Column("kind", N_("类型"), (Producer.kind,)),
        Column("number", N_("统一社会信用代码"), (Producer.uscc,)),
        Column("county", N_("县市区"), (Producer.county,)),
        Column("submitted", N_("提交"), (Producer.submitted_at,), newest=True),
        Column("state", N_("状态"), (Producer.state,)),
    ),
    "submitted",
    any_of(named(Producer.name_normal), written(Producer.uscc)),
    N_("名称、统一社会信用代码"),
    N_("这里没有等着办的。"),
    choices=(
        Choice(
            "state",
            N_("状态"),
            Review,
            lambda state, actor: Producer.state == state,
            lambda actor: Review.SUBMITTED,
            is_tabs=True,
            only=(Review.SUBMITTED, Review.APPROVED, Review.RETURNED),
        ),
        Choice("kind", N_("类型"), ProducerKind, lambda kind, actor: Producer.kind == kind),
    ),
    county=Producer.county,
    days=Days(N_("提交"), Producer.submitted_at, is_moment=True),
)
"""Producers as officers see them, those waiting longest first."""

PRODUCTS = ListOf(
    "products",
    lambda actor: visible(actor, Product).outerjoin(Product.brand),
    Product.id,
    (
        Column("name", N_("产品"), (Product.name_normal,)),
        Column("brand", N_("品牌"), (Brand.name,), may_lack=True),
        Column("producer", N_("主体"), (Producer.name_normal,)),
        Column("county", N_("县市区"), (Producer.county,)),
        Column("number", N_("身份证号"), (Product.id_number,)),
        Column("submitted", N_("提交"), (Product.submitted_at,), newest=True),
        Column("state", N_("状态"), (Product.state,)),
    ),
    "submitted",
    any_of(
        named(Product.name_normal, Producer.name_normal, Brand.name_normal),
        numbered(Product.id_number, Product.barcode),
    ),
    N_("产品、品牌、主体、身份证号、条形码"),
    N_("这里没有等着办的。"),
    choices=(
        Choice(
            "state",
            N_("状态"),
            Review,
            lambda state, actor: Product.state == state,
            lambda actor: Review.COUNTY_APPROVED if actor.is_city_officer else Review.SUBMITTED,
            is_tabs=True,
        ),
    ),
    county=Producer.county,
    days=Days(N_("提交"), Product.submitted_at, is_moment=True),
    options=(contains_eager(Product.producer), contains_eager(Product.brand)),
)
"""Products as officers see them, those waiting longest first."""
