"""What comes of a hold or recall: who read its notice, what came back of each batch and where it went, and the report that closes it.

A figure is what somebody reported, or it is missing; nothing is reckoned in its place.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .. import fields
from ..access.actor import Actor
from ..access.visibility import visible
from ..audit import log
from ..db import lock
from ..errors import N_, Conflict, Invalid
from ..models import (
    Account,
    Action,
    Batch,
    Event,
    Notice,
    Notification,
    Producer,
    Product,
    RecallAct,
    RecallFigure,
    RecallKind,
    RecallLine,
    Shipment,
)
from .acts import TO_STATE
from .lifting import refuse_part


@dataclass(frozen=True)
class Line:
    """A batch that an act stopped. Amounts in its unit; `shipped` is what left it by the record, None where nothing is on record.
    `is_over`: it is not stopped by such an act any more, so nothing is asked of it."""

    id: int
    id_number: str
    product: str
    day: date
    unit: str
    quantity: Decimal
    shipped: Decimal | None
    figure: RecallFigure | None
    is_over: bool

    @property
    def is_missing(self) -> bool:
        """Whether nobody has said what came back, or where all of that went."""
        return not self.is_over and (self.figure is None or self.figure.unaccounted > 0)


@dataclass(frozen=True)
class Party:
    """A producer that an act reached: since when its notice is read (it said so), and since when its inbox line was opened."""

    id: int
    name: str
    county: str
    phone: str
    read_at: datetime | None
    accounts: int
    opened_at: datetime | None
    lines: Sequence[Line]

    @property
    def missing(self) -> int:
        """Of how many batches figures are missing."""
        return sum(line.is_missing for line in self.lines)


@dataclass(frozen=True)
class Sum:
    """Of all batches in one unit that are still stopped: what left them, what came back and where it went, as far as anybody said;
    None where nobody did."""

    unit: str
    shipped: Decimal | None
    recovered: Decimal | None
    destroyed: Decimal | None
    returned: Decimal | None
    kept: Decimal | None


def is_followed_up(act: RecallAct) -> bool:
    """A drill has nothing to follow up."""
    return act.kind is not RecallKind.DRILL


def parties(session: Session, actor: Actor, act: RecallAct, producer_id: int | None = None) -> list[Party]:
    """The producers whose batches the act stopped, with these; an officer of a county has those of the county. `producer_id`: of
    this one alone."""
    lines: dict[int, list[Line]] = {}
    for number, line in _lines(session, actor, act, producer_id):
        lines.setdefault(number, []).append(line)
    opened = _opened(session, act)
    rows = sa.select(Producer, Notice.read_at).outerjoin(
        Notice, sa.and_(Notice.producer_id == Producer.id, Notice.recall_id == act.id)
    )
    found = session.execute(rows.where(Producer.id.in_(lines)).order_by(Producer.id))
    return [
        Party(row.id, row.name, row.county, row.phone, read_at, *opened.get(row.id, (0, None)), tuple(lines[row.id]))
        for row, read_at in found
    ]


def _opened(session: Session, act: RecallAct) -> dict[int, tuple[int, datetime | None]]:
    """By producer: how many accounts can sign in, and when one of them first opened what the inbox says of the act."""
    of_act = sa.select(Notification.account_id, Notification.read_at).join(Notification.event)
    stopping = (Action.RECALL_HOLD, Action.RECALL_RECALL)
    told = of_act.where(
        Event.object_kind == RecallAct.__tablename__, Event.object_id == act.id, Event.action.in_(stopping)
    ).subquery()
    rows = sa.select(Account.producer_id, sa.func.count(), sa.func.min(told.c.read_at))
    rows = rows.outerjoin(told, told.c.account_id == Account.id)
    rows = rows.where(Account.producer_id.is_not(None), Account.disabled_at.is_(None)).group_by(Account.producer_id)
    of_reached = sa.select(Notice.producer_id).where(Notice.recall_id == act.id)
    found = session.execute(rows.where(Account.producer_id.in_(of_reached)))
    return {number: (count, first) for number, count, first in found if number is not None}


def _lines(session: Session, actor: Actor, act: RecallAct, producer_id: int | None) -> Iterable[tuple[int, Line]]:
    left = _shipped(act)
    said = sa.and_(RecallFigure.batch_id == Batch.id, RecallFigure.recall_id == act.id)
    rows = sa.select(Batch, Product.name, left.c.gone, RecallFigure).join(RecallLine, RecallLine.batch_id == Batch.id)
    rows = rows.join(Product, Product.id == Batch.product_id).outerjoin(left, left.c.batch_id == Batch.id)
    rows = rows.outerjoin(RecallFigure, said).where(*_stopped(act))
    if actor.county is not None:
        rows = rows.where(Batch.county == actor.county)
    if producer_id is not None:
        rows = rows.where(Batch.producer_id == producer_id)
    for batch, name, gone, figure in session.execute(rows.order_by(Batch.producer_id, Batch.id)):
        over = batch.state is not TO_STATE.get(act.kind)
        unit, day = str(batch.unit), batch.harvest_date
        yield batch.producer_id, Line(batch.id, batch.id_number, name, day, unit, batch.quantity, gone, figure, over)


def _stopped(act: RecallAct) -> tuple[sa.ColumnElement[bool], ...]:
    """Of which lines the batches were stopped by this act."""
    return RecallLine.recall_id == act.id, RecallLine.changed.is_(True)


def _shipped(act: RecallAct) -> sa.Subquery:
    """What left each batch by the record, in its unit."""
    gone = sa.func.sum(Shipment.quantity, type_=Shipment.quantity.type).label("gone")
    stopped = sa.select(RecallLine.batch_id).where(*_stopped(act))
    rows = sa.select(Shipment.batch_id, gone).where(Shipment.cancelled_at.is_(None), Shipment.batch_id.in_(stopped))
    return rows.group_by(Shipment.batch_id).subquery()


def sums(found: Iterable[Party]) -> list[Sum]:
    """What was reported, by unit; amounts in different units are not added up."""
    by_unit: dict[str, list[Line]] = {}
    for line in (line for party in found for line in party.lines if not line.is_over):
        by_unit.setdefault(line.unit, []).append(line)
    return [_sum(unit, lines) for unit, lines in by_unit.items()]


def _sum(unit: str, lines: Sequence[Line]) -> Sum:
    said = [line.figure for line in lines if line.figure is not None]
    shipped, recovered = _total(line.shipped for line in lines), _total(row.recovered for row in said)
    parts = (_total(getattr(row, name) for row in said) for name in ("destroyed", "returned", "kept"))
    return Sum(unit, shipped, recovered, *parts)


def _total(values: Iterable[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known else None


def line(session: Session, actor: Actor, act: RecallAct, batch: Batch) -> Line:
    """What is known of one batch that an act stopped."""
    lines = _lines(session, actor, act, batch.producer_id)
    return next(each for _, each in lines if each.id == batch.id)


def history(actor: Actor, act: RecallAct) -> sa.Select[Event]:
    """What was done with an act, and what was reported of its batches, the latest first."""
    figures = visible(actor, RecallFigure).where(RecallFigure.recall_id == act.id).with_only_columns(RecallFigure.id)
    of_figures = sa.and_(Event.object_kind == RecallFigure.__tablename__, Event.object_id.in_(figures))
    of_act = sa.and_(Event.object_kind == RecallAct.__tablename__, Event.object_id == act.id)
    return sa.select(Event).where(sa.or_(of_act, of_figures)).order_by(Event.id.desc())


def close(session: Session, actor: Actor, act: RecallAct, report: str, missing: str = "") -> None:
    """An officer closes a hold or recall with a report. While a figure is missing, it takes a reason (`missing`) as well.

    Raises Invalid (report, missing), Conflict for a drill and for what is closed, Forbidden where it is over another county's
    batches too.
    """
    said = fields.line("report", report, least=2, most=500)
    lock(session, act)
    _must_be_open(act)
    refuse_part(session, actor, act)
    left = sum(party.missing for party in parties(session, actor, act))
    if left and not missing.strip():
        raise Invalid("missing", N_("还有 %(n)d 批没有报齐；要结案，请写明为什么缺"), n=left)
    act.missing_reason = fields.line("missing", missing, least=2, most=500) if left else None
    act.closed_at, act.closed_by_name, act.report = actor.at, actor.name, said
    more = {"missing": left, "missing_reason": act.missing_reason} if left else {}
    log.record(session, actor, Action.RECALL_CLOSE, act, said, **more)


def reopen(session: Session, actor: Actor, act: RecallAct, reason: str) -> None:
    """Take a closing back: what comes in later can be reported. The log keeps the report. Raises Invalid without a reason, Conflict
    for what is open or was lifted, Forbidden as `close`."""
    why = fields.reason(reason)
    lock(session, act)
    if act.closed_at is None or act.lifted_at is not None:
        raise Conflict(N_("这次处置没有结案，或者冻结已经解除"))
    refuse_part(session, actor, act)
    act.closed_at = act.closed_by_name = act.report = act.missing_reason = None
    log.record(session, actor, Action.RECALL_REOPEN, act, why)


def _must_be_open(act: RecallAct) -> None:
    if not is_followed_up(act):
        raise Conflict(N_("演练没有要跟踪的"))
    if act.closed_at is not None:
        raise Conflict(N_("这次处置已经结案"))
