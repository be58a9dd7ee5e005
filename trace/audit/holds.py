"""The officer's hand on a batch: hold, release, recall; and that of its producer: withdraw. A batch that is stopped takes part in
nothing else."""

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
    BatchState.WITHDRAWN: N_("这个批次已由生产主体撤销"),
}


HELD_WORDS = {
    StoppedBy.OFFICER: N_("主管部门"),
    StoppedBy.RECORD: N_("系统按生产记录自动冻结，待监管人员判定"),
    StoppedBy.TEST: N_("系统按检测报告自动冻结，待监管人员判定"),
    StoppedBy.PRODUCER: N_("生产主体"),
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


def withdraw(session: Session, actor: Actor, batch: Batch, reason: str, **told: object) -> None:
    """A producer takes back what it declared: the batch counts nowhere from now on. Whether it may is asked by
    `printing.withdrawal`. `told` goes to the event. Raises Conflict unless it is on sale."""
    by = StoppedBy.PRODUCER
    _move(session, actor, batch, {BatchState.ON_SALE}, BatchState.WITHDRAWN, Action.BATCH_WITHDRAW, reason, by, **told)


def restore(session: Session, actor: Actor, batch: Batch) -> None:
    """End a withdrawal. Whether it may end is asked by `printing.withdrawal`. Raises Conflict unless the batch is withdrawn."""
    _move(session, actor, batch, {BatchState.WITHDRAWN}, BatchState.ON_SALE, Action.BATCH_RESTORE, None, None)


def _move(
    session: Session,
    actor: Actor,
    batch: Batch,
    from_states: set[BatchState],
    to: BatchState,
    action: Action,
    reason: str | None,
    by: StoppedBy | None,
    **told: object,
) -> None:
    why = None if reason is None else fields.reason(reason)
    lock(session, batch)
    if batch.state not in from_states:
        raise Conflict(REFUSALS[batch.state])
    before = batch.state
    batch.state, batch.state_since, batch.state_reason, batch.stopped_by = to, actor.at, why, by
    record(session, actor, action, batch, why, before=before, after=to, by=by, **told)


class Use(StrEnum):
    """What a stopped batch is refused for; each is told in its own words."""

    CODES = "codes"
    LABELS = "labels"
    GOODS = "goods"


WITHDRAWN = N_("批次 %(number)s 已撤销，不能再用")
_STOPPED = {
    Use.CODES: {
        BatchState.ON_HOLD: N_("批次已冻结，暂时不能赋码或打印"),
        BatchState.RECALLED: N_("批次已召回，不能赋码或打印"),
        BatchState.WITHDRAWN: N_("批次已撤销，不能赋码或打印"),
    },
    Use.LABELS: REFUSALS,
    Use.GOODS: {
        BatchState.ON_HOLD: N_("批次 %(number)s 已冻结或召回，不能再用"),
        BatchState.RECALLED: N_("批次 %(number)s 已冻结或召回，不能再用"),
        BatchState.WITHDRAWN: WITHDRAWN,
    },
}


def stopped(batch: Batch, use: Use) -> Conflict | None:
    """The one rule for a stopped batch: held, recalled or withdrawn, it gets no codes, no labels, and none of its goods move.

    Returns the refusal in the words of the use; None for a batch on sale.
    """
    if batch.state is BatchState.ON_SALE:
        return None
    return Conflict(_STOPPED[use][batch.state], number=batch.id_number)


def refuse_stopped(batch: Batch, use: Use) -> None:
    """Raises Conflict for a batch that is held, recalled or withdrawn."""
    if refusal := stopped(batch, use):
        raise refusal


def refuse_withdrawn(batch: Batch) -> None:
    """For what is done with a held batch as well, as a test or a ruling. Raises Conflict for one that was withdrawn."""
    if batch.state is BatchState.WITHDRAWN:
        raise Conflict(WITHDRAWN, number=batch.id_number)
