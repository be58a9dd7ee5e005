"""For the bureau: batches with hold, release and recall; certificates and policies; the log; accounts.
The review queues are in `reviews`, on the same blueprint."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session
from wtforms import FileField, PasswordField, SelectField, StringField

from ... import clock, fields, paging
from ...access.actor import Actor
from ...access.visibility import visible
from ...accounts import signin
from ...audit import batches as audit_batches
from ...audit import holds, log
from ...brands import licences
from ...cases import worklist
from ...certification import claims, lists
from ...chain import balance, lineage, shipping, way
from ...clock import day_of
from ...errors import N_
from ...indicators import cache
from ...insurance import coverage
from ...models import Account, Batch, Certification, Product
from ...printing import plans
from ...printing import runs as printing_runs
from ...register import regimes
from .. import forms
from ..blueprints import bureau as bp
from ..guard import service
from ..words import BATCH_WORDS, ROLE_WORDS
from . import certificate_form, clearance
from .producer import counties
from .producer_forms import KindForm


class CertificationForm(forms.Form):
    scheme = SelectField(validate_choice=False)
    number = StringField()
    valid_from = StringField()
    valid_to = StringField()
    file = FileField()


class AccountForm(forms.Form):
    login = StringField()
    name = StringField()
    role = SelectField(validate_choice=False)
    county = SelectField(validate_choice=False)
    insurer = StringField()
    password = PasswordField()


@bp.get("/")
def home(session: Session, actor: Actor) -> ResponseReturnValue:
    """What waits, what is stopped, and how far the targets are."""
    policy, today = service().installation.policy, day_of(actor.at)
    return render_template(
        "bureau/home.html",
        queue=worklist.queue(session, actor),
        policy=policy,
        certificates=lists.counts(session, actor, today),
        board=cache.board(session, policy, today),
    )


@bp.get("/batches")
def batches(session: Session, actor: Actor) -> ResponseReturnValue:
    args = request.args
    wanted = audit_batches.BatchFilter(
        args.get("county", "")[:6], args.get("product", "")[:40].strip(), args.get("state", ""), page_number()
    )
    found, total = audit_batches.batches(session, actor, wanted)
    return render_template(
        "bureau/batches.html",
        batches=found,
        total=total,
        wanted=wanted,
        pages=paging.pages(total),
        counties=counties(N_("全部")),
        states=forms.choices(BATCH_WORDS.items(), N_("全部")),
        policy=service().installation.policy,
    )


def page_number() -> int:
    """The page of a list that the address asks for. It is the first page when the address asks for no valid one."""
    typed = request.args.get("page", "")
    return max(1, int(typed)) if typed.isascii() and typed.isdigit() and len(typed) < 7 else 1


@bp.get("/batches/<ref>")
def batch(session: Session, actor: Actor, found: Batch) -> ResponseReturnValue:
    return _batch_page(session, actor, found)


def _batch_page(
    session: Session, actor: Actor, found: Batch, form: forms.ReasonForm | None = None
) -> ResponseReturnValue:
    ranges, runs = plans.ranges_of(session, found), plans.runs_of(session, found)
    voided = printing_runs.voided(session, found)
    page = render_template(
        "bureau/batch.html",
        batch=found,
        ranges=ranges,
        runs=runs,
        voided=voided,
        form=form or forms.ReasonForm(formdata=None),
        policy=service().installation.policy,
        brandless=licences.why_without(session, found),
        scans=audit_batches.scans_of(session, found),
        **_way(session, actor, found),
        **clearance.facts(session, found),
        events=log.events_of(session, found, *ranges, *runs, *voided),
    )
    return page, 422 if form else 200


def _way(session: Session, actor: Actor, found: Batch) -> dict[str, object]:
    """The whole way of a batch, its customers, and the batches on the way that this officer may open (`ours`)."""
    whole = way.way_of(session, service().installation, found)
    numbers = [node.id_number for node in (*whole.upstream, *whole.downstream)] if whole else []
    ours = visible(actor, Batch).with_only_columns(Batch.id_number).where(Batch.id_number.in_(numbers))
    return {
        "way": whole,
        "shipments": shipping.shipments_of(session, found),
        "ledger": balance.ledger(session, found),
        "links": [*lineage.links_into(session, found), *lineage.links_from(session, found)],
        "ours": set(session.scalars(ours)),
    }


Move = Callable[[Session, Actor, Batch, str], None]


def _move(session: Session, actor: Actor, found: Batch, move: Move, done: str) -> ResponseReturnValue:
    form = forms.ReasonForm()
    if not form.done(session, lambda: move(session, actor, found, form.reason.data or "")):
        return _batch_page(session, actor, found, form)
    flash(gettext(done))
    return redirect(url_for("bureau.batch", ref=found.id_number))


@bp.post("/batches/<ref>/hold")
def hold(session: Session, actor: Actor, found: Batch) -> ResponseReturnValue:
    return _move(session, actor, found, holds.hold, N_("已冻结：下一次扫码就会看到。"))


@bp.post("/batches/<ref>/release")
def release(session: Session, actor: Actor, found: Batch) -> ResponseReturnValue:
    return _move(session, actor, found, holds.release, N_("已解除冻结。"))


@bp.post("/batches/<ref>/recall")
def recall(session: Session, actor: Actor, found: Batch) -> ResponseReturnValue:
    return _move(session, actor, found, holds.recall, N_("已召回：下一次扫码就会看到。"))


@bp.get("/events")
def events(session: Session, actor: Actor) -> ResponseReturnValue:
    number = page_number()
    return render_template(
        "bureau/events.html", page=number, more=paging.PAGE, events=log.latest_events(session, actor, number)
    )


def product_page(
    session: Session,
    found: Product,
    certificate: CertificationForm | None = None,
    refusal: forms.ReasonForm | None = None,
    kind: KindForm | None = None,
) -> ResponseReturnValue:
    """A product with its claims. It shows the refused form, if one was refused."""
    refused = certificate or refusal or kind
    kind = kind or KindForm(
        formdata=None,
        regime=found.regime.value,
        shelf_life=found.shelf_life_days or "",
        food_licence=found.food_licence or "",
    )
    kind.regime.choices = forms.choices(regimes.REGIME_WORDS.items())
    certificate = certificate or CertificationForm(formdata=None)
    certificate.scheme.choices = forms.choices(claims.SCHEME_WORDS.items())
    certifications, policies = (
        claims.all_of(session, found.id),
        coverage.policies_for(session, found.producer_id, found.id),
    )
    page = render_template(
        "bureau/product.html",
        product=found,
        certifications=certifications,
        policies=policies,
        certificate_form=certificate,
        schemes=claims.SCHEME_WORDS,
        kind_form=kind,
        kinds=coverage.POLICY_KIND_WORDS,
        today=day_of(clock.now()),
        form=refusal or forms.ReasonForm(formdata=None),
        policy=service().installation.policy,
        events=log.events_of(session, found, *certifications, *policies),
    )
    return page, 422 if refused else 200


@bp.post("/products/<ref>/regime")
def set_regime(session: Session, actor: Actor, found: Product) -> ResponseReturnValue:
    """An officer corrects the regime of a product."""
    form = KindForm()
    kind = form.into(regimes.ProductKind)
    if not form.done(session, lambda: regimes.set_kind(session, actor, found, kind)):
        return product_page(session, found, kind=form)
    return redirect(url_for("bureau.product", ref=found.id))


@bp.post("/products/<ref>/certifications", endpoint="certify")
def enter_certification(session: Session, actor: Actor, found: Product) -> ResponseReturnValue:
    form = CertificationForm()

    def enter() -> Certification:
        row = claims.enter(session, actor, found, **form.typed("scheme", "number", "valid_from", "valid_to"))
        certificate_form.attach(session, actor, row)
        return row

    row = form.save(session, enter)
    if row is None:
        return product_page(session, found, certificate=form)
    flash(gettext("证书已登记并核实。") if row.verified_at else gettext("证书已登记，等另一位监管人员核实。"))
    return redirect(url_for("bureau.product", ref=found.id))


@bp.post("/certifications/<ref>/withdraw")
def withdraw_certification(session: Session, actor: Actor, found: Certification) -> ResponseReturnValue:
    claims.withdraw(session, actor, found, fields.reason(request.form.get("reason", "")))
    flash(gettext("证书已撤下。"))
    named = next((line.product_id for line in found.lines if line.product_id), None)
    return redirect(url_for("bureau.product", ref=named) if named else url_for("bureau.home"))


@bp.route("/accounts", methods=["GET", "POST"])
def accounts(session: Session, actor: Actor) -> ResponseReturnValue:
    form = AccountForm()
    form.role.choices = forms.choices(ROLE_WORDS.items())
    form.county.choices = counties(N_("全市"))
    policy = service().installation.policy
    if account := form.save(session, lambda: signin.add_account(session, actor, policy, **form.typed())):
        flash(gettext("已开通账号“%(login)s”。", login=account.login))
        return redirect(url_for("bureau.accounts"))
    listed = session.scalars(visible(actor, Account).order_by(Account.id)).all()
    page = render_template("bureau/accounts.html", form=form, accounts=listed, policy=policy)
    return page, 422 if form.is_submitted() else 200


@bp.post("/accounts/<ref>/disable")
def disable_account(session: Session, actor: Actor, found: Account) -> ResponseReturnValue:
    signin.disable(session, actor, found)
    flash(gettext("账号“%(login)s”已停用，已登录的设备马上退出。", login=found.login))
    return redirect(url_for("bureau.accounts"))
