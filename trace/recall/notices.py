"""Notices to producers whose goods a recall reached, and what they read of it."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from ..access.actor import Actor
from ..audit import log
from ..db import lock
from ..models import Action, Batch, Notice, RecallAct, RecallLine

MOST_TOLD = 50  # batches that a notice names


def tell_producers(session: Session, row: RecallAct) -> None:
    """Write a notice to each producer of which the act holds a batch, once."""
    reached = sa.select(Batch.producer_id).join(RecallLine, RecallLine.batch_id == Batch.id).distinct()
    told = sa.select(Notice.producer_id).where(Notice.recall_id == row.id)
    new = reached.where(RecallLine.recall_id == row.id, RecallLine.changed, Batch.producer_id.not_in(told))
    if lines := [{"producer_id": producer, "recall_id": row.id} for producer in session.scalars(new)]:
        session.execute(sa.insert(Notice), lines)


def notices_for(session: Session, producer_id: int) -> Sequence[Notice]:
    """What a producer has been told, that stands, and that it has not said that it read."""
    rows = sa.select(Notice).join(Notice.recall).where(Notice.producer_id == producer_id, Notice.read_at.is_(None))
    return session.scalars(rows.where(RecallAct.lifted_at.is_(None)).order_by(Notice.id.desc())).all()


def read(session: Session, actor: Actor, notice: Notice) -> None:
    """The producer says that it has read a notice; once."""
    lock(session, notice)
    if notice.read_at is None:
        notice.read_at = actor.at
        log.record(session, actor, Action.RECALL_READ, notice.recall, producer=notice.producer_id)


def stopped_of(session: Session, notice: Notice) -> Sequence[Batch]:
    """The producer's batches that the act moved; its notice is about them. At most fifty."""
    rows = sa.select(Batch).join(RecallLine, RecallLine.batch_id == Batch.id)
    rows = rows.where(RecallLine.recall_id == notice.recall_id, RecallLine.changed)
    rows = rows.where(Batch.producer_id == notice.producer_id).order_by(Batch.id).limit(MOST_TOLD)
    return session.scalars(rows.options(joinedload(Batch.product))).all()
