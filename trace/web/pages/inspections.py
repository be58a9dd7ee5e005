"""Inspections of batches, and the random draw of producers to be inspected. Growers and officers enter a report with its
paper; officers list and withdraw them. On both blueprints."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session
from wtforms import FileField, SelectField, StringField

from ...access.actor import Actor
from ...audit import log
from ...audit.again import TWIN
from ...clock import day_of
from ...farm import clearance, inspections, sampling
from ...farm.lists import DRAWS, INSPECTIONS
from ...farm.words import INSPECTION_WORDS
from ...models import Batch, Inspection, InspectionDraw, InspectionKind, Role
from ...uploads import attachments
from .. import forms, list_frame
from ..blueprints import bureau as bureau_pages
from ..blueprints import producer as producer_pages
from ..guard import service
from .certificate_form import attach

ROWS = 12


@forms.fills(inspections.InspectionForm)
class InspectionForm(forms.Form):
    needed = frozenset({"lab", "report_number", "sampled_on", "reported_on"})
    again = TWIN
    kind = SelectField(validate_choice=False)
    passed = StringField()  # "yes" or "no"
    items = StringField()
    file = FileField()

    def report(self) -> inspections.InspectionForm:
        """What the use-case takes. The items stand in rows of their own."""
        passed = {"yes": True, "no": False}.get(self.passed.data or "")
        return self.into(inspections.InspectionForm, items=rows_typed(), passed=passed)


class DrawForm(forms.Form):
    needed = frozenset({"wanted"})
    again = TWIN
    wanted = StringField()
    seed = StringField()


def rows_typed() -> list[inspections.Item]:
    """The rows as typed, empty ones too, so that a refused form shows them again."""
    sent = request.form
    return [
        inspections.Item(
            sent.get(f"name-{n}", ""), sent.get(f"value-{n}", ""), sent.get(f"limit-{n}", ""), f"failed-{n}" not in sent
        )
        for n in range(ROWS)
    ]


def _form(session: Session, actor: Actor, batch: Batch, back: str) -> ResponseReturnValue:
    form = InspectionForm(data=None if request.method == "POST" else {"key": forms.fresh_key()})
    officer = actor.role is Role.OFFICER
    form.kind.choices = forms.choices(
        (kind, word) for kind, word in INSPECTION_WORDS.items() if (kind is InspectionKind.SAMPLING) is officer
    )

    def act() -> Inspection:
        row = inspections.enter(session, actor, batch, form.report())
        attach(session, actor, row)
        return row

    if row := form.save(session, act):
        flash(gettext("已登记：合格。") if row.passed else gettext("已登记：不合格。这个批次和由它做成的货已经冻结。"))
        return redirect(url_for(back, ref=batch.id_number))
    used = list(clearance.drugs_of(session, batch).values())
    page = render_template(
        "office/inspection_form.html",
        form=form,
        batch=batch,
        today=day_of(actor.at),
        back=back,
        used=used,
        rows=rows_typed() if form.is_submitted() else _start(used),
    )
    return page, form.status


def _start(used: list[str]) -> list[inspections.Item]:
    """A row for each input that was used, since these are to be tested (用什么药检什么药)."""
    named = [*used[:ROWS], *[""] * ROWS][:ROWS]
    return [inspections.Item(name, "") for name in named]


@producer_pages.route("/batches/<ref>/inspection", methods=["GET", "POST"])
def new_inspection(session: Session, actor: Actor, found: Batch) -> ResponseReturnValue:
    return _form(session, actor, found, "producer.batch")


@bureau_pages.route("/batches/<ref>/sampling", methods=["GET", "POST"])
def new_sampling(session: Session, actor: Actor, found: Batch) -> ResponseReturnValue:
    return _form(session, actor, found, "bureau.batch")


@producer_pages.get("/inspections/<ref>", endpoint="inspection")
def own_inspection(session: Session, actor: Actor, found: Inspection) -> ResponseReturnValue:
    return _page(session, found)


@bureau_pages.get("/inspections/<ref>")
def inspection(session: Session, actor: Actor, found: Inspection) -> ResponseReturnValue:
    return _page(session, found)


def _page(session: Session, found: Inspection, refused: forms.ReasonForm | None = None) -> ResponseReturnValue:
    page = render_template(
        "office/inspection.html",
        row=found,
        batch=found.batch,
        files=attachments.of(session, found),
        form=refused or forms.ReasonForm(formdata=None),
        events=log.events_of(session, found),
    )
    return page, 422 if refused else 200


@bureau_pages.post("/inspections/<ref>/withdraw")
def withdraw_inspection(session: Session, actor: Actor, found: Inspection) -> ResponseReturnValue:
    form = forms.ReasonForm()
    if not form.done(session, lambda: inspections.withdraw(session, actor, found, form.reason.data or "")):
        return _page(session, found, form)
    flash(gettext("检测报告已撤下；冻结不会自动解除。"))
    return redirect(url_for("bureau.inspection", ref=found.id))


list_frame.shown_at("bureau.inspections", INSPECTIONS)
list_frame.shown_at("bureau.draws", DRAWS)


@bureau_pages.get("/inspections", endpoint="inspections")
def listed(session: Session, actor: Actor) -> ResponseReturnValue:
    found = list_frame.framed(session, actor, INSPECTIONS)
    return render_template("bureau/inspections.html", found=found, policy=service().installation.policy)


@bureau_pages.route("/draws", methods=["GET", "POST"], endpoint="draws")
def draw_page(session: Session, actor: Actor) -> ResponseReturnValue:
    form = DrawForm(data=None if request.method == "POST" else {"wanted": "3"})
    row = form.save(session, lambda: sampling.draw(session, actor, **form.typed()))
    if row:
        return redirect(url_for("bureau.draw", ref=row.id))
    page = render_template(
        "bureau/draws.html",
        form=form,
        found=list_frame.framed(session, actor, DRAWS),
        pool=sampling.pool(session, actor),
        weights=WEIGHTS,
        policy=service().installation.policy,
    )
    return page, form.status


WEIGHTS: dict[str, int] = {
    "base": sampling.BASE,
    "failed": sampling.FAILED,
    "often": sampling.OFTEN,
    "never": sampling.NEVER,
    "no_record": sampling.NO_RECORD,
    "uses": sampling.MANY_USES,
    "years": sampling.YEARS,
}


@bureau_pages.get("/draws/<ref>")
def draw(session: Session, actor: Actor, found: InspectionDraw) -> ResponseReturnValue:
    """A draw, computed again from the stored seed and weights, with the key of each producer."""
    return render_template(
        "bureau/draw.html",
        row=found,
        drawn=sampling.result(found),
        ranks=sampling.ranking(found),
        kept=sampling.as_recorded(session, found),
        policy=service().installation.policy,
        weights=WEIGHTS,
    )
