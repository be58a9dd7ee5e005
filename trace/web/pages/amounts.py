"""For officers: batches whose amount is far beyond what is plausible, and the word on one of them. On the bureau's blueprint."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from ...access.actor import Actor
from ...farm import amounts
from ...farm.lists import AMOUNTS
from ...models import Batch
from .. import forms, list_frame
from ..blueprints import bureau as bp
from ..guard import service
from .batch_desk import batch_page

list_frame.shown_at("bureau.amounts", AMOUNTS)


@bp.get("/amounts", endpoint="amounts")
def queue(session: Session, actor: Actor) -> ResponseReturnValue:
    """The batches that wait, each with its figures."""
    return render_template(
        "bureau/amounts.html",
        found=list_frame.framed(session, actor, AMOUNTS),
        why=amounts.why,
        policy=service().installation.policy,
    )


@bp.post("/batches/<ref>/amount")
def decide_amount(session: Session, actor: Actor, found: Batch) -> ResponseReturnValue:
    """An officer confirms or refuses the amount of a batch, with a word that its grower reads."""
    form, confirm = forms.ReasonForm(), request.form.get("confirmed") == "yes"
    if not form.done(session, lambda: amounts.decide(session, actor, found, confirm, form.reason.data or "")):
        return batch_page(session, actor, found, weighing=form)
    flash(gettext("数量已核实，可以赋码。") if confirm else gettext("已告诉主体：数量没有核实通过。"))
    return redirect(url_for("bureau.amounts"))
