"""Inspections of a batch (检测): self test, commissioned test, an officer's sampling. A failed one holds the batch at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from .. import fields
from ..access.actor import Actor
from ..audit import holds, log
from ..clock import day_of
from ..db import lock
from ..errors import N_, Conflict, Invalid
from ..models import Action, Batch, Inspection, InspectionItem, InspectionKind, Role, StoppedBy
from .holds import stop

MOST_ITEMS = 40


@dataclass(frozen=True)
class Item:
    """A line of the report as typed."""

    name: str
    value: str
    limit: str = ""
    passed: bool = True


@dataclass(frozen=True)
class InspectionForm:
    """A report as typed. `passed` is its conclusion, None where nobody has chosen one. `key` is the form's own: a form that is sent
    twice becomes one report."""

    kind: str
    lab: str
    report_number: str
    sampled_on: str
    reported_on: str
    items: Sequence[Item]
    passed: bool | None = None
    key: str = ""


def enter(session: Session, actor: Actor, batch: Batch, form: InspectionForm) -> Inspection:
    """Enter a report. One failed item, or a failed conclusion, holds the batch and all that was made of it.

    Raises Invalid for any field, Conflict for a batch that was withdrawn. A producer cannot enter an officer's sampling, nor an
    officer a self test.
    """
    lock(session, batch)
    if form.key and (done := _entered_before(session, batch, form.key)):
        return done
    holds.refuse_withdrawn(batch)
    with fields.Together() as read:
        kind = read(_kind, actor, form.kind)
        days = read(_days, form, day_of(actor.at))
        lab = read(fields.name, "lab", form.lab, least=2)
        number = read(fields.line, "report_number", form.report_number)
        passed, items = read(_passed, form.passed), read(_items, form.items)
    row = Inspection(
        batch_id=batch.id,
        kind=kind,
        lab=lab,
        report_number=number,
        sampled_on=days[0],
        reported_on=days[1],
        passed=passed and all(item.passed for item in items),
        items=items,
        recorded_at=actor.at,
        recorded_by=actor.account_id,
        form_key=form.key[:64] or None,
    )
    session.add(row)
    log.record(
        session, actor, Action.INSPECTION_ENTER, row, batch=batch.id_number, passed=row.passed, report=row.report_number
    )
    if not row.passed:
        stop(session, actor, batch, f"检测不合格：{_failed(row)}（报告 {row.report_number}）", StoppedBy.TEST)
    return row


def _failed(row: Inspection) -> str:
    return "、".join(item.name for item in row.items if not item.passed) or row.lab


def _entered_before(session: Session, batch: Batch, key: str) -> Inspection | None:
    return session.scalar(sa.select(Inspection).where(Inspection.batch_id == batch.id, Inspection.form_key == key[:64]))


def _kind(actor: Actor, typed: str) -> InspectionKind:
    kind = fields.choice("kind", InspectionKind, typed)
    if (actor.role is Role.PRODUCER) is (kind is InspectionKind.SAMPLING):
        raise Invalid("kind", N_("监督抽检由监管人员登记，自检和委托检测由主体登记"))
    return kind


def _days(form: InspectionForm, today: date) -> tuple[date, date]:
    """When it was sampled and reported."""
    with fields.Together() as read:
        sampled = read(fields.day, "sampled_on", form.sampled_on)
        reported = read(fields.day, "reported_on", form.reported_on)
    if not sampled <= reported <= today:
        raise Invalid("reported_on", N_("报告日期应在采样日期之后，最晚今天"))
    return sampled, reported


def _passed(typed: bool | None) -> bool:
    if typed is None:
        raise Invalid("passed", N_("请选合格或不合格：照报告上的结论"))
    return typed


def _items(typed: Sequence[Item]) -> list[InspectionItem]:
    written = [item for item in typed if item.name.strip() or item.value.strip()]
    if not written:
        raise Invalid("items", N_("至少写一项检测项目和结果"))
    if len(written) > MOST_ITEMS:
        raise Invalid("items", N_("最多 %(most)s 项"), most=MOST_ITEMS)
    return [
        InspectionItem(
            name=fields.name("items", item.name),
            value=fields.line("items", item.value),
            limit=fields.line("items", item.limit, least=0),
            passed=item.passed,
        )
        for item in written
    ]


def withdraw(session: Session, actor: Actor, row: Inspection, reason: str) -> None:
    """Take back a report that was entered by mistake; it no longer counts. A hold stays until an officer ends it.

    Raises Invalid without a reason, Conflict when it was taken back before.
    """
    why = fields.reason(reason)
    lock(session, row)
    if row.withdrawn_at is not None:
        raise Conflict(N_("这一条已经办过了，请刷新页面看最新状态"))
    row.withdrawn_at, row.withdraw_reason = actor.at, why
    log.record(session, actor, Action.INSPECTION_WITHDRAW, row, why)


def of(session: Session, batch: Batch) -> Sequence[Inspection]:
    """The reports of a batch, withdrawn ones too, in the order they came."""
    rows = sa.select(Inspection).where(Inspection.batch_id == batch.id).options(selectinload(Inspection.items))
    return session.scalars(rows.order_by(Inspection.id)).all()


def passed(session: Session, batch: Batch) -> Sequence[Inspection]:
    """The passed reports of a batch that stand, with their items."""
    return [row for row in of(session, batch) if row.passed and row.withdrawn_at is None]


def proofs(session: Session, batch: Batch) -> Sequence[Inspection]:
    """The passed reports that settle an unknown interval: those that the producer did not make itself."""
    return [row for row in passed(session, batch) if row.kind is not InspectionKind.SELF]
