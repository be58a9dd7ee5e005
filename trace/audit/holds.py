"""The officer's hand on a batch: hold, release, recall. A batch that is stopped takes part in nothing else."""

from enum import StrEnum

from sqlalchemy.orm import Session

from .. import fields
from ..access.actor import Actor
from ..db import lock
from ..errors import N_, Conflict
from ..models import Action, Batch, BatchState, StoppedBy
from .log import record

REFUSALS = {
    BatchState.ON_SALE: N_("这个批次正在销售，没有冻结"),
    BatchState.ON_HOLD: N_("这个批次已经冻结"),
    BatchState.RECALLED: N_("这个批次已经召回；召回不能撤销"),
}


HELD_WORDS = {
    StoppedBy.OFFICER: N_("主管部门"),
    StoppedBy.RECORD: N_("系统按生产记录自动冻结，待监管人员判定"),
    StoppedBy.TEST: N_("系统按检测报告自动冻结，待监管人员判定"),
}
BY_SYSTEM = (StoppedBy.RECORD, StoppedBy.TEST)


def hold(session: Session, actor: Actor, batch: Batch, reason: str, by: StoppedBy = StoppedBy.OFFICER) -> None:
    """Freeze a batch: from the next scan on its packs say 已冻结, and no code is issued or printed of it. `by`: who holds it; for a hold
    of the program's own the actor is whoever wrote what it goes by.

    Raises Conflict when it is held or recalled already.
    """
    _move(session, actor, batch, {BatchState.ON_SALE}, BatchState.ON_HOLD, Action.BATCH_HOLD, reason, by)


def take_over(session: Session, actor: Actor, batch: Batch, reason: str) -> None:
    """An officer makes the program's own hold of a batch the officer's; why it is held stays. Raises Invalid without a reason."""
    batch.stopped_by = StoppedBy.OFFICER
    record(session, actor, Action.BATCH_HOLD, batch, fields.reason(reason), by=batch.stopped_by)


def release(session: Session, actor: Actor, batch: Batch, reason: str) -> None:
    """End a hold. Raises Conflict for a batch that is not held; a recalled one cannot be released."""
    _move(session, actor, batch, {BatchState.ON_HOLD}, BatchState.ON_SALE, Action.BATCH_RELEASE, reason, None)


def recall(session: Session, actor: Actor, batch: Batch, reason: str) -> None:
    """Recall a batch, for good. Raises Conflict when it is recalled already."""
    _move(
        session,
        actor,
        batch,
        {BatchState.ON_SALE, BatchState.ON_HOLD},
        BatchState.RECALLED,
        Action.BATCH_RECALL,
        reason,
        StoppedBy.OFFICER,
    )


def _move(
    session: Session,
    actor: Actor,
    batch: Batch,
    from_states: set[BatchState],
    to: BatchState,
    action: Action,
    reason: str,
    by: StoppedBy | None,
) -> None:
    why = fields.reason(reason)
    lock(session, batch)
    if batch.state not in from_states:
        raise Conflict(REFUSALS[batch.state])
    before = batch.state
    batch.state, batch.state_since, batch.state_reason, batch.stopped_by = to, actor.at, why, by
    record(session, actor, action, batch, why, before=before, after=to, by=by)


class Use(StrEnum):
    """What a stopped batch is refused for; each is told in its own words."""

    CODES = "codes"
    LABELS = "labels"
    GOODS = "goods"


_STOPPED = {
    Use.CODES: {
        BatchState.ON_HOLD: N_("批次已冻结，暂时不能赋码或打印"),
        BatchState.RECALLED: N_("批次已召回，不能赋码或打印"),
    },
    Use.LABELS: REFUSALS,
    Use.GOODS: dict.fromkeys(BatchState, N_("批次 %(number)s 已冻结或召回，不能再用")),
}


def stopped(batch: Batch, use: Use) -> Conflict | None:
    """The one rule for a stopped batch: held or recalled, it gets no codes, no labels, and none of its goods move.

    Returns the refusal in the words of the use; None for a batch on sale.
    """
    if batch.state is BatchState.ON_SALE:
        return None
    return Conflict(_STOPPED[use][batch.state], number=batch.id_number)


def refuse_stopped(batch: Batch, use: Use) -> None:
    """Raises Conflict for a batch that is held or recalled."""
    if refusal := stopped(batch, use):
        raise refusal
