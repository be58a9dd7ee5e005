"""Lists of batches for officers, and how often the packs of one were looked at."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from ..access.actor import Actor
from ..access.visibility import visible
from ..models import Batch, BatchState, Product, UnitScans
from ..names import normal_form
from ..paging import Page, page_of


@dataclass(frozen=True)
class BatchFilter:
    """What an officer looks for; empty fields do not narrow."""

    county: str = ""
    product: str = ""
    state: str = ""
    page: int = 1


@dataclass(frozen=True)
class ScanSummary:
    """How much a batch is looked at: looks by people, packs looked at, first and last time (aware UTC)."""

    scans: int
    units: int
    first_at: datetime | None
    last_at: datetime | None


def batches(session: Session, actor: Actor, wanted: BatchFilter) -> Page[Batch]:
    """One page of the batches this actor may see, newest first."""
    found = batches_found(actor, wanted)
    return page_of(session, found, wanted.page, joinedload(Batch.product), joinedload(Batch.producer))


def batches_found(actor: Actor, wanted: BatchFilter) -> sa.Select[Batch]:
    """All batches that `wanted` fits and this actor may see, newest first; the product is joined."""
    found = visible(actor, Batch).join(Product, Batch.product_id == Product.id)
    if wanted.county:
        found = found.where(Batch.county == wanted.county)
    if wanted.product:
        found = found.where(Product.name_normal.contains(normal_form(wanted.product), autoescape=True))
    if wanted.state in set(BatchState):
        found = found.where(Batch.state == BatchState(wanted.state))
    return found.order_by(Batch.declared_at.desc(), Batch.id.desc())


def scans_of(session: Session, batch: Batch) -> ScanSummary:
    """How often people have looked at the packs of a batch so far."""
    seen = UnitScans
    row = session.execute(
        sa.select(
            sa.func.sum(seen.scans), sa.func.count(), sa.func.min(seen.first_at), sa.func.max(seen.last_at)
        ).where(seen.batch_id == batch.id)
    ).one()
    return ScanSummary(int(row[0] or 0), row[1], row[2], row[3])
