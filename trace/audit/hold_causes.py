"""For what a batch is held: by holds of many (`recall.acts`), each for its own cause, or by a hold of its own. It is free when none
of them is left."""

from collections.abc import Collection, Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..models import Action, Batch, BatchState, RecallAct, RecallKind, RecallLine, StoppedBy, change_many
from .log import event

AT_ONCE = 1000


def in_parts(ids: Collection[int]) -> Iterator[Sequence[int]]:
    """Row numbers in ascending order, as many at once as one statement takes; everyone locks them in the same order."""
    ordered = sorted(ids)
    return (ordered[start : start + AT_ONCE] for start in range(0, len(ordered), AT_ONCE))


def acts_over(session: Session, ids: Collection[int]) -> dict[int, list[RecallAct]]:
    """The holds of many that are not lifted, by the held batch that they are over, the earliest first. An act from before the
    batch was last on sale is over: an officer released that batch by itself."""
    found: dict[int, list[RecallAct]] = {}
    for some in in_parts(ids):
        rows = sa.select(RecallLine.batch_id, RecallAct).join(RecallLine.recall).join(RecallLine.batch)
        stands = (RecallAct.kind == RecallKind.HOLD, RecallAct.lifted_at.is_(None), RecallAct.at >= Batch.state_since)
        rows = rows.where(RecallLine.batch_id.in_(some), Batch.state == BatchState.ON_HOLD, *stands)
        for number, act in session.execute(rows.order_by(RecallAct.at, RecallAct.id)):
            found.setdefault(number, []).append(act)
    return found


def begun_by_acts(session: Session, ids: Collection[int]) -> set[int]:
    """Those of these held batches that a hold of many stopped; the others were held before by themselves."""
    found: set[int] = set()
    for some in in_parts(ids):
        rows = sa.select(RecallLine.batch_id).join(RecallLine.recall).join(RecallLine.batch)
        began = (RecallLine.changed, RecallAct.kind == RecallKind.HOLD, RecallAct.at == Batch.state_since)
        found.update(session.scalars(rows.where(RecallLine.batch_id.in_(some), *began)))
    return found


def begun_by(session: Session, act: RecallAct) -> set[int]:
    """The batches that are held and that this act stopped."""
    rows = (
        sa.select(RecallLine.batch_id).join(RecallLine.batch).where(RecallLine.recall_id == act.id, RecallLine.changed)
    )
    return set(session.scalars(rows.where(Batch.state == BatchState.ON_HOLD, Batch.state_since == act.at)))


def hand_over(session: Session, actor: Actor, act: RecallAct, ids: Sequence[int]) -> None:
    """What held these batches first is gone: from now on it is this act that holds them, and says why. Each has its event."""
    values = {"state_since": act.at, "state_reason": act.reason, "stopped_by": StoppedBy.OFFICER}
    told = event(actor, Action.BATCH_HOLD, act.reason, after=BatchState.ON_HOLD, by=StoppedBy.OFFICER, act=act.id)
    lines = sa.update(RecallLine).where(RecallLine.recall_id == act.id)
    for some in in_parts(ids):
        held = lines.where(RecallLine.batch_id.in_(some)).values(changed=True)
        session.execute(held, execution_options={"synchronize_session": False})
    change_many(session, Batch, ids, values, told)
