"""The credit record: kept by officers, on the bureau's blueprint; seen and answered by the producer, on its own."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session
from wtforms import SelectField, StringField, TextAreaField

from ... import fields
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


@bureau_pages.route("/producers/<ref>/credit", methods=["GET", "POST"], endpoint="credit")
def kept(session: Session, actor: Actor, found: Producer) -> ResponseReturnValue:
    form, policy = EntryForm(), service().installation.policy
    form.kind.choices = forms.choices(((kind.key, kind.name) for kind in policy.credit.kinds.values()), N_("请选择"))
    if form.save(session, lambda: credit.enter(session, policy, actor, found, **form.typed())):
        flash(gettext("已记入。"))
        return redirect(url_for("bureau.credit", ref=found.id))
    page = render_template(
        "bureau/credit.html",
        producer=found,
        form=form,
        policy=policy,
        today=day_of(actor.at),
        lines=shown(credit.record_of(session, policy, found)),
        summary=credit.summary(session, policy, found.id, day_of(actor.at)),
    )
    return page, form.status


@bureau_pages.post("/credit/<ref>/counter")
def counter_credit(session: Session, actor: Actor, found: CreditEntry) -> ResponseReturnValue:
    credit.counter(session, actor, found, fields.reason(request.form.get("reason", "")))
    flash(gettext("已更正；原来的一条还在，标明不再算数。"))
    return redirect(url_for("bureau.credit", ref=found.producer_id))


@bureau_pages.post("/credit/answers/<ref>/reply")
def reply_credit(session: Session, actor: Actor, found: CreditAnswer) -> ResponseReturnValue:
    credit.reply(session, actor, found, fields.line("text", request.form.get("text", ""), least=2, most=500))
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
