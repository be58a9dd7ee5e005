"""Holds that the farm's record itself puts on batches, and the doubt that each of them opens."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..audit import holds, log
from ..chain.lineage import downstream_of
from ..models import Action, Batch, BatchState, FarmCase, FarmEntry


def stop(session: Session, actor: Actor, batch: Batch, why: str) -> None:
    """Hold a batch and all that was made of it, and open a case for the officers. What is held or recalled already stays so.

    `why` is cut to the length of its columns.
    """
    session.flush()
    reached = downstream_of([batch.id])
    rows = sa.select(Batch).join(reached, reached.c.id == Batch.id).where(Batch.state == BatchState.ON_SALE)
    for each in session.scalars(rows.order_by(Batch.id)).all():
        holds.hold(session, actor, each, why[:300])
    if open_of(session, batch) is None:
        opened(session, actor, batch, why, held=True)


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
