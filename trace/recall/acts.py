"""A recall from one page: pick a cause, see everything that it reaches, then stop it all in one act.

A cause (a batch, a plot, a supplier's goods) leads to batches. Everything that their goods went into is reached, however
many steps away. A drill (演练) does the whole act, measures it, and takes it back.
"""

from collections.abc import Collection
from time import perf_counter

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .. import fields
from ..access.actor import Actor
from ..access.visibility import visible
from ..audit import hold_causes, log
from ..errors import N_, Conflict
from ..models import Action, Batch, BatchState, Notice, RecallAct, RecallKind, RecallLine, StoppedBy, change_many
from .notices import tell_producers
from .reach import Reach, reach

FROM_STATES = {RecallKind.HOLD: {BatchState.ON_SALE}, RecallKind.RECALL: {BatchState.ON_SALE, BatchState.ON_HOLD}}
TO_STATE = {RecallKind.HOLD: BatchState.ON_HOLD, RecallKind.RECALL: BatchState.RECALLED}


def act(
    session: Session,
    actor: Actor,
    kind: RecallKind,
    roots: Collection[int],
    *,
    cause: str,
    reason: str,
    seen: int | None = None,
) -> RecallAct:
    """Hold or recall everything that the roots (row numbers of batches) reach, in one transaction. Every batch gets an
    event, every producer a notice. A drill does it all, measures it and takes it back.

    A hold of what is held already is one more cause for which it stays held. `seen`: how many batches the officer was shown.
    Raises Conflict when there are more or fewer by now, or when nothing is left to stop for this cause; Invalid without a reason.
    """
    began, why = perf_counter(), fields.reason(reason)
    found = reach(session, actor, roots)
    if seen is not None and len(found.batches) != seen:
        raise Conflict(
            N_("刚才看到的是 %(seen)d 批，现在涉及 %(now)d 批；请看过再办"), seen=seen, now=len(found.batches)
        )
    if kind is RecallKind.DRILL:
        changed = _tried(session, actor, found, why)
    elif not (changed := _stop(session, actor, kind, found, why)) and not _adds_a_cause(session, kind, cause, found):
        raise Conflict(N_("这些批次都已经停下，没有要办的了"))
    row = _row(actor, kind, cause, why, found)
    row.milliseconds = round((perf_counter() - began) * 1000)
    session.add(row)
    session.flush()
    _lines(session, row, found, changed)
    if changed:
        tell_producers(session, row)
    log.record(  # after the notices, since it tells those who got one
        session, actor, Action(f"recall.{kind}"), row, why, batches=row.batches, changed=len(changed), cause=row.cause
    )
    return row


def _row(actor: Actor, kind: RecallKind, cause: str, why: str, found: Reach) -> RecallAct:
    return RecallAct(
        kind=kind,
        cause=fields.line("cause", cause, most=100),
        reason=why,
        at=actor.at,
        actor_name=actor.name,
        batches=len(found.batches),
        units=found.units,
        scans=found.scans,
    )


def _tried(session: Session, actor: Actor, found: Reach, why: str) -> set[int]:
    """Recall everything and take it back; no batch is changed."""
    with session.begin_nested() as undone:
        _stop(session, actor, RecallKind.RECALL, found, why)
        undone.rollback()
    return set()


def _stop(session: Session, actor: Actor, kind: RecallKind, found: Reach, why: str) -> set[int]:
    """Move the batches that can be moved, and return their row numbers. Everyone locks them in the same order."""
    wanted = sorted(row.id for row in found.batches)
    stopping: list[int] = []
    for start in range(0, len(wanted), 1000):
        rows = sa.select(Batch.id).where(Batch.id.in_(wanted[start : start + 1000]))
        rows = rows.where(Batch.state.in_(FROM_STATES[kind])).order_by(Batch.id).with_for_update()
        stopping += session.scalars(rows)
    values = {"state": TO_STATE[kind], "state_since": actor.at, "state_reason": why, "stopped_by": StoppedBy.OFFICER}
    told = log.event(actor, Action(f"batch.{kind}"), why, after=TO_STATE[kind], by=StoppedBy.OFFICER)
    change_many(session, Batch, stopping, values, told)
    return set(stopping)


def _adds_a_cause(session: Session, kind: RecallKind, cause: str, found: Reach) -> bool:
    """Whether any of the batches is held, and not yet for this cause."""
    held = [row.id for row in found.batches if row.state is BatchState.ON_HOLD and kind is RecallKind.HOLD]
    over = hold_causes.acts_over(session, held)
    return any(cause not in {each.cause for each in over.get(number, ())} for number in held)


def _lines(session: Session, row: RecallAct, found: Reach, changed: set[int]) -> None:
    lines = [
        {"recall_id": row.id, "batch_id": each.id, "depth": each.depth, "changed": each.id in changed}
        for each in found.batches
    ]
    session.execute(sa.insert(RecallLine), lines)


def acts(actor: Actor) -> sa.Select[RecallAct]:
    """The acts and drills that this officer may know of, the latest first."""
    return visible(actor, RecallAct).order_by(RecallAct.id.desc())


def open_ones(actor: Actor) -> sa.Select[RecallAct]:
    """The holds and recalls that are not closed, longest first."""
    rows = visible(actor, RecallAct).where(RecallAct.kind != RecallKind.DRILL, RecallAct.closed_at.is_(None))
    return rows.order_by(RecallAct.at, RecallAct.id)


def reads(session: Session, row: RecallAct) -> tuple[int, int]:
    """Two counts: the producers that were told, and those of them that have said that they read it."""
    told = sa.select(sa.func.count(), sa.func.count(Notice.read_at)).where(Notice.recall_id == row.id)
    producers, read_it = session.execute(told).one()
    return producers, read_it
