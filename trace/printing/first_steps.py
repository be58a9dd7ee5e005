"""The first steps of a grower, from its record to the first labels on sale: what is done, and what is next."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..models import Batch, PrintRun, PrintState, Producer, Product, Review, Shipment


class First(StrEnum):
    """The steps, in the order in which they can be taken."""

    RECORD = "record"  # who one is
    RECORD_REVIEW = "record_review"  # the county's turn
    PLOT = "plot"
    PRODUCT = "product"
    PRODUCT_REVIEW = "product_review"  # the turn of county and city
    BATCH = "batch"
    LABELS = "labels"
    SALE = "sale"  # the labels are on the packs


@dataclass(frozen=True, slots=True)
class FirstStep:
    """A step; `is_next` is the first that is not done yet, which may be somebody else's turn."""

    key: First
    is_done: bool
    is_next: bool


def first_steps(session: Session, producer: Producer) -> list[FirstStep]:
    """All steps of a grower that has put nothing on sale yet; none of one that has, or has shipped goods in another way."""
    if _has_sold(session, producer):
        return []
    done = _done(session, producer)
    following = next((key for key in First if key not in done), None)
    return [FirstStep(key, key in done, key is following) for key in First]


def _has_sold(session: Session, producer: Producer) -> bool:
    own = sa.select(Batch.id).where(Batch.producer_id == producer.id)
    released = sa.exists().where(PrintRun.batch_id.in_(own), PrintRun.released_at.is_not(None))
    shipped = sa.exists().where(Shipment.batch_id.in_(own))
    return bool(session.scalar(sa.select(released | shipped)))


def _done(session: Session, producer: Producer) -> set[First]:
    """The steps that are done. What was returned has to be done again."""
    products = session.scalars(sa.select(Product).where(Product.producer_id == producer.id)).all()
    done = {First.RECORD} if producer.state is not Review.RETURNED else set()
    if producer.state is Review.APPROVED:
        done.add(First.RECORD_REVIEW)
    if producer.plots_in_use:
        done.add(First.PLOT)
    return done | _of_products(products) | _of_batches(session, producer)


def _of_products(products: Sequence[Product]) -> set[First]:
    if any(each.state is Review.APPROVED for each in products):
        return {First.PRODUCT, First.PRODUCT_REVIEW}
    return {First.PRODUCT} if any(each.state is not Review.RETURNED for each in products) else set()


def _of_batches(session: Session, producer: Producer) -> set[First]:
    own = sa.select(Batch.id).where(Batch.producer_id == producer.id, Batch.counts())
    if not session.scalar(sa.select(own.exists())):
        return set()
    made = sa.exists().where(PrintRun.batch_id.in_(own), PrintRun.state == PrintState.READY)
    return {First.BATCH, First.LABELS} if session.scalar(sa.select(made)) else {First.BATCH}
