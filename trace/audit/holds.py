"""The officer's hand on a batch: hold, release, recall. A batch that is stopped takes part in nothing else."""

from sqlalchemy.orm import Session

from .. import fields
from ..access.actor import Actor
from ..errors import N_, Conflict
from ..models import Batch, BatchState
from .log import record

REFUSALS = {
    BatchState.ON_SALE: N_("这个批次正在销售，没有冻结"),
    BatchState.ON_HOLD: N_("这个批次已经冻结"),
    BatchState.RECALLED: N_("这个批次已经召回；召回不能撤销"),
}


def hold(session: Session, actor: Actor, batch: Batch, reason: str) -> None:
    """Freeze a batch: from the next scan on its packs say 已冻结, and no code is issued or printed of it.

    Raises Conflict when it is held or recalled already.
    """
    _move(session, actor, batch, {BatchState.ON_SALE}, BatchState.ON_HOLD, "batch.hold", reason)


def release(session: Session, actor: Actor, batch: Batch, reason: str) -> None:
    """End a hold. A recalled batch cannot be released."""
    _move(session, actor, batch, {BatchState.ON_HOLD}, BatchState.ON_SALE, "batch.release", reason)


def recall(session: Session, actor: Actor, batch: Batch, reason: str) -> None:
    """Recall a batch, for good."""
    _move(session, actor, batch, {BatchState.ON_SALE, BatchState.ON_HOLD}, BatchState.RECALLED, "batch.recall", reason)


def _move(
    session: Session, actor: Actor, batch: Batch, from_states: set[BatchState], to: BatchState, action: str, reason: str
) -> None:
    why = fields.reason(reason)
    session.refresh(batch, with_for_update=True)
    if batch.state not in from_states:
        raise Conflict(REFUSALS[batch.state])
    before = batch.state
    batch.state, batch.state_since, batch.state_reason = to, actor.at, why
    record(session, actor, action, batch, why, before=before, after=to)


def refuse_stopped(batch: Batch) -> None:
    if batch.state is not BatchState.ON_SALE:
        raise Conflict(N_("批次 %(number)s 已冻结或召回，不能再用"), number=batch.id_number)


def refuse_off_sale(batch: Batch) -> None:
    """Labels of a held or recalled batch are neither made nor released."""
    if batch.state is not BatchState.ON_SALE:
        raise Conflict(REFUSALS[batch.state])
