"""A grower asks officers to rule on a batch in doubt, and an officer decides. On both blueprints."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from ...access.actor import Actor
from ...audit import log
from ...farm import rulings
from ...farm.lists import FARM_CASES
from ...models import Batch, FarmCase
from .. import forms, list_frame
from ..blueprints import bureau as bureau_pages
from ..blueprints import producer as producer_pages
from .clearance import facts_for_officers


@producer_pages.post("/batches/<ref>/ask")
def ask_case(session: Session, actor: Actor, found: Batch) -> ResponseReturnValue:
    """A grower asks the officers to rule on a batch."""
    rulings.ask(session, actor, found)
    flash(gettext("已请监管人员判定；有结果后这里会变。"))
    return redirect(url_for("producer.batch", ref=found.id_number))


list_frame.shown_at("bureau.farm_cases", FARM_CASES)


@bureau_pages.get("/farmcases")
def farm_cases(session: Session, actor: Actor) -> ResponseReturnValue:
    """The queue: batches in doubt because of the record or a test, or because a grower asked."""
    return render_template("bureau/farm_cases.html", found=list_frame.framed(session, actor, FARM_CASES))


@bureau_pages.get("/farmcases/<ref>")
def farm_case(session: Session, actor: Actor, found: FarmCase) -> ResponseReturnValue:
    return _case_page(session, actor, found)


def _case_page(
    session: Session, actor: Actor, found: FarmCase, refused: forms.ReasonForm | None = None
) -> ResponseReturnValue:
    page = render_template(
        "bureau/farm_case.html",
        case=found,
        batch=found.batch,
        form=refused or forms.ReasonForm(formdata=None),
        events=log.events_of(session, found),
        **facts_for_officers(session, actor, found.batch),
    )
    return page, 422 if refused else 200


@bureau_pages.post("/farmcases/<ref>/decide")
def decide_case(session: Session, actor: Actor, found: FarmCase) -> ResponseReturnValue:
    """An officer releases a batch, or refuses to."""
    form, grant = forms.ReasonForm(), request.form.get("grant") == "yes"
    if not form.done(session, lambda: rulings.decide(session, actor, found, grant, form.reason.data or "")):
        return _case_page(session, actor, found, form)
    flash(gettext("已判定：放行。") if grant else gettext("已判定：不放行。"))
    return redirect(url_for("bureau.farm_cases"))
