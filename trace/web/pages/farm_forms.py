"""The form of an entry of the farm's record, and what it offers: plots, farmers, seasons, inputs known by name."""

from flask import request
from flask_babel import gettext
from sqlalchemy.orm import Session
from wtforms import MultipleFileField, SelectField, StringField

from ...access.actor import Actor
from ...audit.again import TWIN
from ...clock import day_of
from ...errors import N_
from ...farm import entries, farmers, input_list, record
from ...farm.words import CROP_WORDS, ENTRY_WORDS, INPUT_WORDS
from ...models import AttachedFarmer, FarmEntry, FarmInput, Producer
from ...uploads import photographs
from .. import forms, kept
from ..farmwords import crops
from ..language import aside
from ..words import UNIT_WORDS

WORK = (N_("浇水"), N_("锄草"), N_("施基肥"), N_("修剪"), N_("疏果"), N_("套袋"), N_("移栽"), N_("清园"))
OFFERED = 300  # lines of the list in the form, bans first. Phones keep the page, so it must be small; the act checks the whole list


@forms.fills(entries.EntryForm)
class EntryForm(forms.Form):
    """An entry as typed; `reason` only where an old one is corrected."""

    needed = frozenset({"day", "crop", "operator", "reason"})
    again = TWIN
    kind = SelectField(validate_choice=False)
    plot = SelectField(validate_choice=False)
    farmer = SelectField(validate_choice=False)
    season = SelectField(validate_choice=False)
    crop_kind = SelectField(validate_choice=False)
    input_kind = SelectField(validate_choice=False)
    quantity = forms.AmountField()
    unit = SelectField(validate_choice=False)
    area_mu = forms.AreaField()
    file = MultipleFileField()
    reason = StringField()

    def photos(self) -> list[photographs.Photo]:
        """The photographs that were sent along. Raises Invalid (`file`)."""
        sent = request.files.getlist("file")
        return photographs.photographs([(each.filename or "", each.stream) for each in sent if each])

    def wrong(self, *names: str) -> bool:
        """Whether one of these fields was refused. The fold that holds it is then shown open."""
        return any(self[name].errors for name in names)


def asks_for_day() -> bool:
    """Whether the button was pressed that tells from when on harvest is allowed, and not the one that saves."""
    return request.method == "POST" and "tell" in request.form and not kept.is_taken_up()


def entry_form(
    session: Session, actor: Actor, producer: Producer, start: dict[str, str], old: FarmEntry | None = None
) -> EntryForm:
    """The form with its lists. `start` fills it when nothing was sent. The plot and the farmer of an `old` entry, which is being
    corrected, are offered though they are archived."""
    form, year = EntryForm(data=None, **start), day_of(actor.at).year
    form.kind.choices = forms.choices(ENTRY_WORDS.items())
    plots = dict.fromkeys([*producer.fields_in_use, *([old.plot] if old else [])])
    form.plot.choices = forms.choices((plot.id, plot.name + aside(plot.place)) for plot in plots)
    form.farmer.choices = farmer_choices(session, producer, old.attached_farmer if old else None)
    forms.choose_anew(form.plot)
    forms.choose_anew(form.farmer)
    form.season.choices = forms.choices((each, str(each)) for each in (year - 1, year, year + 1))
    form.crop_kind.choices = forms.choices(CROP_WORDS.items(), N_("请选择"))
    form.input_kind.choices = forms.choices(INPUT_WORDS.items())
    form.unit.choices = forms.choices(UNIT_WORDS.items())
    return form


def farmer_choices(session: Session, producer: Producer, beside: AttachedFarmer | None = None) -> list[tuple[str, str]]:
    """The attached farmers of a producer, itself first; `beside` though archived."""
    found = dict.fromkeys([*farmers.farmers_of(session, producer), *([beside] if beside else [])])
    return forms.choices(((row.id, row.name + aside(row.place)) for row in found), N_("本主体自己种的"))


def known_inputs(session: Session, producer: Producer) -> list[dict[str, object]]:
    """Known inputs: those used before with all their fields, then the lines of the list."""
    used: list[dict[str, object]] = [
        {**record.typed(entry, record.USE_FIELDS)} for entry in record.used_before(session, producer)
    ]
    return used + [_listed(row) for row in (*input_list.listed(session, OFFERED), *input_list.examples())]


def _listed(row: FarmInput) -> dict[str, object]:
    """A line of the list as a sentence. The page shows it as a hint, and fills in only the name."""
    said = " ".join([gettext("禁用"), crops(row)] if row.banned else [crops(row)])
    if row.interval_days is not None:
        said += " " + gettext("间隔 %(n)s 天", n=row.interval_days)
    if row.max_uses:
        said += " " + gettext("每季最多 %(n)s 次", n=row.max_uses)
    said = gettext("清单：") + said + aside(row.source) if not row.example else gettext("清单（示例）：") + said
    limit = {"interval": row.interval_days, "crop": row.crop, "crop_kind": row.crop_kind or ""}
    return {"input_name": row.name, "listed": True, "told": said.strip()} | ({} if row.example else limit)
