"""The forms of the brand directory."""

from wtforms import BooleanField, FileField, SelectField, StringField

from ...audit.again import TWIN
from ...errors import N_
from ..forms import Form


class BrandForm(Form):
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


class OwnBrandForm(Form):
    """A producer's own brand."""

    needed = frozenset({"name", "clause"})
    name = StringField()
    kind = SelectField(validate_choice=False)
    recognised_on = StringField()
    clause = StringField()
    file = FileField()


class PaperForm(Form):
    """The paper in which a brand was recognised, or its season announced."""

    file = FileField()


class ApplicationForm(Form):
    brand = SelectField(validate_choice=False)


NO_COUNTY = N_("不属于一个县（市、区）")
