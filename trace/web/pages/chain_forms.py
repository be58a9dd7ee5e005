"""Forms of split, merge, process, ship and receive: what is taken of which batch stands in rows, a row a batch."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request
from wtforms import HiddenField, SelectField, StringField

from ...chain.acts import Made
from ...chain.balance import Taken
from ...chain.shipping import ShippingForm
from ...fields import plain
from ...models import Batch
from ..forms import Form, fills

PARTS = 6  # rows of a split


@dataclass(frozen=True)
class Source:
    """A batch that may be taken from, with what is typed of it: amount, loss and factor."""

    batch: Batch
    taken: str
    loss: str
    factor: str


def sources(found: Batch, others: Sequence[Batch], take_all: bool) -> list[Source]:
    """The rows: the batch one came from first, with all that is left of it unless told otherwise."""
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
    """What a split was typed to give: amount and pack size; an empty pack size is that of the row above."""
    pairs, pack = [], ""
    for number in range(PARTS):
        quantity = request.form.get(f"quantity-{number}", "")[:40]
        pack = request.form.get(f"pack-{number}", "").strip()[:40] or pack
        if quantity.strip():
            pairs.append((quantity, pack))
    return pairs


class SplitForm(Form):
    loss = StringField()
    key = HiddenField()


class MergeForm(Form):
    quantity = StringField()
    pack_size = StringField()
    key = HiddenField()


@fills(Made)
class MadeForm(Form):
    """What comes out: of processing, or of a purchase."""

    product = SelectField(validate_choice=False)
    works = SelectField(validate_choice=False)
    unit = SelectField(validate_choice=False)
    supplier = StringField()
    lot = StringField()
    key = HiddenField()


@fills(ShippingForm)
class ShipForm(Form):
    """A delivery to a customer."""


class ReceiveForm(Form):
    product = SelectField(validate_choice=False)
    pack_size = StringField()
    loss = StringField()
    key = HiddenField()
