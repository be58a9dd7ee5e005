"""Whom to call when goods are stopped: the customers to whom they went, by the record, with their telephones."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..fields import plain
from ..models import Batch, Partner, RecallAct, RecallLine, Shipment, phones_of
from ..names import normal_form


@dataclass(frozen=True, slots=True)
class Delivery:
    """Goods of a batch at a customer. `first` (from 0) and `count` are set where they were packs with codes. `phones`: what the
    address book of the sender has today, then what was written with the goods. `is_here`: the customer keeps its record here."""

    batch_id: int
    id_number: str
    customer: str
    place: str
    shipped_on: date
    quantity: str
    first: int | None
    count: int | None
    phones: tuple[str, ...]
    is_here: bool


@dataclass(frozen=True)
class Customer:
    """One customer, to be called once about all that it got. One name, in whatever spelling, is one customer."""

    name: str
    phones: Sequence[str]
    is_here: bool
    deliveries: Sequence[Delivery]


def deliveries(session: Session, batches: sa.Select[int], county: str | None = None) -> list[Delivery]:
    """What left these batches and was not called back; with `county`, of those that grew there."""
    rows = sa.select(Shipment.batch_id, Batch.id_number, Batch.unit, *_OF_SHIPMENT, Partner.phone.label("today"))
    rows = rows.join(Shipment.batch).outerjoin(Shipment.partner)
    rows = rows.where(Shipment.cancelled_at.is_(None), Shipment.batch_id.in_(batches))
    if county is not None:
        rows = rows.where(Batch.county == county)
    found = session.execute(rows.order_by(Shipment.batch_id, Shipment.id)).mappings()
    return [_delivery(row) for row in found]


_OF_SHIPMENT = (
    *(Shipment.customer, Shipment.place, Shipment.shipped_on, Shipment.quantity, Shipment.first, Shipment.count),
    *(Shipment.phone, Shipment.to_producer_id),
)


def _delivery(row: sa.RowMapping) -> Delivery:
    return Delivery(
        row["batch_id"],
        row["id_number"],
        row["customer"],
        row["place"],
        row["shipped_on"],
        f"{plain(row['quantity'])} {row['unit']}",
        row["first"],
        row["count"],
        phones_of(row["today"], row["phone"]),
        row["to_producer_id"] is not None,
    )


def customers(found: Iterable[Delivery]) -> list[Customer]:
    """The customers of these deliveries, in the order in which they first got any."""
    by_name: dict[str, list[Delivery]] = {}
    for row in found:
        by_name.setdefault(normal_form(row.customer), []).append(row)
    return [
        Customer(
            rows[-1].customer,
            list(dict.fromkeys(number for row in rows for number in row.phones)),
            any(row.is_here for row in rows),
            rows,
        )
        for rows in by_name.values()
    ]


def to_call(session: Session, act: RecallAct, producer_id: int) -> list[Customer]:
    """The customers of what an act stopped of a producer."""
    stopped = sa.select(RecallLine.batch_id).join(RecallLine.batch)
    stopped = stopped.where(RecallLine.recall_id == act.id, RecallLine.changed, Batch.producer_id == producer_id)
    return customers(deliveries(session, stopped))
