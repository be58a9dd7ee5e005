"""What officers look at of the farms: test reports, and batches whose fitness is in doubt."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, selectinload

from ..access.actor import Actor
from ..access.matching import any_of, named, numbered, written
from ..access.visibility import visible
from ..errors import N_
from ..listing.listof import Choice, Column, Days, ListOf
from ..models import Batch, FarmCase, Inspection, InspectionDraw, InspectionKind, Producer, Product
from . import amounts
from .rulings import waits


def _of_batches(actor: Actor, table: type[Any]) -> sa.Select[Any]:
    return visible(actor, table).join(Batch.product).join(Batch.producer)


def _batch_of(table: type[Any]) -> tuple[Any, ...]:
    batch = contains_eager(table.batch)
    return batch.contains_eager(Batch.product), batch.contains_eager(Batch.producer)


class Shown(StrEnum):
    """Which reports are looked at by themselves."""

    FAILED = "failed"
    SAMPLING = "sampling"


def _shown(shown: Shown, actor: Actor) -> sa.ColumnElement[bool]:
    if shown is Shown.SAMPLING:
        return Inspection.kind == InspectionKind.SAMPLING
    return sa.and_(Inspection.passed.is_(False), Inspection.withdrawn_at.is_(None))


INSPECTIONS = ListOf(
    "inspections",
    lambda actor: _of_batches(actor, Inspection),
    Inspection.id,
    (
        Column("product", N_("产品"), (Product.name_normal,)),
        Column("producer", N_("主体"), (Producer.name_normal,)),
        Column("kind", N_("哪一种检测"), (Inspection.kind,)),
        Column("lab", N_("检测机构"), (Inspection.lab,)),
        Column("number", N_("报告编号"), (Inspection.report_number,)),
        Column("reported", N_("报告日期"), (Inspection.reported_on,), newest=True),
        Column("result", N_("结论"), (Inspection.passed,)),
        Column("recorded", N_("登记"), (Inspection.recorded_at,), newest=True, is_order=True),
    ),
    "-recorded",
    any_of(
        named(Product.name_normal, Producer.name_normal),
        written(Inspection.lab, Inspection.report_number),
        numbered(Batch.id_number),
    ),
    N_("产品、主体、检测机构、报告编号、批次"),
    N_("没有这样的报告。监督抽检从批次页登记：打开批次，点“登记监督抽检”。"),
    choices=(
        Choice("state", N_("状态"), Shown, _shown, is_tabs=True),
        Choice("kind", N_("哪一种检测"), InspectionKind, lambda kind, actor: Inspection.kind == kind),
    ),
    county=Batch.county,
    product=named(Product.name_normal),
    days=Days(N_("报告日期"), Inspection.reported_on),
    options=(*_batch_of(Inspection), selectinload(Inspection.items)),
)
"""The reports that an officer may know of, newest first."""


class Ruling(StrEnum):
    """Whether an officer has decided a case."""

    WAITING = "waiting"
    DECIDED = "decided"


def _ruled(ruling: Ruling, actor: Actor) -> sa.ColumnElement[bool]:
    return FarmCase.decided_at.is_not(None) if ruling is Ruling.DECIDED else sa.and_(*waits())


def _order(chosen: Mapping[str, str]) -> str:
    return "-decided" if chosen["state"] == Ruling.DECIDED else "opened"


FARM_CASES = ListOf(
    "farm_cases",
    lambda actor: _of_batches(actor, FarmCase),
    FarmCase.id,
    (
        Column("product", N_("产品"), (Product.name_normal,)),
        Column("producer", N_("主体"), (Producer.name_normal,)),
        Column("harvest", N_("采收"), (Batch.harvest_date,), newest=True),
        Column("why", N_("理由")),
        Column("opened", N_("提出"), (FarmCase.opened_at,), newest=True),
        Column("decided", N_("判定"), (FarmCase.decided_at,), newest=True),
        Column("state", N_("状态"), (FarmCase.held, FarmCase.granted)),
    ),
    _order,
    any_of(named(Product.name_normal, Producer.name_normal), numbered(Batch.id_number), written(FarmCase.why)),
    N_("产品、主体、批次、理由"),
    N_("没有等判定的。记录或检测对已赋码的批次不利时，批次马上冻结，出现在这里；种植户拿不准的也来这里。"),
    choices=(Choice("state", N_("状态"), Ruling, _ruled, lambda actor: Ruling.WAITING, is_tabs=True),),
    county=Batch.county,
    product=named(Product.name_normal),
    days=Days(N_("提出"), FarmCase.opened_at, is_moment=True),
    options=_batch_of(FarmCase),
)
"""The queue of an officer, oldest first; or what was decided, newest first."""

AMOUNTS = ListOf(
    "amounts",
    lambda actor: amounts.waiting(actor).order_by(None).join(Batch.product).join(Batch.producer),
    Batch.id,
    (
        Column("product", N_("产品"), (Product.name_normal,)),
        Column("producer", N_("主体"), (Producer.name_normal,)),
        Column("county", N_("县市区"), (Batch.county,)),
        Column("harvest", N_("采收"), (Batch.harvest_date,), newest=True),
        Column("since", N_("等核实起"), (Batch.amount_at,)),
        Column("why", N_("理由")),
    ),
    "since",
    any_of(numbered(Batch.id_number), named(Product.name_normal, Producer.name_normal)),
    N_("批次、产品、主体"),
    N_("没有等核实的。"),
    county=Batch.county,
    product=named(Product.name_normal),
    days=Days(N_("采收日期"), Batch.harvest_date),
)
"""The batches of an officer's area whose amount waits for a word, those that wait longest first."""

DRAWS = ListOf(
    "draws",
    lambda actor: visible(actor, InspectionDraw),
    InspectionDraw.id,
    (
        Column("number", N_("第几次"), (InspectionDraw.id,), newest=True),
        Column("wanted", N_("抽几家"), (InspectionDraw.wanted,), newest=True, is_number=True),
        Column("county", N_("范围"), (InspectionDraw.county,)),
        Column("at", N_("时间"), (InspectionDraw.at,), newest=True),
        Column("who", N_("谁"), (InspectionDraw.actor_name,)),
    ),
    "-number",
    written(InspectionDraw.actor_name, InspectionDraw.seed),
    N_("谁、种子"),
    N_("还没有抽过。"),
    county=InspectionDraw.county,
    days=Days(N_("时间"), InspectionDraw.at, is_moment=True),
)
"""The draws of the whole city, newest first. Every officer may see every draw."""
