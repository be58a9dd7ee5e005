"""The way of a batch as anyone may see it: what it was made of, what it became, where it went. No customer is named."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..errors import N_
from ..installation.installation import Installation
from ..models import Batch, BatchLink, Origin, Shipment
from .lineage import Node, downstream, edges, upstream


@dataclass(frozen=True, slots=True)
class WayNode:
    """A batch on the way; `depth` in steps from the one looked at; `quantity` in `unit`."""

    id_number: str
    kind: str  # models.Origin
    product: str
    producer: str
    county: str
    day: date
    quantity: Decimal
    unit: str
    depth: int
    state: str  # models.BatchState


@dataclass(frozen=True, slots=True)
class WayLink:
    """What of one batch went into another, loss included, in the unit of the first."""

    from_number: str
    to_number: str
    taken: Decimal
    loss: Decimal


@dataclass(frozen=True, slots=True)
class Way:
    """Where a batch came from and what became of it, nearest first; `kind` is how it came to be itself (models.Origin).
    `cut`: there is more than is listed."""

    kind: str
    upstream: tuple[WayNode, ...]
    downstream: tuple[WayNode, ...]
    links: tuple[WayLink, ...]
    cut: bool = False
    bought: bool = False  # from someone without a record here

    @property
    def most(self) -> int:
        """How many batches are listed in each direction."""
        return MOST


ORIGIN_WORDS = {
    "harvest": N_("采收"),
    "split": N_("分批"),
    "merged": N_("合批"),
    "processed": N_("加工"),
    "received": N_("收货"),
}


MOST = 200  # batches in each direction; the rest is counted


@dataclass(frozen=True, slots=True)
class Gone:
    """Packs (`first` from 0, `count`) or loose goods (None) that left for a place."""

    day: date
    place: str
    first: int | None
    count: int | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """The batches on the way of one, nearest first: what it was made of, and what it became; one more than are shown."""

    made_of: Sequence[Node] = ()
    became: Sequence[Node] = ()


def stretch_of(session: Session, batch: Batch, went_on: bool) -> Stretch:
    """The batches on the way of a batch. `went_on`: goods of it went into other batches."""
    return Stretch(
        upstream(session, batch.id, MOST + 1) if batch.origin is not Origin.HARVEST else (),
        downstream(session, batch.id, MOST + 1) if went_on else (),
    )


def way_of(session: Session, installation: Installation, batch: Batch) -> Way | None:
    """The whole way of a batch; None for one that was harvested and became nothing else."""
    return way_along(session, installation, batch, stretch_of(session, batch, _went_on(session, batch)))


def way_along(session: Session, installation: Installation, batch: Batch, stretch: Stretch) -> Way | None:
    """The same of a batch whose stretch has been read."""
    made_of, became = stretch.made_of, stretch.became
    if not made_of and not became and batch.supplier is None:
        return None
    above, below = made_of[:MOST], became[:MOST]
    shown = {batch.id: batch.id_number} | {node.id: node.id_number for node in (*above, *below)}
    return Way(
        str(batch.origin),
        tuple(_node(installation, node) for node in above),
        tuple(_node(installation, node) for node in below),
        _links(session, batch, shown),
        len(made_of) > MOST or len(became) > MOST,
        batch.supplier is not None,
    )


def _links(session: Session, batch: Batch, shown: dict[int, str]) -> tuple[WayLink, ...]:
    return tuple(
        WayLink(shown[edge.from_id], shown[edge.to_id], edge.taken, edge.loss)
        for edge in edges(session, batch.id)
        if edge.from_id in shown and edge.to_id in shown
    )


def _went_on(session: Session, batch: Batch) -> bool:
    return session.scalar(sa.select(BatchLink.id).where(BatchLink.from_id == batch.id).limit(1)) is not None


def _node(installation: Installation, node: Node) -> WayNode:
    return WayNode(
        node.id_number,
        node.origin,
        node.plain,
        node.producer,
        installation.policy.county_name(node.county),
        node.day,
        node.quantity,
        str(node.unit),
        node.depth,
        str(node.state),
    )


_GONE = (
    sa.select(Shipment.shipped_on, Shipment.place, Shipment.first, Shipment.count)
    .where(Shipment.batch_id == sa.bindparam("batch"), Shipment.cancelled_at.is_(None))
    .order_by(Shipment.shipped_on, Shipment.id)
)


def gone(session: Session, batch_id: int) -> tuple[Gone, ...]:
    """What left of a batch and was not called back, in the order of the days."""
    return tuple(Gone(*row) for row in session.execute(_GONE, {"batch": batch_id}))
