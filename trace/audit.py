"""Step 5, audit: the officer's hand on a batch (hold, release, recall) and the log in which every act is told.

A hold (冻结) can be released again; a recall (召回) is final. Both are seen by the very next scan.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from . import inputs
from .accounts import Actor, visible
from .errors import N_, Conflict
from .models import Account, Audited, Batch, BatchState, Event, Product, UnitScans, tell
from .paging import PAGE, page_of


def record(
    session: Session, actor: Actor, action: str, subject: Audited, reason: str | None = None, **data: Any
) -> None:
    """Write the event of a change to `subject`, in the change's own transaction."""
    event = Event(
        at=actor.at,
        actor_id=actor.account_id,
        actor_name=actor.name,
        actor_role=actor.role or ("command" if actor.name else "public"),
        action=action,
        reason=reason,
        data=data,
    )
    tell(session, event, subject)


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


REFUSALS = {
    BatchState.ON_SALE: N_("这个批次正在销售，没有冻结"),
    BatchState.ON_HOLD: N_("这个批次已经冻结"),
    BatchState.RECALLED: N_("这个批次已经召回；召回不能撤销"),
}


def _move(
    session: Session, actor: Actor, batch: Batch, from_states: set[BatchState], to: BatchState, action: str, reason: str
) -> None:
    why = inputs.reason(reason)
    session.refresh(batch, with_for_update=True)
    if batch.state not in from_states:
        raise Conflict(REFUSALS[batch.state])
    before = batch.state
    batch.state, batch.state_since, batch.state_reason = to, actor.at, why
    record(session, actor, action, batch, why, before=before, after=to)


@dataclass(frozen=True)
class BatchFilter:
    """What an officer looks for; empty fields do not narrow."""

    county: str = ""
    product: str = ""
    state: str = ""
    page: int = 1


def batches(session: Session, actor: Actor, wanted: BatchFilter) -> tuple[Sequence[Batch], int]:
    """One page of the batches this actor may see, newest first, and how many there are in all."""
    found = batches_found(actor, wanted)
    return page_of(session, found, wanted.page, joinedload(Batch.product), joinedload(Batch.producer))


def batches_found(actor: Actor, wanted: BatchFilter) -> sa.Select[Batch]:
    """All batches that `wanted` fits and this actor may see, newest first; the product is joined."""
    found = visible(actor, Batch).join(Product, Batch.product_id == Product.id)
    if wanted.county:
        found = found.where(Batch.county == wanted.county)
    if wanted.product:
        found = found.where(Product.name.contains(wanted.product, autoescape=True))
    if wanted.state in set(BatchState):
        found = found.where(Batch.state == BatchState(wanted.state))
    return found.order_by(Batch.declared_at.desc(), Batch.id.desc())


def events_of(session: Session, *subjects: Audited) -> Sequence[Event]:
    """The events of these objects, oldest first."""
    theirs = [sa.and_(Event.object_kind == row.__tablename__, Event.object_id == row.id) for row in subjects]
    return session.scalars(sa.select(Event).where(sa.or_(*theirs)).order_by(Event.id)).all() if theirs else []


def latest_events(session: Session, actor: Actor, page: int = 1) -> Sequence[Event]:
    """One page of the log, newest first."""
    return session.scalars(events_found(actor).limit(PAGE).offset((page - 1) * PAGE)).all()


def events_found(actor: Actor) -> sa.Select[Event]:
    """The log, newest first: the whole city's for the city and the administrator, for a county officer what
    its own people did and what happened to its batches."""
    rows = sa.select(Event)
    if actor.county is not None:
        mine = visible(actor, Batch).with_only_columns(Batch.id)
        people = sa.select(Account.id).where(Account.county == actor.county)
        rows = rows.where(
            sa.or_(sa.and_(Event.object_kind == "batches", Event.object_id.in_(mine)), Event.actor_id.in_(people))
        )
    return rows.order_by(Event.id.desc())


@dataclass(frozen=True)
class ScanSummary:
    """How much a batch is looked at: looks by people, packs looked at, first and last time (aware UTC)."""

    scans: int
    units: int
    first_at: datetime | None
    last_at: datetime | None


def scans_of(session: Session, batch: Batch) -> ScanSummary:
    seen = UnitScans
    row = session.execute(
        sa.select(
            sa.func.sum(seen.scans), sa.func.count(), sa.func.min(seen.first_at), sa.func.max(seen.last_at)
        ).where(seen.batch_id == batch.id)
    ).one()
    return ScanSummary(int(row[0] or 0), row[1], row[2], row[3])
