"""The way of goods back to where they grew, were made or were bought: rows of the record, read by sets."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from graphlib import TopologicalSorter

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..errors import N_
from ..models import Batch, BatchLink, BatchState, Origin

UNVERIFIED = N_("外购，未核实")
"""What is told in place of where goods grew that were bought from someone without a record here."""
MADE = (Origin.HARVEST, Origin.PROCESSED)
"""How new goods come to be. By any other act goods stay what they were."""


@dataclass(frozen=True, slots=True)
class Source:
    """A batch that went into another, and how much of it came through (what was taken less its loss, in its own unit)."""

    id: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Goods:
    """A batch as far as claims depend on it. `allowed`: an officer lets it carry its brand, and has said why."""

    id: int
    origin: Origin
    producer_id: int
    product_id: int
    brand_id: int | None
    allowed: bool
    county: str  # where it grew or was made
    harvest_date: date
    recalled: bool
    sources: tuple[Source, ...] = ()

    @property
    def is_made(self) -> bool:
        """Whether they are new goods: grown, or processed into something else."""
        return self.origin in MADE

    @property
    def is_bought(self) -> bool:
        """Whether the record does not know where they are from."""
        return not self.is_made and not self.sources


Way = dict[int, Goods]
"""Goods by the row number of their batch; sources stand before what was made of them."""


@dataclass(frozen=True, slots=True)
class Nature:
    """What goods are by their way. `own`: the seller grew or made all of them. `bought`: something in them was bought from
    someone without a record here, and nobody has verified it. `recalled`: something that went into them was recalled."""

    own: bool
    bought: bool
    recalled: bool


OWN = Nature(own=True, bought=False, recalled=False)
"""Of what a producer harvested, and of a product as such."""

_COLUMNS = (
    Batch.id,
    Batch.origin,
    Batch.producer_id,
    Batch.product_id,
    Batch.brand_id,
    Batch.brand_reason,
    Batch.county,
    Batch.harvest_date,
    Batch.state,
)


def way_to(session: Session, batches: Sequence[Batch]) -> Way:
    """The goods of these batches and of all that went into them. Asks nothing where all were harvested."""
    if all(batch.origin is Origin.HARVEST for batch in batches):
        return {batch.id: _harvested(batch) for batch in batches}
    return way_among(session, sa.select(Batch.id).where(Batch.id.in_([batch.id for batch in batches])))


def way_among(session: Session, start: sa.Select[int]) -> Way:
    """The same of the batches whose row numbers a query names."""
    walk = start.cte("way_back", recursive=True)
    walk = walk.union(sa.select(BatchLink.from_id).join(walk, BatchLink.to_id == walk.c.id))
    parts = sa.select(BatchLink.to_id, BatchLink.from_id, BatchLink.taken - BatchLink.loss)
    into: dict[int, list[Source]] = {}
    for made, source, amount in session.execute(parts.join(walk, walk.c.id == BatchLink.to_id).order_by(BatchLink.id)):
        into.setdefault(made, []).append(Source(source, amount))
    rows = session.execute(sa.select(*_COLUMNS).join(walk, walk.c.id == Batch.id))
    goods = {row.id: _goods(row, into.get(row.id, ())) for row in rows}
    order = TopologicalSorter({one.id: [source.id for source in one.sources] for one in goods.values()})
    return {number: goods[number] for number in order.static_order()}


def _harvested(batch: Batch) -> Goods:
    """Of a harvest, which may be declared in this very transaction."""
    return Goods(
        batch.id,
        Origin.HARVEST,
        batch.producer_id,
        batch.product_id,
        batch.brand_id,
        batch.brand_reason is not None,
        batch.county,
        batch.harvest_date,
        batch.state is BatchState.RECALLED,
    )


def _goods(row: sa.Row[*tuple[object, ...]], sources: Iterable[Source]) -> Goods:
    return Goods(
        row.id,
        row.origin,
        row.producer_id,
        row.product_id,
        row.brand_id,
        row.brand_reason is not None,
        row.county,
        row.harvest_date,
        row.state is BatchState.RECALLED,
        tuple(sources),
    )


def natures(way: Way) -> dict[int, Nature]:
    """What each of the goods are."""
    found: dict[int, Nature] = {}
    for number, one in way.items():
        sources = [(way[source.id], found[source.id]) for source in one.sources]
        found[number] = Nature(
            one.is_made
            or (bool(sources) and all(each.producer_id == one.producer_id and of.own for each, of in sources)),
            one.is_bought or (not one.is_made and any(of.bought for _, of in sources)),
            any(each.recalled or of.recalled for each, of in sources),
        )
    return found


def shares(way: Way) -> dict[int, dict[int, Decimal]]:
    """Of which products the goods were grown or made, by product's row number: shares that add up to one, less what was bought
    from outside."""
    found: dict[int, dict[int, Decimal]] = {}
    for number, one in way.items():
        if one.is_made:
            found[number] = {one.product_id: Decimal(1)}
            continue
        whole = sum((source.amount for source in one.sources), Decimal(0))
        mine = found[number] = {}
        for source in one.sources:
            for product, share in found[source.id].items():
                mine[product] = mine.get(product, Decimal(0)) + share * source.amount / (whole or 1)
    return found
