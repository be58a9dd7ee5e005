"""Plots, attached farmers, customers and suppliers that are used no more: archived, and brought back. No form offers an archived
one; what names it stays."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..audit import log
from ..db import lock
from ..errors import N_, Conflict
from ..models import Action, AttachedFarmer, Partner, Plot

Archived = Plot | AttachedFarmer | Partner


class Kept(StrEnum):
    """Whether forms offer a plot, farmer, customer or supplier."""

    IN_USE = "in_use"
    ARCHIVED = "archived"


def kept_as(kept: Kept, table: type[Archived]) -> sa.ColumnElement[bool]:
    """The condition for those in use, or archived."""
    return table.archived_at.is_(None) if kept is Kept.IN_USE else table.archived_at.is_not(None)


def any_archived(session: Session, actor: Actor, table: type[Archived]) -> bool:
    """Whether the actor's producer has archived any."""
    mine = sa.select(table.id).where(table.producer_id == actor.producer_id, kept_as(Kept.ARCHIVED, table))
    return session.scalar(mine.limit(1)) is not None


_ARCHIVE = {
    Plot: (Action.PLOT_ARCHIVE, N_("这块地已经归档了")),
    AttachedFarmer: (Action.FARMER_ARCHIVE, N_("这位挂靠农户已经归档了")),
    Partner: (Action.PARTNER_ARCHIVE, N_("这一条已经归档了")),
}
_RESTORE = {
    Plot: (Action.PLOT_RESTORE, N_("这块地没有归档")),
    AttachedFarmer: (Action.FARMER_RESTORE, N_("这位挂靠农户没有归档")),
    Partner: (Action.PARTNER_RESTORE, N_("这一条没有归档")),
}


def archive(session: Session, actor: Actor, row: Archived) -> None:
    """No form offers it any more. Raises Conflict if it is archived already."""
    _turn(session, actor, row, actor.at, *_ARCHIVE[type(row)])


def restore(session: Session, actor: Actor, row: Archived) -> None:
    """Forms offer it again. Raises Conflict if it is not archived."""
    _turn(session, actor, row, None, *_RESTORE[type(row)])


def _turn(session: Session, actor: Actor, row: Archived, at: datetime | None, action: Action, refusal: str) -> None:
    lock(session, row)
    if row.is_archived is (at is not None):
        raise Conflict(refusal)
    row.archived_at = at
    log.record(session, actor, action, row)
