"""Public notices of recalls (召回公告), a row for each batch that was recalled. A notice stays when its recall is closed."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from ..access import demonstrations
from ..clock import day_of
from ..errors import N_
from ..models import Action, Batch, BatchState, RecallAct, RecallKind, RecallLine
from . import names
from .leaves import leaves_of
from .table import DEMONSTRATION, LEAF, Asked, Column, Row, Table

STATE_WORDS = {"open": N_("召回中"), "closed": N_("召回已结案")}


def _rows(session: Session, asked: Asked) -> Iterator[Row]:
    people, acts, found = names.people(session), _acts(session), session.scalars(_recalled()).all()
    leaves = leaves_of(session, Batch, Action.BATCH_RECALL)
    for batch in found:
        if day_of(batch.state_since) <= asked.day:
            yield _row(batch, acts.get(batch.id), asked, people) | {"leaf": leaves.get(batch.id)}


def _recalled() -> sa.Select[Batch]:
    rows = sa.select(Batch).where(Batch.state == BatchState.RECALLED, demonstrations.counts(Batch))
    return rows.options(joinedload(Batch.product), joinedload(Batch.producer)).order_by(Batch.state_since, Batch.id)


def _acts(session: Session) -> dict[int, RecallAct]:
    """By batch, the act that recalled it; a batch that was recalled by itself has none."""
    rows = sa.select(RecallLine.batch_id, RecallAct).join(RecallLine.recall)
    found = session.execute(rows.where(RecallAct.kind == RecallKind.RECALL, RecallLine.changed.is_(True)))
    return {number: act for number, act in found}


def _row(batch: Batch, act: RecallAct | None, asked: Asked, people: frozenset[int]) -> dict[str, object]:
    closed = day_of(act.closed_at) if act is not None and act.closed_at is not None else None
    closed = closed if closed is not None and closed <= asked.day else None
    owner = batch.producer
    return {
        "batch": batch.id_number,
        "product": batch.product.name,
        "producer": names.masked(owner.name) if owner.id in people else owner.name,
        "county_name": asked.policy.county_name(batch.county),
        "harvested": batch.harvest_date,
        "recalled": day_of(batch.state_since),
        "reason": batch.state_reason,
        "state": "closed" if closed else "open",
        "closed": closed,
        "demonstration": owner.demonstration,
    }


RECALLS = Table(
    "recalls",
    N_("召回公告"),
    N_("被召回的批次：是什么、谁的、为什么、从哪天起。召回结案以后，公告还在。"),
    "product",
    (
        Column("batch", N_("批次身份证号")),
        Column("product", N_("产品")),
        Column("producer", N_("生产主体")),
        Column("county_name", N_("县市区"), said=True),
        Column("harvested", N_("采收日期")),
        Column("recalled", N_("召回日期")),
        Column("reason", N_("理由")),
        Column("state", N_("状态"), STATE_WORDS),
        Column("closed", N_("结案日期")),
        DEMONSTRATION,
        LEAF,
    ),
    _rows,
    (
        N_("手里的一包是不是召回的，请扫它标签上的码：结论以扫码为准。"),
        N_("召回不能撤销。批次只是冻结的不在这里，扫码时会看到。"),
    ),
    empty=N_("到这一天没有召回。"),
)
