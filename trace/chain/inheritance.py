"""What a new batch inherits from the batch that its goods come from, when goods are split, merged or received.

Every column of `Batch` is either in `Inherited` or named in `NOT_INHERITED` with the reason. A test demands it.
"""

from typing import TypedDict

from ..models import Batch, Unit


class Inherited(TypedDict):
    """The columns that stay as they were: where the goods grew, and what they are measured in."""

    plot_id: int
    county: str
    place: str
    unit: Unit


def inherited(source: Batch) -> Inherited:
    """What a batch made of `source` takes over from it, as the record's columns."""
    return {"plot_id": source.plot_id, "county": source.county, "place": source.place, "unit": source.unit}


NOT_INHERITED = {
    "id": "the row's own number",
    "id_number": "every batch has its own",
    "producer_id": "the one who does the act",
    "product_id": "split and merge keep it; a receiver sells under a product of its own, of the same commodity",
    "brand_id": "`provenance` decides, by all sources and the licence of the one who does the act",
    "brand_reason": "an officer gave it for one batch",
    "harvest_date": "split and receive keep it; merged goods bear the earliest day",
    "quantity": "weighed anew",
    "pack_size": "stated anew",
    "reserved": "no pack has a code yet",
    "used": "nothing is taken from it yet",
    "certified": "no certificate is made out for it yet",
    "origin": "the act says it",
    "act_id": "the act itself",
    "supplier": "of the batch that was bought; the way back leads there",
    "supplier_lot": "of the batch that was bought; the way back leads there",
    "partner_id": "of the batch that was bought; the way back leads there",
    "supplier_normal": "computed from `supplier`",
    "supplier_lot_normal": "computed from `supplier_lot`",
    "attached_farmer_id": "of the batch that was harvested; the way back leads there",
    "farmer_name": "of the batch that was harvested; the way back leads there",
    "declared_at": "the moment of the act",
    "state": "on sale: goods of a stopped batch cannot be taken",
    "state_since": "the moment of the act",
    "state_reason": "nothing is stopped",
    "stopped_by": "nothing is stopped",
    "amount_state": "of the batch that was harvested; the requirement before coding looks up the way",
    "amount_why": "of the batch that was harvested",
    "amount_at": "of the batch that was harvested",
    "amount_word": "of the batch that was harvested",
    "idempotency_key": "the act keeps the key of its form",
}
