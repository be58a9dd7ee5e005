"""The list of batches for officers, and how often the packs of one were looked at."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from ..access.actor import Actor
from ..access.matching import any_of, named, numbered
from ..access.visibility import visible
from ..errors import N_
from ..listing.listof import Choice, Column, Days, ListOf
from ..models import Batch, BatchState, Producer, Product, UnitScans


def _rows(actor: Actor) -> sa.Select[Any]:
    return visible(actor, Batch).join(Batch.product).join(Batch.producer)


BATCHES = ListOf(
    "batches",
    _rows,
    Batch.id,
    (
        Column("number", N_("身份证号"), (Batch.id_number,)),
        Column("product", N_("产品"), (Product.name_normal,)),
        Column("producer", N_("主体"), (Producer.name_normal,)),
        Column("county", N_("县市区"), (Batch.county,)),
        Column("harvest", N_("采收"), (Batch.harvest_date,), newest=True),
        Column("codes", N_("已赋码 / 可赋"), (Batch.reserved,), newest=True, is_number=True),
        Column("declared", N_("登记"), (Batch.declared_at,), newest=True),
        Column("state", N_("状态"), (Batch.state,)),
    ),
    "-declared",
    any_of(numbered(Batch.id_number), named(Product.name_normal, Producer.name_normal)),
    N_("身份证号、产品、主体"),
    N_("还没有批次。"),
    choices=(Choice("state", N_("状态"), BatchState, lambda state, actor: Batch.state == state),),
    county=Batch.county,
    product=named(Product.name_normal),
    days=Days(N_("采收日期"), Batch.harvest_date),
    options=(contains_eager(Batch.product), contains_eager(Batch.producer)),
)


@dataclass(frozen=True)
class ScanSummary:
    """How much a batch is looked at: looks by people, packs looked at, first and last time (aware UTC)."""

    scans: int
    units: int
    first_at: datetime | None
    last_at: datetime | None


def scans_of(session: Session, batch: Batch) -> ScanSummary:
    """How often people have looked at the packs of a batch so far."""
    seen = UnitScans
    row = session.execute(
        sa.select(
            sa.func.sum(seen.scans), sa.func.count(), sa.func.min(seen.first_at), sa.func.max(seen.last_at)
        ).where(seen.batch_id == batch.id)
    ).one()
    return ScanSummary(int(row[0] or 0), row[1], row[2], row[3])
