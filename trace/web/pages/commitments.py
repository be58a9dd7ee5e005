"""Commitment certificates (承诺达标合格证): a producer issues, voids and issues anew; officers see those of their county.
On the producer's and the bureau's blueprints."""

import io

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session
from wtforms import SelectField, SelectMultipleField, TextAreaField

from ...access.actor import Actor, own_producer
from ...access.visibility import find
from ...audit.again import TWIN
from ...clock import day_of
from ...codes.idnumber import spaced
from ...commitment import basis as commitment_basis
from ...commitment import certificates, collecting, paper
from ...commitment.forms import BASIS_WORDS, Party, templates
from ...commitment.lists import COLLECTED, COMMITMENTS
from ...errors import N_, Numbered
from ...farm import clearance
from ...fields import plain
from ...models import Batch, CommitmentCertificate
from .. import forms, hinting, list_frame
from ..blueprints import bureau as bureau_pages
from ..blueprints import producer as producer_pages
from ..guard import service

list_frame.shown_at("producer.commitments", COMMITMENTS)
list_frame.shown_at("bureau.commitments", COMMITMENTS)
list_frame.shown_at("producer.collected", COLLECTED)


@forms.fills(certificates.CommitmentForm)
class CommitmentForm(forms.Form):
    needed = frozenset({"quantity"})
    quantity = forms.AmountField()
    again = TWIN
    bases = SelectMultipleField(validate_choice=False)
    report = SelectField(validate_choice=False)


@producer_pages.get("/commitments", endpoint="commitments")
def listed(session: Session, actor: Actor) -> ResponseReturnValue:
    return _listed(session, actor, "producer/commitments.html")


def _listed(session: Session, actor: Actor, template: str) -> str:
    found = list_frame.framed(session, actor, COMMITMENTS)
    near = () if found.rows else hinting.near(session, found.asked.words, Numbered.COMMITMENT)
    return render_template(template, found=found, near=near, policy=service().installation.policy)


@producer_pages.route("/batches/<ref>/commitment", methods=["GET", "POST"])
def new_commitment(session: Session, actor: Actor, found: Batch) -> ResponseReturnValue:
    """The form: the text of the certificate, the quantity, and its basis."""
    form, reports = _form(session, actor, found), commitment_basis.of_batch(session, found)
    form.report.choices = forms.choices(
        ((each.report.id, f"{each.report.lab} {each.report.report_number}") for each in reports), N_("不以检测为依据")
    )
    policy = service().installation.policy

    def issue() -> CommitmentCertificate:
        wanted = form.into(certificates.CommitmentForm, bases=form.bases.data or [])
        return certificates.issue(session, actor, policy, found, wanted)

    made = form.save(session, issue)
    if made:
        flash(gettext("已开具承诺达标合格证 %(number)s。", number=spaced(made.number)))
        return redirect(url_for("producer.commitment", ref=made.id))
    said = certificates.wording(session, policy, found, day_of(actor.at))
    template = templates()[said["template"]]
    promised = collecting.collected_for(session, found) if template.party is Party.PURCHASER else None
    page = render_template(
        "producer/commitment_form.html",
        batch=found,
        form=form,
        said=said,
        grounds=reports,
        template=template,
        drugs=sorted(clearance.drugs_of(session, found).values()),
        promised=promised,
        most=certificates.certifiable(found),
        today=day_of(actor.at),
        bases=BASIS_WORDS,
    )
    return page, form.status


def _form(session: Session, actor: Actor, batch: Batch) -> CommitmentForm:
    """The form starts with all that is left to certify. With `again`, it starts as the voided certificate named there."""
    start = {"quantity": plain(certificates.certifiable(batch)), "bases": ["control"], "key": forms.fresh_key()}
    if again := request.args.get("again"):
        row: CommitmentCertificate = find(session, actor, CommitmentCertificate, again)
        start |= {
            "quantity": plain(row.quantity),
            "bases": [basis.value for basis in certificates.bases_of(row)],
            "report": str(row.report_id or ""),
        }
    return CommitmentForm(data=None if request.method == "POST" else start).in_unit(batch.unit)


@producer_pages.get("/commitments/<ref>")
def commitment(session: Session, actor: Actor, found: CommitmentCertificate) -> ResponseReturnValue:
    return _page(found)


def _page(found: CommitmentCertificate, form: forms.ReasonForm | None = None) -> ResponseReturnValue:
    page = render_template(
        "producer/commitment.html",
        row=found,
        template=certificates.template_of(found),
        bases=certificates.bases_of(found),
        form=form or forms.ReasonForm(formdata=None),
        refused=form is not None,
    )
    return page, 422 if form else 200


@producer_pages.post("/commitments/<ref>/void")
def void_commitment(session: Session, actor: Actor, found: CommitmentCertificate) -> ResponseReturnValue:
    form = forms.ReasonForm()
    if not form.done(session, lambda: certificates.void(session, actor, found, form.reason.data or "")):
        return _page(found, form)
    flash(gettext("已作废 %(number)s；扫它的二维码会显示“已作废”。", number=spaced(found.number)))
    return redirect(url_for("producer.commitment", ref=found.id))


@producer_pages.get("/commitments/<ref>/<size>.pdf")
def commitment_pdf(session: Session, actor: Actor, found: CommitmentCertificate, size: str) -> ResponseReturnValue:
    """The paper, to be printed."""
    content = paper.paper(service().installation, found, size)
    return send_file(io.BytesIO(content), "application/pdf", download_name=f"{found.number}-{size}.pdf")


class CollectForm(forms.Form):
    needed = frozenset({"numbers"})
    numbers = TextAreaField()


@producer_pages.route("/commitments/collected", methods=["GET", "POST"])
def collected(session: Session, actor: Actor) -> ResponseReturnValue:
    """The certificates that a buyer has collected for goods it bought."""
    own_producer(session, actor)
    form = CollectForm()
    policy = service().installation.policy
    done = form.save(
        session, lambda: collecting.collect_all(session, actor, policy, form.numbers.data or "", hinting.anybody())
    )
    if done and done.kept:
        flash(gettext("已收取 %(n)s 张，记录会一直保存到期。", n=len(done.kept)))
    if done and not done.refused:
        return redirect(url_for("producer.collected"))
    page = render_template(
        "producer/collected.html",
        form=form,
        refused=done.refused if done else (),
        found=list_frame.framed(session, actor, COLLECTED),
    )
    return page, form.status


@bureau_pages.get("/commitments", endpoint="commitments")
def of_county(session: Session, actor: Actor) -> ResponseReturnValue:
    return _listed(session, actor, "bureau/commitments.html")
