"""Forms of split, merge, process, ship and receive. The batches that are taken from stand in rows, a row for each."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request
from wtforms import BooleanField, HiddenField, SelectField, StringField

from ...audit.again import TWIN
from ...chain.acts import Made
from ...chain.balance import Taken
from ...chain.shipping import ShippingForm
from ...fields import plain
from ...models import Batch
from ..forms import AmountField, Form, fills

PARTS = 6  # rows of a split


@dataclass(frozen=True)
class Source:
    """A batch that may be taken from, with the typed amount, loss and factor."""

    batch: Batch
    taken: str
    loss: str
    factor: str


def sources(found: Batch, others: Sequence[Batch], take_all: bool) -> list[Source]:
    """The rows. The batch of the page comes first; with `take_all`, all that is left of it is filled in."""
    if request.method == "POST":
        return [
            Source(batch, *(request.form.get(f"{name}-{batch.id}", "")[:40] for name in ("taken", "loss", "factor")))
            for batch in (found, *others)
        ]
    first = Source(found, plain(found.left) if take_all and found.left else "", "", "1")
    return [first, *(Source(batch, "", "", "1") for batch in others)]


def taken(rows: Sequence[Source]) -> list[Taken]:
    """The rows that were filled in."""
    return [Taken(row.batch.id_number, row.taken, row.loss, row.factor or "1") for row in rows if row.taken.strip()]


def parts_typed() -> list[tuple[str, str]]:
    """The typed parts of a split: amount and pack size. An empty pack size is that of the row above."""
    pairs, pack = [], ""
    for number in range(PARTS):
        quantity = request.form.get(f"quantity-{number}", "")[:40]
        pack = request.form.get(f"pack-{number}", "").strip()[:40] or pack
        if quantity.strip():
            pairs.append((quantity, pack))
    return pairs


class SplitForm(Form):
    again = TWIN
    loss = AmountField()
    key = HiddenField()


class MergeForm(Form):
    needed = frozenset({"pack_size"})
    again = TWIN
    quantity = AmountField()
    pack_size = AmountField()
    key = HiddenField()


@fills(Made)
class MadeForm(Form):
    """The new batch, made by processing or bought."""

    needed = frozenset({"day", "quantity", "pack_size", "supplier"})
    again = TWIN
    product = SelectField(validate_choice=False)
    works = SelectField(validate_choice=False)
    quantity = AmountField()
    unit = SelectField(validate_choice=False)
    pack_size = AmountField()
    supplier = StringField()
    lot = StringField()
    phone = StringField()
    remember = BooleanField()
    key = HiddenField()


@fills(ShippingForm)
class ShipForm(Form):
    """A delivery to a customer."""

    needed = frozenset({"customer", "place", "day"})
    quantity = AmountField()
    again = TWIN


class ReceiveForm(Form):
    needed = frozenset({"pack_size"})
    product = SelectField(validate_choice=False)
    pack_size = AmountField()
    loss = AmountField()
    key = HiddenField()
