"""Amounts far beyond what is plausible: such a batch waits until an officer of the county has confirmed or refused its amount."""

from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from .. import fields
from ..access.actor import Actor
from ..access.visibility import visible
from ..audit import holds, log
from ..chain.lineage import upstream_of
from ..db import lock
from ..errors import N_, Conflict, Message
from ..models import Action, AmountState, Batch

TOLD = timedelta(days=30)  # so long a grower's home page tells what the county decided
DOUBTED = (AmountState.WAITING, AmountState.REFUSED)


def why(batch: Batch) -> Message:
    """What is odd about the amount of a batch that waits or was decided on, with the figures."""
    return Message.from_data(batch.amount_why or {"template": "", "values": {}})


def doubted(session: Session, batch: Batch) -> Batch | None:
    """The batch whose amount keeps this one from its codes: itself, or one that its goods come from; None where none does."""
    reached = upstream_of([batch.id])
    rows = sa.select(Batch).join(reached, reached.c.id == Batch.id).where(Batch.amount_state.in_(DOUBTED))
    return session.scalar(rows.order_by(reached.c.depth, Batch.id).limit(1))


def decide(session: Session, actor: Actor, batch: Batch, confirm: bool, word: str) -> None:
    """An officer confirms the amount of a batch that waits, or refuses it; a refused harvest is declared anew.

    Raises Invalid without a word, Conflict when nothing waits or it was decided before.
    """
    said = fields.reason(word)
    lock(session, batch)
    holds.refuse_withdrawn(batch)
    if batch.amount_state is not AmountState.WAITING:
        raise Conflict(N_("这一条已经办过了，请刷新页面看最新状态"))
    batch.amount_state = AmountState.CONFIRMED if confirm else AmountState.REFUSED
    batch.amount_word, batch.amount_at = said, actor.at
    log.record(session, actor, Action.BATCH_CONFIRM if confirm else Action.BATCH_REFUSE, batch, said)


def waiting(actor: Actor) -> sa.Select[Batch]:
    """The batches of an officer's area whose amount waits for a word, those that wait longest first."""
    rows = visible(actor, Batch).where(Batch.amount_state == AmountState.WAITING, Batch.counts())
    return rows.options(joinedload(Batch.product), joinedload(Batch.producer)).order_by(Batch.amount_at, Batch.id)


def told_of(session: Session, actor: Actor) -> Sequence[Batch]:
    """What the actor's producer is told on its home page: what waits, and what was decided in the last days, the latest first."""
    lately = sa.or_(Batch.amount_state == AmountState.WAITING, Batch.amount_at > actor.at - TOLD)
    mine = Batch.producer_id == actor.producer_id, Batch.amount_state.is_not(None)
    rows = sa.select(Batch).where(*mine, lately, Batch.counts())
    return session.scalars(rows.options(joinedload(Batch.product)).order_by(Batch.amount_at.desc(), Batch.id)).all()
