"""Growers put a doubt about a batch before the officers, and officers decide. On both blueprints."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from .. import audit, clearing, farmcases
from ..accounts import Actor
from ..models import Batch, FarmCase
from . import bureau, forms, producer
from .fitness import facts


@producer.bp.post("/batches/<ref>/ask")
def ask_case(session: Session, actor: Actor, found: Batch) -> ResponseReturnValue:
    """The grower puts a doubt before the officers."""
    farmcases.ask(session, actor, found)
    flash(gettext("已请监管人员判定；有结果后这里会变。"))
    return redirect(url_for("producer.batch", ref=found.id_number))


@bureau.bp.get("/farmcases")
def farm_cases(session: Session, actor: Actor) -> ResponseReturnValue:
    """The queue: batches that the record or a test speaks against, or that a grower asks about."""
    decided = request.args.get("state") == "decided"
    return render_template("bureau/farm_cases.html", cases=farmcases.cases(session, actor, decided), decided=decided)


@bureau.bp.get("/farmcases/<ref>")
def farm_case(session: Session, actor: Actor, found: FarmCase) -> ResponseReturnValue:
    return _case_page(session, found)


def _case_page(session: Session, found: FarmCase, refused: forms.ReasonForm | None = None) -> ResponseReturnValue:
    page = render_template(
        "bureau/farm_case.html",
        case=found,
        batch=found.batch,
        form=refused or forms.ReasonForm(formdata=None),
        uses=clearing.uses_of(session, found.batch),
        events=audit.events_of(session, found),
        **facts(session, found.batch),
    )
    return page, 422 if refused else 200


@bureau.bp.post("/farmcases/<ref>/decide")
def decide_case(session: Session, actor: Actor, found: FarmCase) -> ResponseReturnValue:
    """An officer lets a batch go, or does not."""
    form, grant = forms.ReasonForm(), request.form.get("grant") == "yes"
    if not form.done(session, lambda: farmcases.decide(session, actor, found, grant, form.reason.data or "")):
        return _case_page(session, found, form)
    flash(gettext("已判定：放行。") if grant else gettext("已判定：不放行。"))
    return redirect(url_for("bureau.farm_cases"))
