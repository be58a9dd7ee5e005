"""What a new batch of a chain says of itself."""

from datetime import date
from decimal import Decimal

from .inheritance import Inherited


class NewBatch(Inherited):
    """What every new batch says of itself, as the record's columns."""

    product_id: int
    harvest_date: date
    quantity: Decimal
    pack_size: Decimal


class BoughtBatch(NewBatch, total=False):
    """Goods that may come from somebody without a record here."""

    supplier: str
    supplier_lot: str | None
    partner_id: int | None
