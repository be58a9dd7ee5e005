"""What was decided and practised: holds, recalls and drills, as officers look them up."""

from enum import StrEnum

import sqlalchemy as sa

from ..access.actor import Actor
from ..access.matching import written
from ..access.visibility import visible
from ..errors import N_
from ..listing.listof import Choice, Column, Days, ListOf
from ..models import RecallAct, RecallKind


class Followed(StrEnum):
    """Whether an act is still followed up."""

    OPEN = "open"
    OVER = "over"


def _fits(followed: Followed, actor: Actor) -> sa.ColumnElement[bool]:
    is_open = sa.and_(RecallAct.kind != RecallKind.DRILL, RecallAct.closed_at.is_(None), RecallAct.lifted_at.is_(None))
    return is_open if followed is Followed.OPEN else sa.not_(is_open)


RECALL_ACTS = ListOf(
    "recall_acts",
    lambda actor: visible(actor, RecallAct),
    RecallAct.id,
    (
        Column("cause", N_("起因"), (RecallAct.cause,)),
        Column("kind", N_("办了什么"), (RecallAct.kind,)),
        Column("at", N_("时间"), (RecallAct.at,), newest=True),
        Column("batches", N_("批次"), (RecallAct.batches,), newest=True, is_number=True),
        Column("units", N_("已赋码"), (RecallAct.units,), newest=True, is_number=True),
        Column("took", N_("用时"), (RecallAct.milliseconds,), newest=True, is_number=True),
        Column("who", N_("谁"), (RecallAct.actor_name,)),
        Column("state", N_("状态")),
    ),
    "-at",
    written(RecallAct.cause, RecallAct.reason, RecallAct.actor_name),
    N_("起因、理由、经办人"),
    N_("还没有。选一个批次演练一次，就知道真出事时要多久。"),
    choices=(
        Choice("kind", N_("办了什么"), RecallKind, lambda kind, actor: RecallAct.kind == kind),
        Choice("followed", N_("跟踪"), Followed, _fits),
    ),
    days=Days(N_("时间"), RecallAct.at, is_moment=True),
)
"""The latest first."""
