"""A producer withdraws a batch (撤销) that it should not have declared. Its codes become void with it; nothing of it may be on sale.

A withdrawal of a batch without codes can be undone on the same day. Whatever else was done with a batch keeps it from being
withdrawn: see `register.dependents`.
"""

import re
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .. import fields
from ..access.actor import Actor, own_producer
from ..audit import holds
from ..clock import day_of
from ..codes.typed import visible
from ..db import lock
from ..errors import N_, Conflict, Invalid, Message
from ..models import Batch, BatchState, Origin, PrintState
from ..register import dependents
from . import plans, runs


def withdraw(session: Session, actor: Actor, batch: Batch, reason: str, confirmed: str = "") -> None:
    """Withdraw a batch and make its codes void, for good. `confirmed` is what was typed: "撤销 320 枚" or "Revoke 320", needed
    where there are codes.

    Raises Invalid without a reason or the right words, Conflict for what `dependents` names.
    """
    why = fields.reason(reason)
    own_producer(session, actor)
    lock(session, batch)
    if refusal := dependents.of_withdrawal(session, batch):
        raise refusal
    if batch.reserved:
        _refuse_unconfirmed(batch, confirmed)
    _void_labels(session, actor, batch, why)
    holds.withdraw(session, actor, batch, why, labels=batch.reserved)


_CONFIRMED = re.compile(r"(?:撤销|revoke)[^\d]{0,8}([\d,]{1,12})[^\d]{0,8}", re.IGNORECASE)


def _refuse_unconfirmed(batch: Batch, typed: str) -> None:
    """Raises Invalid unless the words say what is done, with the number of labels that there are now."""
    said = _CONFIRMED.fullmatch(visible(typed).strip())
    if said is None or said[1].replace(",", "") != str(batch.reserved):
        words = to_type(batch)
        raise Invalid("confirmed", N_("请照写“%(words)s”，表示您知道这些标签会一起作废"), words=words)


def to_type(batch: Batch) -> Message:
    """What somebody types to say that they know what they do."""
    return Message(N_("撤销 %(count)s 枚"), {"count": batch.reserved})


def _void_labels(session: Session, actor: Actor, batch: Batch, why: str) -> None:
    """No run of the batch can be released, printed or made any more. Codes without a run are void by the batch itself."""
    for run in plans.runs_of(session, batch):
        if run.state is PrintState.READY:
            runs.void_run(session, actor, run, why)
        elif run.state in (PrintState.PLANNED, PrintState.FAILED, PrintState.STOPPED):
            runs.cancel_run(session, actor, run, why)


def restore(session: Session, actor: Actor, batch: Batch) -> None:
    """Undo a withdrawal: the batch counts again. Raises Conflict as `restorable` says."""
    own_producer(session, actor)
    lock(session, batch)
    if refusal := restorable(session, batch, actor.at):
        raise refusal
    holds.restore(session, actor, batch)


def restorable(session: Session, batch: Batch, at: datetime) -> Conflict | None:
    """Why a withdrawal cannot be undone at a moment (aware UTC); None if it can: without codes, on the day of the withdrawal
    (Shanghai), while no harvest of the same product and plot was declared since."""
    if batch.state is not BatchState.WITHDRAWN:
        return Conflict(N_("这个批次没有撤销"))
    if batch.reserved:
        return Conflict(N_("标签已随批次作废，不能恢复；请按实际重新登记一批"))
    if day_of(batch.state_since) != day_of(at):
        return Conflict(N_("撤销当天可以恢复，现在过了；请按实际重新登记一批"))
    if other := _in_its_place(session, batch):
        return Conflict(N_("撤销以后已经登记了批次 %(number)s，不能恢复；要恢复，请先撤销那一批"), number=other)
    return None


def _in_its_place(session: Session, batch: Batch) -> str | None:
    rows = sa.select(Batch.id_number).where(Batch.producer_id == batch.producer_id, Batch.origin == Origin.HARVEST)
    alike = Batch.product_id == batch.product_id, Batch.plot_id == batch.plot_id
    later = rows.where(*alike, Batch.declared_at >= batch.state_since, Batch.counts()).order_by(Batch.id)
    return session.scalar(later.limit(1))
