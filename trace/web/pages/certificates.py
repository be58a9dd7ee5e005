"""For the bureau: certificates. The list, the queue with the paper beside the typed words, ends, and what expires soon.
On the bureau's blueprint."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup
from sqlalchemy.orm import Session

from ...access.actor import Actor
from ...audit import log
from ...certification import claims, lists
from ...certification.schemes import FACT_OF, SCHEME_WORDS
from ...clock import day_of
from ...errors import N_
from ...issue import quota
from ...models import Brand, Certification, Producer
from ...policy.policy import Policy
from ...uploads import attachments
from .. import forms, list_frame
from ..blueprints import bureau as bp
from ..drawing import charts
from ..guard import service
from ..language import say
from ..page_number import shown
from ..several import Act, answered, answered_with_reason
from ..words import END_WORDS
from . import certificate_form

list_frame.shown_at("bureau.certificates", lists.CERTIFICATES)


@bp.get("/certificates", endpoint="certificates")
def listed(session: Session, actor: Actor) -> ResponseReturnValue:
    return render_template(
        "bureau/certificates.html",
        found=list_frame.framed(session, actor, lists.CERTIFICATES),
        today=day_of(actor.at),
        waiting=lists.waiting(session, actor),
        policy=service().installation.policy,
    )


@bp.get("/certificates/next")
def next_certificate(session: Session, actor: Actor) -> ResponseReturnValue:
    """Go to the certificate that waits longest for this officer, or to the list when none waits."""
    waiting = lists.waiting(session, actor)
    return redirect(url_for(".certificate", ref=waiting[0].id) if waiting else url_for(".certificates"))


@bp.get("/certificates/<ref>")
def certificate(session: Session, actor: Actor, found: Certification) -> ResponseReturnValue:
    return _certificate_page(session, actor, found)


def _certificate_page(
    session: Session,
    actor: Actor,
    found: Certification,
    back: forms.ReasonForm | None = None,
    end: certificate_form.EndForm | None = None,
) -> ResponseReturnValue:
    today, fact = day_of(actor.at), FACT_OF[found.scheme]
    refused = back or end
    end = end or certificate_form.EndForm(formdata=None, on=today.isoformat())
    end.how.choices = forms.choices(END_WORDS.items(), N_("请选择"))
    waiting = [row.id for row in lists.waiting(session, actor)]
    policy = service().installation.policy
    page = render_template(
        "bureau/certificate.html",
        row=found,
        back=back or forms.ReasonForm(formdata=None),
        end=end,
        today=today,
        files=attachments.of(session, found),
        warnings=lists.warnings(session, policy, found),
        used={line.id: quota.of_line(session, line, fact, today) for line in found.lines},
        people=lists.people(session, found),
        mine=found.id in waiting,
        waiting=len(waiting),
        policy=policy,
        events=log.events_of(session, found),
    )
    return page, 422 if refused else 200


def _then_next(session: Session, actor: Actor, done: str) -> ResponseReturnValue:
    """Say what was done, and go on to the next certificate that waits."""
    flash(gettext(done))
    session.flush()
    return redirect(url_for(".next_certificate"))


@bp.post("/certificates/<ref>/check")
def check_certificate(session: Session, actor: Actor, found: Certification) -> ResponseReturnValue:
    claims.check(session, actor, found)
    return _then_next(session, actor, N_("已核对，等市级或另一位监管人员核实。"))


@bp.post("/certificates/<ref>/verify")
def verify_certificate(session: Session, actor: Actor, found: Certification) -> ResponseReturnValue:
    claims.verify(session, actor, found)
    return _then_next(session, actor, N_("已核实：下一次扫码就会看到。"))


def _named(row: Certification) -> str:
    return f"{say(SCHEME_WORDS[row.scheme])} {row.number} · {row.holder}"


def _place(row: Certification) -> str:
    return url_for("bureau.certificate", ref=row.id)


CHECK = Act(
    Certification,
    "bureau.certificates",
    N_("核对这些证书？"),
    N_("这 %(n)s 张和原件一致"),
    N_("已核对 %(n)s 张证书，等市级或另一位监管人员核实。"),
    N_("请先逐张看过扫描件，和填的对过。"),
    _named,
    _place,
)
VERIFY = Act(
    Certification,
    "bureau.certificates",
    N_("核实这些证书？"),
    N_("核实这 %(n)s 张"),
    N_("已核实 %(n)s 张证书：下一次扫码就会看到。"),
    N_("请先逐张看过扫描件。核实以后标志就出现在扫码页上，不能收回，只能终止。"),
    _named,
    _place,
)


RETURN = Act(
    Certification,
    "bureau.certificates",
    N_("退回这些证书？"),
    N_("退回这 %(n)s 张"),
    N_("已退回 %(n)s 张证书。"),
    N_("申报人改好以后可以再交。缺的东西各不相同的，请分开退回。"),
    _named,
    _place,
)


@bp.post("/certificates/return")
def return_certificates(session: Session, actor: Actor) -> ResponseReturnValue:
    return answered_with_reason(
        session, actor, RETURN, lambda row, reason: claims.send_back(session, actor, row, reason)
    )


@bp.post("/certificates/check")
def check_certificates(session: Session, actor: Actor) -> ResponseReturnValue:
    return answered(session, actor, CHECK, lambda row: claims.check(session, actor, row))


@bp.post("/certificates/verify")
def verify_certificates(session: Session, actor: Actor) -> ResponseReturnValue:
    return answered(session, actor, VERIFY, lambda row: claims.verify(session, actor, row))


@bp.post("/certificates/<ref>/return")
def return_certificate(session: Session, actor: Actor, found: Certification) -> ResponseReturnValue:
    form = forms.ReasonForm()
    if not form.done(session, lambda: claims.send_back(session, actor, found, form.reason.data or "")):
        return _certificate_page(session, actor, found, back=form)
    return _then_next(session, actor, N_("已退回，申报人会看到原因。"))


@bp.post("/certificates/<ref>/end")
def end_certificate(session: Session, actor: Actor, found: Certification) -> ResponseReturnValue:
    form = certificate_form.EndForm()
    if not form.done(session, lambda: claims.end(session, actor, found, **form.typed("how", "on", "reason"))):
        return _certificate_page(session, actor, found, end=form)
    flash(gettext("已终止：标志已从扫码页撤下。"))
    return redirect(url_for(".certificate", ref=found.id))


@bp.post("/certificates/<ref>/file", endpoint="attach_certificate")
def attach(session: Session, actor: Actor, found: Certification) -> ResponseReturnValue:
    certificate_form.attach_one(session, actor, found)
    flash(gettext("扫描件已附上。"))
    return redirect(url_for(".certificate", ref=found.id))


@bp.route("/producers/<ref>/certificate", methods=["GET", "POST"])
def producer_certificate(session: Session, actor: Actor, found: Producer) -> ResponseReturnValue:
    """An officer enters a producer's certificate from the paper."""
    return _entered(session, actor, found)


@bp.route("/certificates/new", methods=["GET", "POST"])
def new_certificate(session: Session, actor: Actor) -> ResponseReturnValue:
    """An officer enters a geographical indication's certificate, held under a brand by its association."""
    return _entered(session, actor, None)


def _entered(session: Session, actor: Actor, producer: Producer | None) -> ResponseReturnValue:
    form = certificate_form.opened(session, producer.id if producer else None)
    brands = {} if producer else {str(row.id): row for row in lists.brands(session, actor)}
    form.brand.choices = forms.choices(((key, row.name) for key, row in brands.items()), N_("请选择"))

    def send() -> Certification:
        brand: Brand | None = brands.get(form.brand.data or "")
        row = claims.declare(session, actor, form.paper(), producer=producer, brand=brand)
        certificate_form.attach(session, actor, row, required=True)
        return row

    if row := form.save(session, send):
        flash(gettext("证书已登记，等另一位监管人员核实。"))
        return redirect(url_for(".certificate", ref=row.id))
    page = render_template("bureau/certificate_form.html", form=form, producer=producer)
    return page, form.status


@bp.get("/expiry")
def expiry(session: Session, actor: Actor) -> ResponseReturnValue:
    """The certificates that end within 90 days, by county."""
    today, policy = day_of(actor.at), service().installation.policy
    found = lists.expiring(session, actor, today)
    return render_template(
        "bureau/expiry.html",
        expiring=found,
        listed=shown(found),
        chart=_expiry_chart(found, policy),
        today=today,
        policy=policy,
    )


def _expiry_chart(found: Sequence[lists.Expiring], policy: Policy) -> Markup:
    counties: dict[str, list[charts.Ending]] = {}
    for each in sorted(found, key=lambda each: each.row.county):
        ending = charts.Ending(each.days, f"band{each.band:d}", each.renewal is not None)
        counties.setdefault(each.row.county, []).append(ending)
    words = [_axis_word(days) for days, _ in charts.EXPIRY_AXIS]
    named = [(say(policy.county_name(county)), endings) for county, endings in counties.items()]
    return charts.expiry_chart(named, words, gettext("各县市区证书的到期时间，数据见下表"))


def _axis_word(days: int) -> str:
    if days == 0:
        return str(gettext("今天"))
    return str(gettext("%(n)s 天", n=days) if days > 0 else gettext("%(n)s 天前", n=-days))
