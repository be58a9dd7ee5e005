"""How batches stand after a recovery: as the lost acts say, and where somebody acted since the restore, by the harder of the two."""

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..audit import log
from ..models import Action, Batch, BatchState, LogDue, LogEntry, StoppedBy
from ..models.log_entries import read
from .lost import Leaf
from .replay import STATES, WHY, Replay

HARDER = (BatchState.ON_SALE, BatchState.ON_HOLD, BatchState.WITHDRAWN, BatchState.RECALLED)
ACTS = {
    BatchState.ON_SALE: Action.BATCH_RELEASE,
    BatchState.ON_HOLD: Action.BATCH_HOLD,
    BatchState.RECALLED: Action.BATCH_RECALL,
    BatchState.WITHDRAWN: Action.BATCH_WITHDRAW,
}


@dataclass(frozen=True)
class Moved:
    """A batch that stands otherwise now."""

    number: str
    before: BatchState
    after: BatchState


def settle(session: Session, actor: Actor, replay: Replay) -> list[Moved]:
    """Let each batch of the record stand as it must. Each change is an act of its own, which tells those whom it concerns."""
    since = set(_acted_since(session, {leaf.event for leaf in replay.leaves}))
    last = {str(leaf.told["number"]): leaf for leaf in replay.leaves if leaf.action in STATES}
    found = []
    for number, leaf in last.items():
        batch = replay.batch(number)
        if batch is not None and (after := _after(batch, leaf, number in since)) is not batch.state:
            found.append(Moved(number, batch.state, after))
            _move(session, actor, batch, leaf, after)
    return found


def _after(batch: Batch, leaf: Leaf, was_touched: bool) -> BatchState:
    said = BatchState(STATES[leaf.action].value)
    return max(said, batch.state, key=HARDER.index) if was_touched else said


def _move(session: Session, actor: Actor, batch: Batch, leaf: Leaf, after: BatchState) -> None:
    stops = after is not BatchState.ON_SALE
    why = str(leaf.told.get("reason") or WHY) if stops else None
    by = StoppedBy(str(leaf.data.get("by") or StoppedBy.OFFICER)) if stops else None
    before = batch.state
    batch.state, batch.state_since, batch.state_reason, batch.stopped_by = after, actor.at, why, by
    told = {"before": before, "after": after, "by": by, "leaf": leaf.index}
    log.record(session, actor, ACTS[after], batch, why or WHY, **told)


def _acted_since(session: Session, published: set[int | None]) -> Iterator[str]:
    """The batches that were stopped or freed after the restore: those acts wait for their positions."""
    for event, content in session.execute(sa.select(LogDue.event_id, LogEntry.content).join_from(LogDue, LogEntry)):
        told = read(content)
        if event not in published and told.get("action") in STATES:
            yield str(told["number"])
