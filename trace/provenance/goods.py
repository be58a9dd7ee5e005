"""The way of goods back to where they grew, were made or were bought: rows of the record, read by sets."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
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


def way_to(session: Session, batches: Sequence[Batch]) -> Way:
    """The goods of these batches and of all that went into them. Asks nothing where all were harvested."""
    if all(batch.origin is Origin.HARVEST for batch in batches):
        return {batch.id: _harvested(batch) for batch in batches}
    return way_among(session, [batch.id for batch in batches])


def way_among(session: Session, ids: Sequence[int]) -> Way:
    """The same of the batches of these row numbers: one query for each thousand."""
    found: Way = {}
    for start in range(0, len(ids), AT_ONCE):
        found |= _read(session, ids[start : start + AT_ONCE])
    return found


AT_ONCE = 1000  # databases limit how many values one statement may have


def _read(session: Session, ids: Sequence[int]) -> Way:
    goods: Way = {}
    for row in session.execute(_WAY, {"ids": ids}):
        one = goods.get(row[0]) or _goods(*row[:9])
        source, amount = row[9:]
        more = () if source is None or amount is None else (Source(source, amount),)
        goods[one.id] = replace(one, sources=(*one.sources, *more))
    order = TopologicalSorter({one.id: [source.id for source in one.sources] for one in goods.values()})
    return {number: goods[number] for number in order.static_order()}


def _way() -> sa.Select[
    int, Origin, int, int, int | None, str | None, str, date, BatchState, int | None, Decimal | None
]:
    """A row for each batch on the way and each of its sources; None and None where it has none."""
    start = sa.select(Batch.id).where(Batch.id.in_(sa.bindparam("ids", expanding=True)))
    walk = start.cte("way_back", recursive=True)
    walk = walk.union(sa.select(BatchLink.from_id).join(walk, BatchLink.to_id == walk.c.id))
    whose = (Batch.id, Batch.origin, Batch.producer_id, Batch.product_id, Batch.brand_id, Batch.brand_reason)
    what = (Batch.county, Batch.harvest_date, Batch.state, BatchLink.from_id, BatchLink.taken - BatchLink.loss)
    rows = sa.select(*whose, *what).join(walk, walk.c.id == Batch.id).outerjoin(BatchLink, BatchLink.to_id == Batch.id)
    return rows.order_by(Batch.id, BatchLink.id)


_WAY = _way()  # built once


def _harvested(batch: Batch) -> Goods:
    """Of a harvest, which may be declared in this very transaction."""
    whose = (batch.id, Origin.HARVEST, batch.producer_id, batch.product_id, batch.brand_id, batch.brand_reason)
    return _goods(*whose, batch.county, batch.harvest_date, batch.state)


def _goods(
    number: int,
    origin: Origin,
    producer: int,
    product: int,
    brand: int | None,
    reason: str | None,
    county: str,
    day: date,
    state: BatchState,
) -> Goods:
    recalled = state is BatchState.RECALLED
    return Goods(number, origin, producer, product, brand, reason is not None, county, day, recalled)


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
        for source in (each for each in one.sources if each.amount):  # of some, all may be lost
            for product, share in found[source.id].items():
                mine[product] = mine.get(product, Decimal(0)) + share * source.amount / whole
    return found
