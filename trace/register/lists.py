"""Lists that producers and officers look at: products, producers, batches. Reading only."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from ..access.actor import Actor
from ..access.visibility import visible
from ..models import Batch, Producer, Product, Review


def products_of(session: Session, producer_id: int) -> Sequence[Product]:
    """A producer's products, oldest first."""
    rows = sa.select(Product).where(Product.producer_id == producer_id).options(joinedload(Product.brand))
    return session.scalars(rows.order_by(Product.id)).all()


def batches_of(producer_id: int) -> sa.Select[Batch]:
    """A producer's batches, newest first."""
    rows = sa.select(Batch).where(Batch.producer_id == producer_id).options(joinedload(Batch.product))
    return rows.order_by(Batch.declared_at.desc(), Batch.id.desc())


def producers_found(actor: Actor, state: str) -> sa.Select[Producer]:
    """The producers an officer sees, those waiting longest first."""
    rows = visible(actor, Producer)
    if state in set(Review):
        rows = rows.where(Producer.state == Review(state))
    return rows.order_by(Producer.submitted_at, Producer.id)


def products_found(actor: Actor, state: str) -> sa.Select[Product]:
    """The products an officer sees, those waiting longest first."""
    rows = visible(actor, Product).options(joinedload(Product.producer), joinedload(Product.brand))
    if state in set(Review):
        rows = rows.where(Product.state == Review(state))
    return rows.order_by(Product.submitted_at, Product.id)
