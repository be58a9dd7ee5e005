"""Amounts of goods bought or made that look like a slip. What is split, put together or taken in cannot be more than there is."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..audit.plausible import LATEST, MANY_PACKS, by_custom, by_packs, question, stated, usual_of
from ..audit.sure import Question
from ..models import Batch, Origin, Producer
from .new_batch import NewBatch


def odd_amount(session: Session, producer: Producer, values: NewBatch, origin: Origin) -> Question | None:
    """What is odd about an amount that came in by the producer's own word: beyond its usual one of the same goods and way, or, where
    nothing is usual yet, a great many packs."""
    rows = sa.select(Batch.quantity).where(Batch.producer_id == producer.id, Batch.product_id == values["product_id"])
    rows = rows.where(Batch.origin == origin, Batch.unit == values["unit"]).order_by(Batch.id.desc()).limit(LATEST)
    unit = str(values["unit"])
    measure = by_custom(values["quantity"], unit, usual_of(session.scalars(rows)))
    measure = measure or by_packs(values["quantity"], values["pack_size"], unit, MANY_PACKS)
    return question(stated(values["quantity"], unit, [measure.says])) if measure.exceeded() else None
