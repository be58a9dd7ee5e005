"""The desks of complaints and of claim notices, as lists: what is open by deadline, what is closed with the latest first."""

from collections.abc import Mapping
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager

from ..access.actor import Actor
from ..access.matching import any_of, named, numbered, written
from ..access.visibility import visible
from ..errors import N_
from ..listing.listof import Choice, Column, Days, ListOf, Query
from ..models import (
    Account,
    Batch,
    CaseState,
    ClaimNotice,
    Complaint,
    ComplaintKind,
    InsurancePolicy,
    Insurer,
    Producer,
    Product,
)

Case = type[Complaint] | type[ClaimNotice]
Handler = aliased(Account)


class Desk(StrEnum):
    """Whether a case is still to be dealt with."""

    OPEN = "open"
    CLOSED = "closed"


def _desk(table: Case) -> Choice:
    def fits(desk: Desk, actor: Actor) -> sa.ColumnElement[bool]:
        return table.state == CaseState.CLOSED if desk is Desk.CLOSED else table.state != CaseState.CLOSED

    return Choice("state", N_("状态"), Desk, fits, lambda actor: Desk.OPEN, is_tabs=True)


def _order(chosen: Mapping[str, str]) -> str:
    return "-closed" if chosen["state"] == Desk.CLOSED else "due"


def _columns(table: Case, *own: Column) -> tuple[Column, ...]:
    return (
        Column("number", N_("编号"), (table.number,)),
        Column("due", N_("期限"), (table.due_on,)),
        *own,
        Column("handler", N_("办理人"), (Handler.name,), may_lack=True),
        Column("state", N_("状态"), (table.state,)),
        Column("received", N_("收到时间"), (table.received_at,), newest=True, is_order=True),
        Column("closed", N_("办结时间"), (table.closed_at,), newest=True, is_order=True),
    )


def _complaints(actor: Actor) -> Query:
    return visible(actor, Complaint).outerjoin(Complaint.product).outerjoin(Complaint.handler.of_type(Handler))


COMPLAINTS = ListOf(
    "complaints",
    _complaints,
    Complaint.id,
    _columns(
        Complaint,
        Column("kind", N_("问题"), (Complaint.kind,)),
        Column("product", N_("产品"), (Product.name_normal,), may_lack=True),
        Column("verdict", N_("当时结论"), (Complaint.verdict,)),
        Column("county", N_("县市区"), (Complaint.county,)),
    ),
    _order,
    any_of(numbered(Complaint.number), named(Product.name_normal), written(Handler.name, Complaint.shop)),
    N_("编号、产品、办理人、店铺"),
    N_("没有待办的投诉举报。消费者在扫码页上提交后，会出现在这里。"),
    choices=(_desk(Complaint), Choice("kind", N_("问题"), ComplaintKind, lambda kind, actor: Complaint.kind == kind)),
    county=Complaint.county,
    product=named(Product.name_normal),
    days=Days(N_("收到时间"), Complaint.received_at, is_moment=True),
    options=(contains_eager(Complaint.product), contains_eager(Complaint.handler.of_type(Handler))),
)


def _notices(actor: Actor) -> Query:
    rows = visible(actor, ClaimNotice).join(Batch.product).join(Batch.producer).join(ClaimNotice.policy)
    return rows.join(InsurancePolicy.insurer).outerjoin(ClaimNotice.handler.of_type(Handler))


_batch = contains_eager(ClaimNotice.batch)
CLAIM_NOTICES = ListOf(
    "claim_notices",
    _notices,
    ClaimNotice.id,
    _columns(
        ClaimNotice,
        Column("product", N_("产品"), (Product.name_normal,)),
        Column("producer", N_("主体"), (Producer.name_normal,)),
        Column("county", N_("县市区"), (Batch.county,)),
        Column("insurer", N_("保险机构"), (Insurer.name,)),
    ),
    _order,
    any_of(
        numbered(ClaimNotice.number, Batch.id_number),
        named(Product.name_normal, Producer.name_normal),
        written(Insurer.name, InsurancePolicy.number, Handler.name),
    ),
    N_("编号、批次、产品、主体、保险机构、保单号"),
    N_("没有待办的报案。消费者在承保批次的扫码页上报案后，会出现在这里。"),
    choices=(_desk(ClaimNotice),),
    county=Batch.county,
    product=named(Product.name_normal),
    days=Days(N_("收到时间"), ClaimNotice.received_at, is_moment=True),
    options=(
        _batch.contains_eager(Batch.product),
        _batch.contains_eager(Batch.producer),
        contains_eager(ClaimNotice.policy).contains_eager(InsurancePolicy.insurer),
        contains_eager(ClaimNotice.handler.of_type(Handler)),
    ),
)
