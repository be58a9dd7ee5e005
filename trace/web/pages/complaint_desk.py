"""For the bureau: the queue of complaints, a complaint with all its facts, and the decision. On the bureau's
blueprint."""

from collections.abc import Callable

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session
from wtforms import BooleanField, SelectField, StringField, TextAreaField

from ...access.actor import Actor
from ...audit import log
from ...audit.again import TWIN
from ...cases import case, complaint_desk, complaints, evidence
from ...cases.lists import COMPLAINTS
from ...clock import day_of
from ...errors import N_
from ...models import Complaint
from ...uploads import attachments
from .. import forms, list_frame
from ..blueprints import bureau as bp
from ..guard import service
from .producer import counties


class NoteForm(forms.Form):
    needed = frozenset({"text"})
    again = TWIN
    text = TextAreaField()
    to_sender = BooleanField()


class AssignForm(forms.Form):
    handler = SelectField(validate_choice=False)


class ReferForm(forms.Form):
    needed = frozenset({"reason"})
    county = SelectField(validate_choice=False)
    reason = StringField()


@forms.fills(complaint_desk.Decision)
class DecisionForm(forms.Form):
    needed = frozenset({"reason"})
    outcome = SelectField(validate_choice=False)
    reason = TextAreaField()


list_frame.shown_at("bureau.complaints", COMPLAINTS)


@bp.get("/complaints", endpoint="complaints")
def complaints_list(session: Session, actor: Actor) -> ResponseReturnValue:
    found, policy = list_frame.framed(session, actor, COMPLAINTS), service().installation.policy
    return render_template("bureau/complaints.html", found=found, today=day_of(actor.at), policy=policy)


@bp.get("/complaints/<ref>")
def complaint(session: Session, actor: Actor, found: Complaint) -> ResponseReturnValue:
    return _page(session, actor, found)


def _page(
    session: Session, actor: Actor, found: Complaint, contact: case.Contact | None = None, **refused: forms.Form
) -> ResponseReturnValue:
    """A complaint with everything about it. It shows the refused form, if one was refused."""
    installation, today = service().installation, day_of(actor.at)
    shown = {name: refused.get(name) or kind(formdata=None) for name, kind in FORMS.items()}
    shown["assign"].handler.choices = forms.choices(
        ((account.id, account.name) for account in complaint_desk.handlers(session, found)), N_("请选择")
    )
    shown["refer"].county.choices = counties(N_("市级"))
    shown["decide"].outcome.choices = forms.choices(complaints.OUTCOME_WORDS.items(), N_("请选择"))
    page = render_template(
        "bureau/complaint.html",
        case=found,
        contact=contact,
        policy=installation.policy,
        today=today,
        now=complaints.matter(session, installation, found.code, actor.at),
        **shown,
        days=complaint_desk.scans_by_day(session, found, today),
        photos=attachments.of(session, found),
        notes=case.notes_of(session, found),
        events=log.events_of(session, found),
    )
    return page, forms.status_of(*refused.values())


FORMS: dict[str, type[forms.Form]] = {
    "note": NoteForm,
    "assign": AssignForm,
    "refer": ReferForm,
    "decide": DecisionForm,
    "reopen": forms.ReasonForm,
}


def _act(
    session: Session, actor: Actor, found: Complaint, name: str, act: Callable[[forms.Form], object], done: str
) -> ResponseReturnValue:
    """Do what the form called `name` asks, and say so. When it is refused, show the page again with the reasons."""
    form = FORMS[name]()
    if not form.done(session, lambda: act(form)):
        return _page(session, actor, found, **{name: form})
    flash(gettext(done))
    return redirect(url_for("bureau.complaint", ref=found.id))


@bp.post("/complaints/<ref>/take")
def take_complaint(session: Session, actor: Actor, found: Complaint) -> ResponseReturnValue:
    case.take(session, actor, found)
    flash(gettext("由您办理。"))
    return redirect(url_for("bureau.complaint", ref=found.id))


@bp.post("/complaints/<ref>/assign")
def assign_complaint(session: Session, actor: Actor, found: Complaint) -> ResponseReturnValue:
    return _act(
        session,
        actor,
        found,
        "assign",
        lambda form: complaint_desk.assign(session, actor, found, form.handler.data or ""),
        N_("已交办。"),
    )


@bp.post("/complaints/<ref>/refer")
def refer_complaint(session: Session, actor: Actor, found: Complaint) -> ResponseReturnValue:
    answer = _act(
        session,
        actor,
        found,
        "refer",
        lambda form: complaint_desk.refer(
            session, service().installation.policy, actor, found, form.county.data or "", form.reason.data or ""
        ),
        N_("已移交。"),
    )
    mine = actor.county in (None, found.county)
    return answer if mine else redirect(url_for("bureau.complaints"))  # this officer may no longer see it


@bp.post("/complaints/<ref>/note")
def note_complaint(session: Session, actor: Actor, found: Complaint) -> ResponseReturnValue:
    return _act(
        session,
        actor,
        found,
        "note",
        lambda form: case.note(session, actor, found, form.text.data or "", bool(form.to_sender.data)),
        N_("已记下。"),
    )


@bp.post("/complaints/<ref>/decide")
def decide_complaint(session: Session, actor: Actor, found: Complaint) -> ResponseReturnValue:
    return _act(
        session,
        actor,
        found,
        "decide",
        lambda form: complaint_desk.decide(
            session, service().installation, actor, found, form.into(complaint_desk.Decision)
        ),
        N_("已办结，答复已显示在进度页。"),
    )


@bp.post("/complaints/<ref>/reopen")
def reopen_complaint(session: Session, actor: Actor, found: Complaint) -> ResponseReturnValue:
    return _act(
        session,
        actor,
        found,
        "reopen",
        lambda form: complaint_desk.reopen(session, service().installation, actor, found, form.reason.data or ""),
        N_("已重新打开，期限从今天重新算起。"),
    )


@bp.post("/complaints/<ref>/contact")
def complaint_contact(session: Session, actor: Actor, found: Complaint) -> ResponseReturnValue:
    """The contact, shown on this page only. The log records each look at it."""
    return _page(session, actor, found, case.contact_of(session, service().installation.secrets, actor, found))


@bp.post("/complaints/<ref>/evidence")
def complaint_evidence(session: Session, actor: Actor, found: Complaint) -> ResponseReturnValue:
    """The evidence pack, as a download. The log records it."""
    pack = evidence.pack(session, service().installation, actor, found)
    return Response(
        pack,
        mimetype="application/zip",
        headers={"Content-Disposition": f"attachment; filename=evidence-{found.number}.zip"},
    )
