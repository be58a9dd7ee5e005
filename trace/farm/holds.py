"""Holds that the farm's record itself puts on batches, and the doubt that each of them opens."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from ..access.actor import Actor
from ..audit import holds, log
from ..chain.lineage import downstream_of
from ..models import Action, Batch, BatchState, FarmCase, FarmEntry, StoppedBy


def stop(session: Session, actor: Actor, batch: Batch, why: str, by: StoppedBy) -> None:
    """The program holds a batch and all that was made of it, and opens a case for the officers. What is held or recalled already
    stays so; a question that the grower asked before becomes a hold. `why` is cut to the length of its columns.
    """
    session.flush()
    for each in _made_of(session, batch, BatchState.ON_SALE):
        holds.hold(session, actor, each, why[:300], by)
    case = open_of(session, batch)
    if case is None:
        opened(session, actor, batch, why, held=True)
    elif not case.held:
        case.held, case.why = True, why[:1000]
        log.record(session, actor, Action.FARMCASE_OPEN, case, case.why[:300], batch=batch.id_number, held=True)


def _made_of(session: Session, batch: Batch, state: BatchState) -> Sequence[Batch]:
    """The batch and all that was made of it, as far as it is in a state."""
    reached = downstream_of([batch.id])
    rows = sa.select(Batch).join(reached, reached.c.id == Batch.id).where(Batch.state == state)
    return session.scalars(rows.order_by(Batch.id)).all()


def held_with(session: Session, batch: Batch) -> Sequence[Batch]:
    """The batch and all that was made of it, as far as the program itself holds it."""
    return [each for each in _made_of(session, batch, BatchState.ON_HOLD) if each.stopped_by in holds.BY_SYSTEM]


def held_of(session: Session, producer_id: int) -> Sequence[Batch]:
    """The batches of a producer that the program itself holds, the latest first: what the producer is told at once."""
    rows = sa.select(Batch).where(Batch.producer_id == producer_id, Batch.state == BatchState.ON_HOLD)
    rows = rows.where(Batch.stopped_by.in_(holds.BY_SYSTEM)).options(joinedload(Batch.product))
    return session.scalars(rows.order_by(Batch.state_since.desc(), Batch.id)).all()


def open_of(session: Session, batch: Batch) -> FarmCase | None:
    """The case of a batch that waits for an officer, if one does."""
    rows = sa.select(FarmCase).where(FarmCase.batch_id == batch.id, FarmCase.decided_at.is_(None))
    return session.scalar(rows.order_by(FarmCase.id).limit(1))


def opened(session: Session, actor: Actor, batch: Batch, why: str, held: bool) -> FarmCase:
    """A new case about a batch; `held`: the record holds it, rather than a grower asking."""
    case = FarmCase(
        batch_id=batch.id,
        why=why[:1000],
        held=held,
        last_entry_id=last_entry(session),
        opened_at=actor.at,
        opened_by=actor.account_id,
    )
    session.add(case)
    log.record(session, actor, Action.FARMCASE_OPEN, case, case.why[:300], batch=batch.id_number, held=held)
    return case


def last_entry(session: Session) -> int:
    """The number of the entry written last, by anyone; 0 before the first. A release covers the entries up to it."""
    return session.scalar(sa.select(sa.func.max(FarmEntry.id))) or 0
