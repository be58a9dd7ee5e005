"""The insurance policies that officers, insurers and producers look at."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager

from ..access.actor import Actor
from ..access.matching import any_of, named, numbered, written
from ..access.visibility import visible
from ..errors import N_
from ..listing.listof import Choice, Column, Days, ListOf
from ..models import Batch, InsurancePolicy, Insurer, PolicyKind, PolicyState, Producer, Product, Role

_row = InsurancePolicy
Sold = aliased(Product)  # the product of the batch that a policy names


def _rows(actor: Actor) -> sa.Select[Any]:
    rows = visible(actor, _row).join(_row.insurer).outerjoin(_row.product).outerjoin(_row.batch)
    return rows.outerjoin(Batch.product.of_type(Sold))


POLICIES = ListOf(
    "policies",
    _rows,
    _row.id,
    (
        Column("number", N_("保单号"), (_row.number,)),
        Column("kind", N_("险种"), (_row.kind,)),
        Column("insurer", N_("保险机构"), (Insurer.name,), not_for=(Role.INSURER,)),
        Column("insured", N_("保的是"), (Producer.name_normal,)),
        Column("term", N_("保险期"), (_row.valid_to,)),
        Column("today", N_("今天"), (_row.state,)),
        Column("waiting", N_("待核的在前"), (_row.state == PolicyState.ENTERED, _row.entered_at), is_order=True),
    ),
    "-waiting",
    any_of(
        written(_row.number, Insurer.name),
        named(Producer.name_normal, Product.name_normal, Sold.name_normal),
        numbered(Batch.id_number),
    ),
    N_("保单号、保险机构、主体、产品、批次"),
    N_("还没有登记的保单。点“登记保单”，照着保单原件填；由另一位监管人员核实以后，扫码页才会显示。"),
    choices=(
        Choice(
            "state",
            N_("状态"),
            PolicyState,
            lambda state, actor: sa.and_(_row.state == state, _row.ended_on.is_(None)),
            is_tabs=True,
        ),
        Choice("kind", N_("险种"), PolicyKind, lambda kind, actor: _row.kind == kind),
    ),
    county=Producer.county,
    product=named(Product.name_normal, Sold.name_normal),
    days=Days(N_("截止日期"), _row.valid_to),
    options=(
        contains_eager(_row.insurer),
        contains_eager(_row.producer),
        contains_eager(_row.product),
        contains_eager(_row.batch).contains_eager(Batch.product.of_type(Sold)),
    ),
)
"""The policies this actor may know of, those that wait first."""
