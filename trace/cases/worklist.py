"""The work that waits for an officer, counted by kind."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .. import paging
from ..access.actor import Actor
from ..access.visibility import visible
from ..farm import amounts, rulings
from ..models import Batch, BatchState, Complaint, FarmCase, Producer, Product, Review
from ..register import commodities, product_pictures, product_texts
from . import case


@dataclass(frozen=True)
class Queue:
    """How many entries wait for this officer, and how many batches are stopped. `held_by_system` and `asked` are doubts about batches
    that wait for a ruling: the program held them, or their growers asked. `amounts`: batches whose amount is to be confirmed.
    `unconfirmed` are products without a commodity."""

    producers: int
    products: int
    pictures: int
    texts: int
    held: int
    recalled: int
    complaints: int
    held_by_system: int
    asked: int
    amounts: int
    unconfirmed: int


def queue(session: Session, actor: Actor) -> Queue:
    """Count what waits for this officer: in its county, or in the whole city for an officer of the city."""
    doubts = visible(actor, FarmCase).where(*rulings.waits())
    turn = Review.COUNTY_APPROVED if actor.is_city_officer else Review.SUBMITTED
    return Queue(
        paging.count(session, visible(actor, Producer).where(Producer.state == Review.SUBMITTED)),
        paging.count(session, visible(actor, Product).where(Product.state == turn)),
        paging.count(session, product_pictures.waiting(actor)),
        paging.count(session, product_texts.waiting(actor)),
        paging.count(session, visible(actor, Batch).where(Batch.state == BatchState.ON_HOLD)),
        paging.count(session, visible(actor, Batch).where(Batch.state == BatchState.RECALLED)),
        paging.count(session, case.open_ones(actor, Complaint)),
        paging.count(session, doubts.where(FarmCase.held)),
        paging.count(session, doubts.where(sa.not_(FarmCase.held))),
        paging.count(session, amounts.waiting(actor)),
        paging.count(session, commodities.unconfirmed(actor)),
    )
