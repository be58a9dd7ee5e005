"""For anyone: filing a complaint from a scan page, and asking how far a case is. On the public blueprint; a session
cookie is set only here, for the form's token."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import HiddenField, MultipleFileField, RadioField, SelectField, StringField, TextAreaField

from ...access.actor import Actor
from ...cases import case, complaints, status
from ...errors import N_, Message, NotFound, ProofWanted, Throttled
from ...models import Complaint, Platform
from .. import forms, passes, proofs
from ..blueprints import public as bp
from ..guard import service
from .producer import counties

PLATFORMS = [pair for pair in complaints.PLATFORM_WORDS.items() if pair[0] is not Platform.UNSAID]


@forms.fills(complaints.ComplaintForm)
class ReportForm(forms.Form):
    kind = RadioField(validate_choice=False)
    what = TextAreaField()
    county = SelectField(validate_choice=False)
    file = MultipleFileField()
    platform = SelectField(validate_choice=False)
    key = HiddenField()


class StatusForm(forms.Form):
    number = StringField()
    digits = StringField()


def code_of(path: str) -> str:
    """The code in the path of the page that the reader came from."""
    return path.removeprefix("/").removeprefix("b/").removeprefix("p/")


@bp.route("/report", methods=["GET", "POST"])
def report(session: Session, actor: Actor) -> ResponseReturnValue:
    form = (
        ReportForm()
        if request.method == "POST"
        else ReportForm(code=code_of(request.args.get("code", "")[:600]), key=forms.fresh_key())
    )
    form.kind.choices = forms.choices(complaints.KIND_WORDS.items())
    form.county.choices = counties(N_("不清楚，或不在本市"))
    form.platform.choices = forms.choices(PLATFORMS, N_("请选择"))
    try:
        filed = form.save(session, lambda: _file(session, actor, form))
    except ProofWanted as wanted:
        service().db.give_up(session)
        proofs.ask(form, wanted)
        return proofs.answer(_report_page(session, actor, form), form, wanted.status)
    except Throttled as error:
        service().db.give_up(session)
        filed, form.refusal = None, error.message
        return _report_page(session, actor, form), error.status
    if filed is None:
        proofs.ahead(form, *proofs.of_filing())
        return proofs.answer(_report_page(session, actor, form), form, 422 if form.is_submitted() else 200)
    return redirect(url_for("public.reported", key=filed.form_key), 303)


def _file(session: Session, actor: Actor, form: ReportForm) -> Complaint:
    is_paid = proofs.is_paid()
    wanted = form.into(complaints.ComplaintForm)
    photos = complaints.photos([(file.filename or "", file.stream) for file in request.files.getlist("file") if file])
    return complaints.file(
        session,
        service().installation,
        actor,
        wanted,
        form.key.data or "",
        request.remote_addr or "",
        photos,
        passes.gate(),
        is_paid=is_paid,
    )


def _report_page(session: Session, actor: Actor, form: ReportForm) -> str:
    installation = service().installation
    code = form.code.data or ""
    try:
        about = complaints.matter(session, installation, code, actor.at, passes.gate())
    except Throttled:
        if request.method != "POST":
            raise
        about = complaints.Matter(complaints.kept(code))  # what was typed is kept, and the code is looked up later
    return render_template(
        "public/report.html",
        form=form,
        about=about,
        keep=installation.policy.cases.keep_contact,
        county=installation.policy.county_name(about.county),
    )


@bp.get("/reported/<key>")
def reported(session: Session, actor: Actor, key: str) -> ResponseReturnValue:
    """The number to note down. Only the person who sent the form knows this address."""
    found = case.sent_before(session, Complaint, key) if len(key) == 64 else None
    if found is None:
        raise NotFound(N_("没有这一页，或者您无权查看"))
    digits = case.digits_for(service().installation.secrets, found)
    return render_template("public/reported.html", case=found, digits=digits)


@bp.route("/case", methods=["GET", "POST"])
def case_status(session: Session, actor: Actor) -> ResponseReturnValue:
    """The state of a complaint or claim. A wrong number and a wrong pair of digits get the same answer."""
    form = StatusForm() if request.method == "POST" else StatusForm(number=request.args.get("number", "")[:20])
    found, code = None, 200
    try:
        found = form.save(
            session,
            lambda: status.status(
                session,
                service().installation,
                form.number.data or "",
                form.digits.data or "",
                request.remote_addr or "",
                actor.at,
            ),
        )
    except Throttled as error:
        form.refusal, code = error.message, error.status
    if form.is_submitted() and found is None and code == 200:
        code = 422
        if not (form.refusal or form.errors):
            form.refusal = Message(N_("编号和数字对不上，请再核对一遍。"))
    return render_template("public/case.html", form=form, found=found), code
