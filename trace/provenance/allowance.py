"""Under which brand a batch is declared: its product's where the goods bear it out, or by an officer's leave."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from .. import fields
from ..access.actor import Actor
from ..audit import holds, log
from ..clock import day_of
from ..db import lock
from ..errors import N_, Conflict
from ..models import Action, Batch
from . import claims
from .goods import natures, way_to
from .naming import Asked


def name(session: Session, actor: Actor, batches: Sequence[Batch]) -> None:
    """Declare new batches under the brands of their products, as far as their goods bear them out on the day of the act. Their
    sources, and the links to them, are in the session."""
    asked = _asked(session, actor, batches)
    for batch in batches:
        if (one := asked.get(batch.id)) and one.why_not() is None:
            batch.brand_id = one.brand.id


def _asked(session: Session, actor: Actor, batches: Sequence[Batch]) -> dict[int, Asked]:
    way = way_to(session, batches)
    return claims.of_brands(session, batches, way, natures(way), day_of(actor.at))


def allow(session: Session, actor: Actor, batch: Batch, reason: str) -> None:
    """An officer lets a batch carry its product's brand although it is out of season, or its sources were not declared under the
    brand, and says why. The record keeps the reason.

    Raises Conflict when the batch carries it already, when there is none to carry, and when the goods or the licence
    speak against it, which no leave mends. Raises Invalid without a reason.
    """
    why = fields.reason(reason)
    lock(session, batch)
    holds.refuse_withdrawn(batch)
    if batch.brand_id is not None or batch.product.brand is None:
        raise Conflict(N_("这个批次已经使用品牌，或者它的产品没有品牌"))
    asked = _asked(session, actor, [batch])[batch.id]
    if never := asked.why_never():
        raise Conflict(never.template, **never.values)
    batch.brand, batch.brand_reason = asked.brand, why
    log.record(session, actor, Action.BATCH_BRAND, batch, why, brand=asked.brand.name)
