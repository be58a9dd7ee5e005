"""For producers: the producer's own record, handed in, and mended once it is approved. On the producer's blueprint."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session
from wtforms import SelectField, StringField

from ...access.actor import Actor, own_producer
from ...audit import log
from ...imports.tables import KIND_WORDS
from ...models import Producer, Review
from ...register import producer_corrections, producers
from .. import forms
from ..blueprints import producer as bp
from ..guard import service
from ..mending import MendForm
from .producer import counties


@forms.fills(producers.ProducerForm)
class ProducerForm(forms.Form):
    needed = frozenset({"name", "township", "contact", "phone"})
    kind = SelectField(validate_choice=False)
    county = SelectField(validate_choice=False)


class ContactForm(MendForm):
    """What an approved producer mends by itself."""

    needed = frozenset({"contact", "phone", "township"})
    contact = StringField()
    phone = StringField()
    township = StringField()


@bp.route("/profile", methods=["GET", "POST"])
def profile(session: Session, actor: Actor) -> ResponseReturnValue:
    producer = session.get(Producer, actor.producer_id) if actor.producer_id else None
    form = ProducerForm(obj=producer)
    form.kind.choices = forms.choices(KIND_WORDS.items())
    form.county.choices = counties()
    installation = service().installation
    sent = form.save(
        session,
        lambda: producers.submit_producer(
            session, actor, installation.policy, installation.secrets, form.into(producers.ProducerForm)
        ),
    )
    if sent is not None:
        flash(gettext("已提交，请等县市区农业农村局审核。"))
        return redirect(url_for("producer.home"))
    if producer is not None and producer.state is Review.APPROVED:
        page = _approved(session, producer, ContactForm(formdata=None, obj=producer), form)
    else:
        page = render_template("producer/profile.html", form=form, producer=producer)
    return page, form.status


@bp.post("/profile/contact")
def change_contact(session: Session, actor: Actor) -> ResponseReturnValue:
    """Contact, telephone and township, changed at once."""
    producer, form = own_producer(session, actor), ContactForm()
    form.compare(session, producer, lambda: _contact(producer))
    typed = form.typed("contact", "phone", "township")
    if not form.done(session, lambda: producer_corrections.change_contact(session, actor, **typed)):
        return _approved(session, producer, form, form), form.status
    flash(gettext("已更正，县市区农业农村局看得到改了什么。"))
    return redirect(url_for("producer.profile"))


def _contact(producer: Producer) -> dict[str, str]:
    return {"contact": producer.contact, "phone": producer.phone, "township": producer.township}


def _approved(session: Session, producer: Producer, form: ContactForm, sent: forms.Form) -> str:
    """The page of an approved producer; the refusal of whichever form was sent stands above the one that it has."""
    form.refusal = sent.refusal
    form.compare(session, producer, lambda: _contact(producer))
    events, policy = log.events_of(session, producer), service().installation.policy
    return render_template("producer/record.html", form=form, producer=producer, events=events, policy=policy)
