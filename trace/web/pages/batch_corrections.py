"""For producers: a batch is corrected, withdrawn, or its withdrawal undone. On the producer's blueprint."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from ...access.actor import Actor
from ...clock import day_of
from ...farm import harvests
from ...models import Batch
from ...printing import withdrawal
from ...register import dependents
from ...register.batches import BatchForm
from .. import forms
from ..blueprints import producer as bp
from ..guard import service
from . import producer_forms
from .producer import batch_page, harvest_values, offer_harvest


@bp.route("/batches/<ref>/correct", methods=["GET", "POST"])
def correct_batch(session: Session, actor: Actor, found: Batch) -> ResponseReturnValue:
    start = harvest_values(found) | {"harvest_date": found.harvest_date.isoformat()}
    form = producer_forms.CorrectionForm(data=None if request.method == "POST" else start)
    form.compare(session, found, lambda: harvest_values(found) | {"harvest_date": found.harvest_date.isoformat()})
    offer_harvest(session, found.producer, form, found)

    def act() -> None:
        typed = form.into(BatchForm, product=str(found.product_id))
        harvests.correct(session, actor, service().installation.policy, found, typed, form.reason.data or "")

    if form.done(session, act):
        flash(gettext("已更正；原来写的留在这一页下面的“经过”里。"))
        return redirect(url_for("producer.batch", ref=found.id_number))
    page = render_template(
        "producer/batch_correction.html",
        batch=found,
        form=form,
        no_correction=dependents.of_correction(session, found),
        today=day_of(actor.at),
    )
    return page, form.status


@bp.route("/batches/<ref>/withdraw", methods=["GET", "POST"])
def withdraw_batch(session: Session, actor: Actor, found: Batch) -> ResponseReturnValue:
    form = producer_forms.WithdrawalForm()
    if form.done(session, lambda: withdrawal.withdraw(session, actor, found, **form.typed("reason", "confirmed"))):
        flash(gettext("已撤销；这个批次不再算进任何数字。"))
        return redirect(url_for("producer.batch", ref=found.id_number))
    page = render_template(
        "producer/batch_withdrawal.html",
        batch=found,
        form=form,
        no_withdrawal=dependents.of_withdrawal(session, found),
        to_type=withdrawal.to_type(found),
    )
    return page, form.status


@bp.post("/batches/<ref>/restore")
def restore_batch(session: Session, actor: Actor, found: Batch) -> ResponseReturnValue:
    form = forms.Form()
    if not form.done(session, lambda: withdrawal.restore(session, actor, found)):
        return batch_page(session, found, restore=form)
    flash(gettext("已恢复；这个批次和撤销以前一样。"))
    return redirect(url_for("producer.batch", ref=found.id_number))
