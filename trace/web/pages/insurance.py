"""The policies of the quality-insurance pilot: list, form, verification and end, for insurers and officers on the
bureau's blueprint; a grower's own on the producer's."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session
from wtforms import FileField, SelectField, StringField, TextAreaField

from ...access.actor import Actor, own_producer
from ...audit import log
from ...cases import claims
from ...clock import day_of
from ...errors import N_
from ...insurance import coverage, insurers
from ...insurance import policies as insurance_policies
from ...insurance.coverage import COVER_WORDS, POLICY_STATE_WORDS, SCOPE_WORDS
from ...insurance.lists import POLICIES
from ...models import InsurancePolicy, PolicyEnding, PolicyScope, Role
from ...register import lists
from ...uploads import attachments
from .. import list_frame
from ..blueprints import bureau as bureau_pages
from ..blueprints import producer as producer_pages
from ..forms import Form, ReasonForm, choices, fills, upload
from ..guard import service
from ..mending import MendForm
from ..page_number import shown_of

ENDING_WORDS = {
    PolicyEnding.CANCELLED: N_("合同解除：从终止日起不再承保"),
    PolicyEnding.WITHDRAWN: N_("登记有误：整张撤下，当作没有登记"),
}


@fills(insurance_policies.PolicyForm)
class PolicyForm(MendForm):
    needed = frozenset({"insurer", "number", "subject", "valid_from", "valid_to"})
    kind = SelectField(validate_choice=False)
    scope = SelectField(validate_choice=False)
    exclusions = TextAreaField()
    file = FileField()


class DocumentForm(Form):
    """The scanned policy."""

    file = FileField()


class EndPolicyForm(Form):
    needed = frozenset({"ended_on", "reason"})
    how = SelectField(validate_choice=False)
    ended_on = StringField()
    reason = StringField()


list_frame.shown_at("bureau.insurance", POLICIES)
list_frame.shown_at("producer.insurance", POLICIES)


@bureau_pages.get("/insurance")
def insurance(session: Session, actor: Actor) -> ResponseReturnValue:
    """An insurer sees its company's policies, an officer those of its county. Those that wait come first."""
    return _page(
        "bureau/insurance.html",
        actor,
        found=list_frame.framed(session, actor, POLICIES),
        claims=claims.waiting(session, actor),
    )


def _page(template: str, actor: Actor, **values: object) -> str:
    return render_template(
        template,
        today=day_of(actor.at),
        pilot=service().installation.policy.pilot,
        kinds=coverage.POLICY_KIND_WORDS,
        scopes=SCOPE_WORDS,
        states=POLICY_STATE_WORDS,
        endings=ENDING_WORDS,
        **values,
    )


@bureau_pages.route("/insurance/new", methods=["GET", "POST"])
def new_policy(session: Session, actor: Actor) -> ResponseReturnValue:
    start = {"subject": request.args.get("subject", "")[:40], "scope": str(PolicyScope.PRODUCT)}
    return _policy_form(session, actor, PolicyForm(data=start), None)


@bureau_pages.route("/insurance/<ref>/edit", methods=["GET", "POST"])
def edit_policy(session: Session, actor: Actor, found: InsurancePolicy) -> ResponseReturnValue:
    form = PolicyForm(obj=insurance_policies.PolicyForm.of(found))
    form.compare(session, found, lambda: _said(found))
    return _policy_form(session, actor, form, found)


def _said(row: InsurancePolicy) -> dict[str, str]:
    """What the form says of a policy. Whose it is cannot be changed, and an insurer's own form does not ask."""
    said = vars(insurance_policies.PolicyForm.of(row))
    return {name: text for name, text in said.items() if name not in ("said", "insurer", "uscc")}


def _policy_form(
    session: Session, actor: Actor, form: PolicyForm, found: InsurancePolicy | None
) -> ResponseReturnValue:
    form.kind.choices, form.scope.choices = choices(coverage.POLICY_KIND_WORDS.items()), choices(SCOPE_WORDS.items())
    entered = form.save(
        session,
        lambda: insurance_policies.enter(
            session, actor, form.into(insurance_policies.PolicyForm), found, _document(form)
        ),
    )
    if entered is None:
        own = actor.role is Role.INSURER
        page = _page(
            "bureau/policy_form.html",
            actor,
            form=form,
            row=found,
            own=own,
            insurer_name=insurers.name_of(session, actor),
            companies=() if own else insurers.names(session),
        )
        return page, form.status
    flash(gettext("已登记，等一位没有经手登记的监管人员核实。"))
    return redirect(url_for("bureau.policy", ref=entered.id))


def _document(form: PolicyForm | DocumentForm) -> insurance_policies.Document | None:
    """The file chosen in a form, as it will be kept."""
    sent = upload(form.file)
    return (sent[0], attachments.made_harmless(sent[1])) if sent else None


@bureau_pages.post("/insurance/<ref>/document")
def attach_policy(session: Session, actor: Actor, found: InsurancePolicy) -> ResponseReturnValue:
    form = DocumentForm()
    if not form.done(session, lambda: insurance_policies.attach(session, actor, found, _document(form))):
        return _policy_page(session, actor, found, paper=form)
    flash(gettext("已附上。"))
    return redirect(url_for("bureau.policy", ref=found.id))


@bureau_pages.get("/insurance/<ref>")
def policy(session: Session, actor: Actor, found: InsurancePolicy) -> ResponseReturnValue:
    return _policy_page(session, actor, found)


def _policy_page(
    session: Session,
    actor: Actor,
    found: InsurancePolicy,
    back: ReasonForm | None = None,
    end: EndPolicyForm | None = None,
    paper: DocumentForm | None = None,
) -> ResponseReturnValue:
    """A policy with everything about it. It shows the refused form, if one was refused."""
    refused = back or end or paper
    end = end or EndPolicyForm(formdata=None, ended_on=day_of(actor.at).isoformat())
    end.how.choices = choices(ENDING_WORDS.items(), N_("请选择"))
    page = _page(
        "bureau/policy.html",
        actor,
        row=found,
        mark=insurance_policies.mark(found),
        subject=insurance_policies.subject_of(found),
        form=back or ReasonForm(formdata=None),
        end=end,
        paper=paper or DocumentForm(formdata=None),
        files=attachments.of(session, found),
        events=log.events_of(session, found),
        mine=found.entered_by is not None and found.entered_by == actor.account_id,
    )
    return page, 422 if refused else 200


@bureau_pages.post("/insurance/<ref>/verify")
def verify_policy(session: Session, actor: Actor, found: InsurancePolicy) -> ResponseReturnValue:
    form = ReasonForm()
    if not form.done(session, lambda: insurance_policies.verify(session, actor, found, request.form.get("seen", ""))):
        return _policy_page(session, actor, found, back=form)
    flash(gettext("已核实：下一次扫码就会看到。"))
    return redirect(url_for("bureau.policy", ref=found.id))


@bureau_pages.post("/insurance/<ref>/return")
def return_policy(session: Session, actor: Actor, found: InsurancePolicy) -> ResponseReturnValue:
    form = ReasonForm()
    if not form.done(session, lambda: insurance_policies.send_back(session, actor, found, form.reason.data or "")):
        return _policy_page(session, actor, found, back=form)
    flash(gettext("已退回，登记的人会看到理由。"))
    return redirect(url_for("bureau.policy", ref=found.id))


@bureau_pages.post("/insurance/<ref>/end")
def end_policy(session: Session, actor: Actor, found: InsurancePolicy) -> ResponseReturnValue:
    form = EndPolicyForm()
    if not form.done(session, lambda: insurance_policies.end(session, actor, found, **form.typed())):
        return _policy_page(session, actor, found, end=form)
    flash(gettext("保单已终止：下一次扫码就会看到。"))
    return redirect(url_for("bureau.policy", ref=found.id))


@producer_pages.get("/insurance", endpoint="insurance")
def own_insurance(session: Session, actor: Actor) -> ResponseReturnValue:
    """A grower's policies, and what the scan page says of each of its latest batches."""
    own = own_producer(session, actor)
    batches = shown_of(session, lists.batches_of(own.id), "batches")
    found = list_frame.framed(session, actor, POLICIES)
    papers = attachments.of(session, *found.rows)
    return _page(
        "producer/insurance.html",
        actor,
        found=found,
        papers=papers,
        batches=batches,
        told=coverage.of_batches(session, batches),
        covers=COVER_WORDS,
        notices=shown_of(session, claims.about_producer(own.id), "notices"),
    )
