"""Doubts about a batch that officers decide. A grower asks, or the record or a test speaks against a batch that has codes;
such a batch is held at once, with everything made of it."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .. import fields
from ..access.actor import Actor
from ..audit import hold_causes, holds, log
from ..chain.lineage import downstream_coded
from ..db import lock
from ..errors import N_, Conflict
from ..models import Action, Batch, BatchState, FarmCase, FarmEntry, Origin, StoppedBy
from . import clearance
from .holds import held_with, last_entry, open_of, opened, stop


def ask(session: Session, actor: Actor, batch: Batch) -> FarmCase:
    """The grower asks the officers to decide (无法判定). A question that is asked twice is one case.

    Raises Conflict when nothing stands against the batch, or when no officer can let it go.
    """
    lock(session, batch)
    holds.refuse_withdrawn(batch)
    judged = clearance.clearance(session, batch)
    if not judged.against:
        raise Conflict(N_("这个批次可以赋码，不用判定"))
    if judged.final:
        raise Conflict(N_("这一条不能由监管人员放行：%(why)s。记录有误请更正并写明理由"), why=clearance.why(judged))
    return open_of(session, batch) or opened(session, actor, batch, str(clearance.why(judged)), held=False)


def hold_unfit(session: Session, actor: Actor, *entries: FarmEntry) -> list[Batch]:
    """After entries were written, corrected or taken out: hold every batch that has codes and could no longer be coded, with all
    that was made of it, and open a case for the officers. Returns these harvests.

    A plot may have hundreds of harvests: all are judged by one reading of its record.
    """
    session.flush()
    plots, since = {entry.plot_id for entry in entries}, min(entry.day for entry in entries)
    harvests = sa.select(Batch).where(
        Batch.plot_id.in_(plots), Batch.origin == Origin.HARVEST, Batch.harvest_date >= since, Batch.counts()
    )
    coded = session.scalars(sa.select(downstream_coded(harvests).c.id)).all()
    if not coded:
        return []
    batches = session.scalars(harvests.where(Batch.id.in_(coded)).order_by(Batch.id)).all()
    judged = clearance.clearances(session, batches)
    unfit = [batch for batch in batches if judged[batch.id].against]
    for batch in unfit:
        stop(session, actor, batch, str(clearance.why(judged[batch.id])), StoppedBy.RECORD)
    return unfit


def decide(session: Session, actor: Actor, case: FarmCase, grant: bool, reason: str) -> None:
    """An officer lets a batch go, or does not. Letting go covers the entries that are there now, and ends the program's hold of the
    batch and of what was made of it. Not letting go makes the program's own hold the officer's.

    Raises Invalid without a reason, Conflict when it was decided before or no officer can let it go.
    """
    why = fields.reason(reason)
    lock(session, case)
    if case.decided_at is not None:
        raise Conflict(N_("这一条已经办过了，请刷新页面看最新状态"))
    holds.refuse_withdrawn(case.batch)
    judged = clearance.clearance(session, case.batch)
    if grant and judged.final:
        raise Conflict(N_("这一条不能由监管人员放行：%(why)s。记录有误请更正并写明理由"), why=clearance.why(judged))
    case.granted, case.reason, case.decided_at, case.decided_by = grant, why, actor.at, actor.account_id
    case.last_entry_id = last_entry(session)
    log.record(
        session,
        actor,
        Action.FARMCASE_GRANT if grant else Action.FARMCASE_REFUSE,
        case,
        why,
        batch=case.batch.id_number,
    )
    if not grant:
        for batch in held_with(session, case.batch):
            holds.take_over(session, actor, batch, why)
    elif case.held and case.batch.state is BatchState.ON_HOLD and case.batch.stopped_by in holds.BY_SYSTEM:
        _let_go(session, actor, case.batch, why)


def _let_go(session: Session, actor: Actor, batch: Batch, why: str) -> None:
    """End the program's hold of a batch, and of what was made of it as far as nothing else stands against that. What an officer's
    hold of many is over as well stays held, by that one."""
    made = [each for each in held_with(session, batch) if each.id != batch.id]
    _end_hold(session, actor, batch, why)
    session.flush()
    for each in made:
        waits = any(open_of(session, source) for source in clearance.harvests_of(session, each))
        if not waits and open_of(session, each) is None and not clearance.clearance(session, each).against:
            _end_hold(session, actor, each, why)


def _end_hold(session: Session, actor: Actor, batch: Batch, why: str) -> None:
    session.flush()
    if others := hold_causes.acts_over(session, [batch.id]).get(batch.id):
        hold_causes.hand_over(session, actor, others[0], [batch.id])
    else:
        holds.release(session, actor, batch, why)


def waits() -> tuple[sa.ColumnElement[bool], ...]:
    """Which cases wait for an officer: those that are not decided, of batches that were not withdrawn."""
    return FarmCase.decided_at.is_(None), FarmCase.batch.has(Batch.counts())
