"""The short form of the next harvest, and what it starts with."""

from collections.abc import Mapping, Sequence

from flask import request
from sqlalchemy.orm import Session
from wtforms import BooleanField, HiddenField, SelectField, StringField

from ...access.actor import Actor
from ...audit.again import TWIN_BATCH
from ...clock import day_of
from ...fields import plain
from ...issue.requirements import Checklist, Requirement, may_promise
from ...models import Batch
from ...printing import repeat_harvest
from .. import forms
from ..guard import service
from ..language import aside, measure, say


class NextForm(forms.Form):
    needed = frozenset({"harvest_date", "quantity"})
    again = TWIN_BATCH
    like = SelectField(validate_choice=False)
    harvest_date = StringField()
    quantity = forms.AmountField()
    stock = SelectField(validate_choice=False)
    promise = BooleanField()
    key = HiddenField()
    fresh = False  # whether a certificate may be asked for
    sizes: Mapping[
        str, tuple[str, str]
    ] = {}  # pack size and unit of each kind, for what the script tells while one types
    barred: Sequence[tuple[str, Requirement]] = ()  # kinds that would get no codes this time either, and why


def next_form(session: Session, actor: Actor) -> NextForm | None:
    """The form, with the kinds of harvest that it offers; None without an earlier harvest to go by."""
    owner = actor.producer_id
    before = repeat_harvest.earlier(session, owner) if owner else ()
    if owner is None or not before:
        return None
    start = {"harvest_date": day_of(actor.at).isoformat(), "key": forms.fresh_key()}
    form = NextForm(data=None if request.endpoint == "producer.next_batch" and request.method == "POST" else start)
    form.like.choices = forms.choices((row.id_number, _words(row)) for row in before)
    form.fresh = any(may_promise(row.product) for row in before)
    form.barred = [(_words(row), each) for row in before for each in _barred(session, actor, row)]
    form.sizes = {row.id_number: (plain(row.pack_size), say(str(row.unit))) for row in before}
    form.stock.choices = forms.choices((key, row.name) for key, row in repeat_harvest.papers(session, owner).items())
    return form


def _barred(session: Session, actor: Actor, batch: Batch) -> list[Requirement]:
    return Checklist(session, service().installation, batch, actor.at).next_time()


def _words(batch: Batch) -> str:
    """“炎陵黄桃 · 屋后坡 · 2.5 kg”."""
    farmer = aside(batch.attached_farmer.name) if batch.attached_farmer else ""
    return f"{batch.product.name} · {batch.plot.name}{farmer} · {measure(batch.net_content)}"
