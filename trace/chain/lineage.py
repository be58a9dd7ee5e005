"""Where a batch came from and what became of it: the whole way, in both directions, by one recursive query."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from ..models import Batch, BatchLink, BatchState, Brand, Origin, Producer, Product
from ..names import without

DEEPEST = 100  # steps; links cannot lead in a circle, so this only bounds a query


@dataclass(frozen=True, slots=True)
class Node:
    """A batch on the way; `depth` in steps from where one looks, 0 being the batch itself."""

    id: int
    id_number: str
    origin: Origin
    product: str
    producer: str
    county: str
    day: date
    quantity: Decimal
    unit: str
    state: BatchState
    depth: int
    product_id: int
    producer_id: int
    brand: str | None  # of the product; whether these goods may carry it is not asked here
    called: str | None  # what the produce is called without it

    @property
    def plain(self) -> str:
        """The product's name without a brand's."""
        return without(self.product, self.brand, self.called) if self.brand else self.product


@dataclass(frozen=True, slots=True)
class Edge:
    """What went from one batch into another, in the unit of the first."""

    from_id: int
    to_id: int
    taken: Decimal
    loss: Decimal


def downstream_of(ids: Collection[int]) -> sa.CTE:
    """The batches that goods of these went into, at any remove, these themselves included: columns `id`, `depth`."""
    return _walk(ids, BatchLink.from_id, BatchLink.to_id)


def upstream_of(ids: Collection[int]) -> sa.CTE:
    """The batches whose goods went into these, at any remove, these themselves included: columns `id`, `depth`."""
    return _walk(ids, BatchLink.to_id, BatchLink.from_id)


def downstream_coded(batches: sa.Select[Batch]) -> sa.CTE:
    """Those of these batches that have codes, or from which something with codes was made: a column `id`."""
    start = batches.with_only_columns(Batch.id.label("root"), Batch.id.label("id"), sa.literal(0).label("depth"))
    walk = start.cte("walk_of_each", recursive=True)
    step = sa.select(walk.c.root, BatchLink.to_id, walk.c.depth + 1).join(walk, BatchLink.from_id == walk.c.id)
    walk = walk.union(step.where(walk.c.depth < DEEPEST))
    reached = sa.select(walk.c.root.label("id")).join(Batch, Batch.id == walk.c.id).where(Batch.reserved > 0)
    return reached.distinct().cte("coded")


def _walk(ids: Collection[int], here: InstrumentedAttribute[int], there: InstrumentedAttribute[int]) -> sa.CTE:
    """Rows are distinct by batch and depth, so that a batch reached by many ways is walked on from once a depth."""
    start = sa.select(Batch.id.label("id"), sa.literal(0).label("depth")).where(Batch.id.in_(ids))
    walk = start.cte("walk", recursive=True)
    step = sa.select(there.label("id"), walk.c.depth + 1).join(walk, here == walk.c.id).where(walk.c.depth < DEEPEST)
    walk = walk.union(step)
    found = sa.select(walk.c.id.label("id"), sa.func.min(walk.c.depth).label("depth")).group_by(walk.c.id)
    return found.cte("reached")


def upstream(session: Session, batch_id: int, most: int | None = None) -> Sequence[Node]:
    """Everything that went into a batch, nearest first, without itself."""
    return _nodes(session, upstream_of([batch_id]), most)


def downstream(session: Session, batch_id: int, most: int | None = None) -> Sequence[Node]:
    """Everything that a batch went into, nearest first, without itself."""
    return _nodes(session, downstream_of([batch_id]), most)


def _nodes(session: Session, reached: sa.CTE, most: int | None) -> Sequence[Node]:
    rows = (
        sa.select(
            Batch.id,
            Batch.id_number,
            Batch.origin,
            Product.name,
            Producer.name,
            Batch.county,
            Batch.harvest_date,
            Batch.quantity,
            Batch.unit,
            Batch.state,
            reached.c.depth,
            Batch.product_id,
            Batch.producer_id,
            Brand.name,
            Brand.plain_name,
        )
        .join(reached, reached.c.id == Batch.id)
        .join(Product, Product.id == Batch.product_id)
        .join(Producer, Producer.id == Batch.producer_id)
        .outerjoin(Brand, Brand.id == Product.brand_id)
        .where(reached.c.depth > 0)
        .order_by(reached.c.depth, Batch.id)
        .limit(most)
    )
    return [Node(*tuple(row)) for row in session.execute(rows)]


def edges(session: Session, batch_id: int) -> Sequence[Edge]:
    """The links of the whole way of a batch, both directions."""
    return [
        *_edges(session, upstream_of([batch_id]), BatchLink.to_id),
        *_edges(session, downstream_of([batch_id]), BatchLink.from_id),
    ]


def _edges(session: Session, reached: sa.CTE, end: InstrumentedAttribute[int]) -> list[Edge]:
    """Whatever leads on from (or back from) what was reached was reached too: one join finds all links."""
    rows = sa.select(BatchLink.from_id, BatchLink.to_id, BatchLink.taken, BatchLink.loss)
    return [Edge(*row) for row in session.execute(rows.join(reached, reached.c.id == end).order_by(BatchLink.id))]


def links_into(session: Session, batch: Batch) -> Sequence[BatchLink]:
    """What a batch was made of, one step back, with the batches it came from."""
    return _links(session, BatchLink.to_id == batch.id)


def links_from(session: Session, batch: Batch) -> Sequence[BatchLink]:
    """What a batch went into, one step forward, with the batches that were made."""
    return _links(session, BatchLink.from_id == batch.id)


def _links(session: Session, where: sa.ColumnElement[bool]) -> Sequence[BatchLink]:
    rows = (
        sa.select(BatchLink)
        .where(where)
        .order_by(BatchLink.id)
        .options(
            joinedload(BatchLink.act),
            joinedload(BatchLink.source).joinedload(Batch.product),
            joinedload(BatchLink.result).joinedload(Batch.product),
        )
    )
    return session.scalars(rows).all()


def edges_among(session: Session, ids: Collection[int]) -> Sequence[Edge]:
    """The links between these batches."""
    rows = sa.select(BatchLink.from_id, BatchLink.to_id, BatchLink.taken, BatchLink.loss)
    rows = rows.where(BatchLink.from_id.in_(ids), BatchLink.to_id.in_(ids)).order_by(BatchLink.id)
    return [Edge(*row) for row in session.execute(rows)]
