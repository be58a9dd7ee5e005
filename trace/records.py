"""Lists that producers and officers look at: products, batches, brands, queues. Reading only."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from . import cases, paging
from .accounts import Actor, visible
from .models import Batch, BatchState, Brand, Complaint, Producer, Product, Review


def products_of(session: Session, producer_id: int) -> Sequence[Product]:
    rows = sa.select(Product).where(Product.producer_id == producer_id).options(joinedload(Product.brand))
    return session.scalars(rows.order_by(Product.id)).all()


def batches_of(session: Session, producer_id: int, limit: int) -> Sequence[Batch]:
    """A producer's latest batches, newest first."""
    rows = sa.select(Batch).where(Batch.producer_id == producer_id).options(joinedload(Batch.product))
    return session.scalars(rows.order_by(Batch.declared_at.desc(), Batch.id.desc()).limit(limit)).all()


def brands_for(session: Session, county: str) -> Sequence[Brand]:
    """The regional brands a producer of this county may name."""
    rows = sa.select(Brand).where(sa.or_(Brand.county == county, Brand.county.is_(None)), Brand.producer_id.is_(None))
    return session.scalars(rows.order_by(Brand.id)).all()


def own_brands(session: Session, producer_id: int) -> Sequence[Brand]:
    return session.scalars(sa.select(Brand).where(Brand.producer_id == producer_id).order_by(Brand.id)).all()


def producers(session: Session, actor: Actor, state: str) -> Sequence[Producer]:
    """The producers an officer sees, those waiting longest first."""
    return session.scalars(producers_found(actor, state).limit(500)).all()


def producers_found(actor: Actor, state: str) -> sa.Select[Producer]:
    """The same without an end, for those who take the whole list."""
    rows = visible(actor, Producer)
    if state in set(Review):
        rows = rows.where(Producer.state == Review(state))
    return rows.order_by(Producer.submitted_at, Producer.id)


def products(session: Session, actor: Actor, state: str) -> Sequence[Product]:
    """The products an officer sees, those waiting longest first."""
    return session.scalars(products_found(actor, state).limit(500)).all()


def products_found(actor: Actor, state: str) -> sa.Select[Product]:
    """The same without an end."""
    rows = visible(actor, Product).options(joinedload(Product.producer), joinedload(Product.brand))
    if state in set(Review):
        rows = rows.where(Product.state == Review(state))
    return rows.order_by(Product.submitted_at, Product.id)


@dataclass(frozen=True)
class Queue:
    """What waits for this officer, and what is stopped."""

    producers: int
    products: int
    held: int
    recalled: int
    complaints: int


def queue(session: Session, actor: Actor) -> Queue:
    turn = Review.COUNTY_APPROVED if actor.is_city_officer else Review.SUBMITTED
    return Queue(
        paging.count(session, visible(actor, Producer).where(Producer.state == Review.SUBMITTED)),
        paging.count(session, visible(actor, Product).where(Product.state == turn)),
        paging.count(session, visible(actor, Batch).where(Batch.state == BatchState.ON_HOLD)),
        paging.count(session, visible(actor, Batch).where(Batch.state == BatchState.RECALLED)),
        paging.count(session, cases.open_ones(actor, Complaint)),
    )
