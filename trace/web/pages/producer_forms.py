"""The forms of a producer's products and batches."""

from wtforms import FileField, SelectField, StringField, TextAreaField

from ...audit.again import TWIN_BATCH
from ...register.batches import BatchForm as TypedBatch
from ...register.commodities import ProductGoods
from ...register.product_kinds import ProductKind
from ..forms import AmountField, Form, ReasonForm, fills
from ..mending import MendForm


@fills(ProductKind)
class KindForm(Form):
    """Of which kind a product is: its regime, and what the regime asks for."""

    regime = SelectField(validate_choice=False)


@fills(ProductGoods)
class GoodsForm(Form):
    """Of which commodity a product is, and of which it may be made."""

    needed = frozenset({"commodity"})


@fills(ProductKind)
@fills(ProductGoods)
class ProductForm(MendForm):
    needed = frozenset({"name", "commodity"})
    name = StringField()
    brand = SelectField(validate_choice=False)
    barcode = StringField()
    description = TextAreaField()
    regime = SelectField(validate_choice=False)
    picture = FileField()


@fills(TypedBatch)
class BatchForm(Form):
    needed = frozenset({"harvest_date", "quantity", "pack_size"})
    again = TWIN_BATCH
    product = SelectField(validate_choice=False)
    plot = SelectField(validate_choice=False)
    quantity = AmountField()
    unit = SelectField(validate_choice=False)
    pack_size = AmountField()
    farmer = SelectField(validate_choice=False)


class CorrectionForm(MendForm):
    """What a producer mends of a batch, and why. Its product stays."""

    needed = frozenset({"harvest_date", "quantity", "pack_size", "reason"})
    plot = SelectField(validate_choice=False)
    farmer = SelectField(validate_choice=False)
    harvest_date = StringField()
    quantity = AmountField()
    unit = SelectField(validate_choice=False)
    pack_size = AmountField()
    reason = StringField()


class WithdrawalForm(ReasonForm):
    """Why a batch is withdrawn; where labels become void with it, `confirmed` says how many."""

    confirmed = StringField()
