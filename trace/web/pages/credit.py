"""The credit record: kept by officers, on the bureau's blueprint; seen and answered by the producer, on its own."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session
from wtforms import SelectField, StringField, TextAreaField

from ...access.actor import Actor, own_producer
from ...audit import credit
from ...audit.again import TWIN
from ...clock import day_of
from ...errors import N_
from ...models import CreditAnswer, CreditEntry, Producer
from .. import forms
from ..blueprints import bureau as bureau_pages
from ..blueprints import producer as producer_pages
from ..guard import service
from ..page_number import shown


class EntryForm(forms.Form):
    needed = frozenset({"day", "source", "what"})
    again = TWIN
    kind = SelectField(validate_choice=False)
    day = StringField()
    source = StringField()
    what = TextAreaField()


class AnswerForm(forms.Form):
    needed = frozenset({"text"})
    again = TWIN
    entry = SelectField(validate_choice=False)
    text = TextAreaField()


class ReplyForm(forms.Form):
    """What an officer says to an answer of a producer."""

    needed = frozenset({"text"})
    text = StringField()


@bureau_pages.route("/producers/<ref>/credit", methods=["GET", "POST"], endpoint="credit")
def kept(session: Session, actor: Actor, found: Producer) -> ResponseReturnValue:
    form, policy = EntryForm(), service().installation.policy
    if form.save(session, lambda: credit.enter(session, policy, actor, found, **form.typed())):
        flash(gettext("已记入。"))
        return redirect(url_for("bureau.credit", ref=found.id))
    return _kept_page(session, actor, found, form)


def _kept_page(
    session: Session,
    actor: Actor,
    producer: Producer,
    form: EntryForm | None = None,
    refused: forms.Form | None = None,
    of: CreditEntry | CreditAnswer | None = None,
) -> ResponseReturnValue:
    """The record as officers keep it. It shows the refused form, if one was refused; `of` is the row of that form."""
    policy, entry = service().installation.policy, form or EntryForm(formdata=None)
    entry.kind.choices = forms.choices(((kind.key, kind.name) for kind in policy.credit.kinds.values()), N_("请选择"))
    page = render_template(
        "bureau/credit.html",
        producer=producer,
        form=entry,
        refused=refused,
        of=of,
        counter=forms.ReasonForm(formdata=None),
        reply=ReplyForm(formdata=None),
        policy=policy,
        today=day_of(actor.at),
        lines=shown(credit.record_of(session, policy, producer)),
        summary=credit.summary(session, policy, producer.id, day_of(actor.at)),
    )
    return page, forms.status_of(refused, form)


@bureau_pages.post("/credit/<ref>/counter")
def counter_credit(session: Session, actor: Actor, found: CreditEntry) -> ResponseReturnValue:
    form = forms.ReasonForm()
    if not form.done(session, lambda: credit.counter(session, actor, found, form.reason.data or "")):
        return _kept_page(session, actor, session.get_one(Producer, found.producer_id), refused=form, of=found)
    flash(gettext("已更正；原来的一条还在，标明不再算数。"))
    return redirect(url_for("bureau.credit", ref=found.producer_id))


@bureau_pages.post("/credit/answers/<ref>/reply")
def reply_credit(session: Session, actor: Actor, found: CreditAnswer) -> ResponseReturnValue:
    form = ReplyForm()
    if not form.done(session, lambda: credit.reply(session, actor, found, form.text.data or "")):
        return _kept_page(session, actor, session.get_one(Producer, found.producer_id), refused=form, of=found)
    flash(gettext("已答复，主体看得到。"))
    return redirect(url_for("bureau.credit", ref=found.producer_id))


@producer_pages.route("/credit", methods=["GET", "POST"], endpoint="credit")
def own(session: Session, actor: Actor) -> ResponseReturnValue:
    mine, policy, form = own_producer(session, actor), service().installation.policy, AnswerForm()
    lines = credit.record_of(session, policy, mine)
    form.entry.choices = forms.choices(
        ((line.mark, f"{line.day.isoformat()} {gettext(line.word)}") for line in lines), N_("请选择")
    )
    if form.save(
        session, lambda: credit.answer(session, policy, actor, mine, form.entry.data or "", form.text.data or "")
    ):
        flash(gettext("已记下您的申辩，监管人员看得到。"))
        return redirect(url_for("producer.credit"))
    page = render_template(
        "producer/credit.html",
        form=form,
        lines=shown(lines),
        summary=credit.summary(session, policy, mine.id, day_of(actor.at)),
    )
    return page, form.status
