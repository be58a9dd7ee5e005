"""For anyone: filing a complaint from a scan page, and asking how far a case is. On the public blueprint; a session
cookie is set only here, for the form's token."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import HiddenField, MultipleFileField, RadioField, SelectField, StringField, TextAreaField

from ...access.actor import Actor
from ...audit.again import TWIN
from ...cases import case, complaints, status
from ...errors import N_, Message, Throttled
from ...models import Complaint, Platform
from .. import filing, forms, passes
from ..blueprints import public as bp
from ..filing import Filing
from ..guard import service
from .producer import counties

PLATFORMS = [pair for pair in complaints.PLATFORM_WORDS.items() if pair[0] is not Platform.UNSAID]


@forms.fills(complaints.ComplaintForm)
class ReportForm(forms.Form):
    needed = frozenset({"what"})
    again = TWIN
    kind = RadioField(validate_choice=False)
    what = TextAreaField()
    county = SelectField(validate_choice=False)
    file = MultipleFileField()
    platform = SelectField(validate_choice=False)
    key = HiddenField()


class StatusForm(forms.Form):
    needed = frozenset({"number"})
    number = StringField()
    digits = StringField()


COMPLAINTS = Filing(complaints.ComplaintForm, complaints.file, "public.reported")


@bp.route("/report", methods=["GET", "POST"])
def report(session: Session, actor: Actor) -> ResponseReturnValue:
    form = filing.opened(ReportForm)
    form.kind.choices = forms.choices(complaints.KIND_WORDS.items())
    form.county.choices = counties(N_("不清楚，或不在本市"))
    form.platform.choices = forms.choices(PLATFORMS, N_("请选择"))
    return COMPLAINTS.answer(session, actor, form, lambda: _report_page(session, actor, form))


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
    found = filing.sent(session, Complaint, key)
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
