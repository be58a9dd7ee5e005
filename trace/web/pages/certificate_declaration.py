"""For producers: their certificates, declared from the paper, mended, renewed. On the producer's blueprint."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from ...access.actor import Actor, own_producer
from ...access.visibility import find
from ...audit import log
from ...certification import claims, lists
from ...certification.schemes import FACT_OF
from ...clock import day_of
from ...issue import quota
from ...models import Certification, Claim
from ...uploads import attachments
from .. import list_frame
from ..blueprints import producer as bp
from . import certificate_form

list_frame.shown_at("producer.certificates", lists.OWN_CERTIFICATES)


@bp.get("/certificates", endpoint="certificates")
def listed(session: Session, actor: Actor) -> ResponseReturnValue:
    own_producer(session, actor)
    today = day_of(actor.at)
    return render_template(
        "producer/certificates.html",
        found=list_frame.framed(session, actor, lists.OWN_CERTIFICATES),
        today=today,
        expiring=lists.expiring(session, actor, today),
    )


@bp.route("/certificates/new", methods=["GET", "POST"])
def new_certificate(session: Session, actor: Actor) -> ResponseReturnValue:
    """A new certificate. With ?renews=… it renews an old one, whose words are copied."""
    producer = own_producer(session, actor)
    wish = request.args.get("renews", "")
    before = find(session, actor, Certification, wish) if wish else None
    form = certificate_form.opened(session, producer.id, before)
    if before and request.method == "GET":
        form.granted_on.data = form.valid_from.data = form.valid_to.data = ""

    def send() -> Certification:
        row = claims.declare(session, actor, form.paper(), renews=before)
        certificate_form.attach(session, actor, row, required=True)
        return row

    if row := form.save(session, send):
        flash(gettext("已申报，请等县市区农业农村局核对。"))
        return redirect(url_for("producer.certificate", ref=row.id))
    page = render_template("producer/certificate_form.html", form=form, before=before, row=None, files=())
    return page, form.status


@bp.route("/certificates/<ref>", methods=["GET", "POST"])
def certificate(session: Session, actor: Actor, found: Certification) -> ResponseReturnValue:
    """A certificate. Its holder can correct it until an officer has checked it."""
    if found.state not in (Claim.DECLARED, Claim.RETURNED) and request.method == "GET":
        return _certificate_page(session, actor, found)
    form = certificate_form.opened(session, found.producer_id, found)
    form.compare(session, found, lambda: certificate_form.words_of(found))

    def send() -> None:
        claims.mend(session, actor, found, form.paper())
        certificate_form.attach(session, actor, found, required=True)

    if form.done(session, send):
        flash(gettext("已重新提交，请等县市区农业农村局核对。"))
        return redirect(url_for("producer.certificates"))
    page = render_template(
        "producer/certificate_form.html",
        form=form,
        before=found.renews,
        row=found,
        files=attachments.of(session, found),
    )
    return page, form.status


def _certificate_page(session: Session, actor: Actor, found: Certification) -> ResponseReturnValue:
    today, fact = day_of(actor.at), FACT_OF[found.scheme]
    used = (
        {line.id: quota.of_line(session, line, fact, today) for line in found.lines} if found.in_force_on(today) else {}
    )
    return render_template(
        "producer/certificate.html",
        row=found,
        files=attachments.of(session, found),
        used=used,
        today=today,
        events=log.events_of(session, found),
    )
