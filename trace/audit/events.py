"""The log as officers and administrators read it."""

from typing import Any

import sqlalchemy as sa

from ..access.actor import Actor
from ..access.matching import written
from ..access.visibility import visible
from ..errors import N_
from ..listing.listof import Choice, Column, Days, ListOf
from ..models import Account, Action, Batch, Event


def _rows(actor: Actor) -> sa.Select[Any]:
    """The whole city's for the city and the administrator; for a county officer what its own people did and what happened to
    its batches."""
    rows = sa.select(Event)
    if actor.county is None:
        return rows
    mine = visible(actor, Batch).with_only_columns(Batch.id)
    people = sa.select(Account.id).where(Account.county == actor.county)
    return rows.where(
        sa.or_(sa.and_(Event.object_kind == "batches", Event.object_id.in_(mine)), Event.actor_id.in_(people))
    )


EVENTS = ListOf(
    "events",
    _rows,
    Event.id,
    (
        Column("id", N_("编号"), (Event.id,), newest=True, is_number=True),
        Column("at", N_("时间"), (Event.at,), newest=True),
        Column("who", N_("谁"), (Event.actor_name,)),
        Column("what", N_("做了什么"), (Event.action,)),
        Column("object", N_("对象"), (Event.object_kind, Event.object_id)),
        Column("why", N_("理由")),
    ),
    "-id",
    written(Event.actor_name, Event.reason),
    N_("谁、理由"),
    N_("还没有记录。"),
    choices=(Choice("action", N_("做了什么"), Action, lambda action, actor: Event.action == action.value),),
    days=Days(N_("时间"), Event.at, is_moment=True),
)
