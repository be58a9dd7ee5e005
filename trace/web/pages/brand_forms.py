"""The forms of the brand directory."""

from wtforms import BooleanField, FileField, SelectField, StringField

from ...audit.again import TWIN
from ...errors import N_
from ...models import Brand
from ..commoditywords import chosen
from ..forms import Form
from ..mending import MendForm


class BrandForm(MendForm):
    """A regional brand and what is known of it."""

    needed = frozenset({"name", "clause"})
    name = StringField()
    county = SelectField(validate_choice=False)
    flagship = BooleanField()
    clause = StringField()
    plain_name = StringField()
    commodity = StringField()
    holder = StringField()
    holder_source = StringField()
    season_from = StringField()
    season_to = StringField()
    season_source = StringField()

    def now_typed(self, name: str) -> str:
        return chosen(self.commodity) if name == "commodity" else super().now_typed(name)


FACTS = ("plain_name", "commodity", "holder", "holder_source", "season_from", "season_to", "season_source")


def facts_of(brand: Brand) -> dict[str, str]:
    """What is said of a regional brand, under the names of the form's fields."""
    return {name: getattr(brand, name) or "" for name in FACTS} | {"flagship": "y" if brand.flagship else ""}


class LevelForm(Form):
    needed = frozenset({"since", "source"})
    again = TWIN
    level = SelectField(validate_choice=False)
    since = StringField()
    source = StringField()


class SelectionForm(Form):
    needed = frozenset({"year", "source"})
    list = SelectField(validate_choice=False)
    year = StringField()
    source = StringField()


class LicenceForm(Form):
    again = TWIN
    producer = StringField()
    number = StringField()
    valid_from = StringField()
    valid_to = StringField()


class OwnBrandForm(MendForm):
    """A producer's own brand."""

    needed = frozenset({"name", "clause"})
    name = StringField()
    kind = SelectField(validate_choice=False)
    recognised_on = StringField()
    clause = StringField()
    file = FileField()


def said_of(brand: Brand) -> dict[str, str]:
    """What its producer said of an own brand, under the names of the form's fields."""
    day = brand.recognised_on.isoformat() if brand.recognised_on else ""
    return {"name": brand.name, "kind": str(brand.kind), "recognised_on": day, "clause": brand.clause}


class PaperForm(Form):
    """The paper in which a brand was recognised, or its season announced."""

    file = FileField()


class ApplicationForm(Form):
    brand = SelectField(validate_choice=False)


NO_COUNTY = N_("不属于一个县（市、区）")
