"""A hold of many is lifted as it was made: in one act, by its cause. What is held for another cause as well stays held."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .. import fields
from ..access.actor import Actor
from ..audit import hold_causes, log
from ..chain.lineage import downstream_of, upstream_of
from ..db import lock
from ..errors import N_, Conflict, Forbidden, Message
from ..models import Action, Batch, BatchState, FarmCase, RecallAct, RecallKind, StoppedBy, change_many
from .notices import tell_producers
from .reach import Reached, reach_of


@dataclass(frozen=True)
class Cause:
    """Why a batch stays held: the words for it, since when, and what it is; none of the two for a hold of the batch's own."""

    words: Message
    since: datetime
    act: RecallAct | None = None
    case: FarmCase | None = None


@dataclass(frozen=True)
class Stays:
    """A batch that stays held, and for what, the earliest first."""

    batch: Reached
    causes: Sequence[Cause]


@dataclass(frozen=True)
class Lift:
    """What lifting a hold frees, and what stays held for another cause."""

    frees: Sequence[Reached]
    stays: Sequence[Stays]


def looked_at(session: Session, actor: Actor, act: RecallAct) -> Lift:
    """What lifting this hold would do, as things stand."""
    reached, _ = reach_of(session, actor, act)
    over = hold_causes.acts_over(session, [row.id for row in reached.batches if row.state is BatchState.ON_HOLD])
    held = [row for row in reached.batches if any(each.id == act.id for each in over.get(row.id, ()))]
    others = _others(session, act, {row.id for row in held}, over)
    stays = [Stays(row, others[row.id]) for row in held if others[row.id]]
    return Lift([row for row in held if not others[row.id]], stays)


def _others(
    session: Session, act: RecallAct, held: Collection[int], over: dict[int, list[RecallAct]]
) -> dict[int, list[Cause]]:
    """The other causes of each of these batches, the earliest first."""
    words = N_("成批冻结，起因：%(cause)s")
    found = {
        number: [
            Cause(Message(words, {"cause": each.cause}), each.at, act=each)
            for each in over[number]
            if each.id != act.id
        ]
        for number in held
    }
    for batch in _held_by_themselves(session, held):
        own = Message(N_("这一批自己的冻结：%(why)s"), {"why": batch.state_reason or ""})
        found[batch.id].append(Cause(own, batch.state_since))
    for number, case in _doubts(session, held):
        doubt = Message(N_("待判定或者没有放行：%(why)s"), {"why": case.why})
        found[number].append(Cause(doubt, case.decided_at or case.opened_at, case=case))
    return {number: sorted(causes, key=lambda each: each.since) for number, causes in found.items()}


def _held_by_themselves(session: Session, held: Collection[int]) -> list[Batch]:
    others = set(held) - hold_causes.begun_by_acts(session, held)
    rows = (sa.select(Batch).where(Batch.id.in_(some)) for some in hold_causes.in_parts(others))
    return [batch for some in rows for batch in session.scalars(some)]


def _doubts(session: Session, held: Collection[int]) -> list[tuple[int, FarmCase]]:
    """The doubts of the record that keep batches held, each with every batch that is made of the doubted one: what waits for a
    ruling, and what was not let go."""
    if not held:
        return []
    refused = sa.and_(FarmCase.granted.is_(False), FarmCase.decided_at >= Batch.state_since)
    rows = sa.select(FarmCase).join(FarmCase.batch).where(FarmCase.held, Batch.state == BatchState.ON_HOLD)
    rows = rows.where(sa.or_(FarmCase.decided_at.is_(None), refused))
    cases = session.scalars(rows.where(FarmCase.batch_id.in_(sa.select(upstream_of(held).c.id)))).all()
    made = {case.id: set(session.scalars(sa.select(downstream_of([case.batch_id]).c.id))) for case in cases}
    return [(number, case) for case in cases for number in sorted(made[case.id] & set(held))]


def lift(session: Session, actor: Actor, act: RecallAct, reason: str, seen: int | None = None) -> Lift:
    """Lift a hold of many: what nothing else holds is on sale again, with an event each; the rest is held by its next cause.
    The act is closed by it, and the producers are told.

    `seen`: how many batches the officer was shown to be freed. Raises Invalid without a reason, Conflict for what is no hold or
    was lifted before, and when other batches would be freed by now; Forbidden where it is over another county's batches too.
    """
    why = fields.reason(reason)
    lock(session, act)
    refuse_lift(session, actor, act)
    _lock_held(session, act)
    found = looked_at(session, actor, act)
    if seen is not None and len(found.frees) != seen:
        raise Conflict(
            N_("刚才看到的是解除 %(seen)d 批，现在是 %(now)d 批；请看过再办"), seen=seen, now=len(found.frees)
        )
    _free(session, actor, act, [row.id for row in found.frees], why)
    _hand_over(session, actor, act, found.stays)
    act.lifted_at, act.lift_reason = actor.at, why
    if act.closed_at is None:
        act.closed_at, act.closed_by_name, act.report = actor.at, actor.name, why
    log.record(
        session, actor, Action.RECALL_LIFT, act, why, freed=len(found.frees), stays=len(found.stays), cause=act.cause
    )
    return found


def refuse_lift(session: Session, actor: Actor, act: RecallAct) -> None:
    """Raises Conflict and Forbidden as `lift`."""
    if act.kind is not RecallKind.HOLD:
        raise Conflict(N_("只有冻结可以解除；召回不能撤销"))
    if act.lifted_at is not None:
        raise Conflict(N_("这次冻结已经解除"))
    refuse_part(session, actor, act)


def refuse_part(session: Session, actor: Actor, act: RecallAct) -> None:
    """An act is ended by whoever knows of all its batches. Raises Forbidden."""
    if reach_of(session, actor, act)[0].elsewhere:
        raise Forbidden(N_("这次处置还涉及别的县市区的批次，由市级一次办"))


def _lock_held(session: Session, act: RecallAct) -> None:
    ids = [line.batch_id for line in act.lines]
    for some in hold_causes.in_parts(ids):
        session.execute(sa.select(Batch.id).where(Batch.id.in_(some)).order_by(Batch.id).with_for_update())


def _free(session: Session, actor: Actor, act: RecallAct, ids: Sequence[int], why: str) -> None:
    values = {"state": BatchState.ON_SALE, "state_since": actor.at, "state_reason": why, "stopped_by": None}
    moved = {"before": BatchState.ON_HOLD, "after": BatchState.ON_SALE}
    change_many(session, Batch, ids, values, log.event(actor, Action.BATCH_RELEASE, why, act=act.id, **moved))


def _hand_over(session: Session, actor: Actor, act: RecallAct, stays: Sequence[Stays]) -> None:
    """Where this act says why a batch is held, its next cause does from now on."""
    begun, next_acts = hold_causes.begun_by(session, act), dict[int, tuple[RecallAct, list[int]]]()
    for number, first in ((each.batch.id, each.causes[0]) for each in stays if each.batch.id in begun):
        if first.act is not None:
            next_acts.setdefault(first.act.id, (first.act, []))[1].append(number)
        elif first.case is not None:
            _hand_to_doubt(session, actor, number, first.case)
    for other, ids in next_acts.values():
        hold_causes.hand_over(session, actor, other, ids)
        tell_producers(session, other)


def _hand_to_doubt(session: Session, actor: Actor, number: int, case: FarmCase) -> None:
    """The record's doubt holds the batch from now on; one on which an officer has ruled is the officer's."""
    by = StoppedBy.RECORD if case.decided_at is None else StoppedBy.OFFICER
    batch = session.get_one(Batch, number)
    batch.state_since, batch.stopped_by = case.decided_at or case.opened_at, by
    batch.state_reason = (case.reason or case.why)[:300]
    log.record(session, actor, Action.BATCH_HOLD, batch, batch.state_reason, by=by)
