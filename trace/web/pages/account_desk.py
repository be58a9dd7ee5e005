"""For administrators: accounts, opened, mended, disabled and enabled again. On the bureau's blueprint.

Officers hand a grower of theirs a one-time password, the administrator hands it to anyone.
"""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session
from wtforms import PasswordField, SelectField, StringField

from ...access.actor import Actor
from ...accounts import keeping, reset, signin
from ...accounts.lists import ACCOUNTS
from ...audit import log
from ...errors import N_
from ...insurance import insurers
from ...keylists.standing import standing
from ...models import Account, Producer
from .. import forms, list_frame, slips
from ..blueprints import bureau as bp
from ..guard import service
from ..mending import MendForm
from ..words import ROLE_WORDS
from . import producer_desk
from .producer import counties


class AccountForm(forms.Form):
    needed = frozenset({"login", "name", "password"})
    login = StringField()
    name = StringField()
    role = SelectField(validate_choice=False)
    county = SelectField(validate_choice=False)
    insurer = StringField()
    password = PasswordField()


list_frame.shown_at("bureau.accounts", ACCOUNTS)


@bp.route("/accounts", methods=["GET", "POST"])
def accounts(session: Session, actor: Actor) -> ResponseReturnValue:
    form = AccountForm()
    form.role.choices = forms.choices(ROLE_WORDS.items())
    form.county.choices = counties(N_("全市"))
    policy = service().installation.policy
    if account := form.save(session, lambda: signin.add_account(session, actor, policy, **form.typed())):
        flash(gettext("已开通账号“%(login)s”。", login=account.login))
        return redirect(url_for("bureau.accounts"))
    found = list_frame.framed(session, actor, ACCOUNTS)
    keys = standing(service().installation, actor.at)  # the administrator's first page
    alarms = service().watched.alarms()
    page = render_template("bureau/accounts.html", form=form, found=found, policy=policy, keys=keys, alarms=alarms)
    return page, 422 if form.is_submitted() else 200


@bp.post("/accounts/<ref>/disable")
def disable_account(session: Session, actor: Actor, found: Account) -> ResponseReturnValue:
    signin.disable(session, actor, found)
    flash(gettext("账号“%(login)s”已停用，已登录的设备马上退出。", login=found.login))
    return redirect(url_for("bureau.accounts"))


@bp.post("/accounts/<ref>/enable")
def enable_account(session: Session, actor: Actor, found: Account) -> ResponseReturnValue:
    keeping.enable(session, actor, found)
    flash(gettext("账号“%(login)s”已恢复，用原来的密码就能登录。", login=found.login))
    return redirect(url_for("bureau.account", ref=found.id))


class ChangeForm(MendForm):
    needed = frozenset({"name"})
    name = StringField()
    county = SelectField(validate_choice=False)
    insurer = StringField()


@bp.route("/accounts/<ref>", methods=["GET", "POST"])
def account(session: Session, actor: Actor, found: Account) -> ResponseReturnValue:
    """One account: what an administrator may mend, and what was done with it."""
    company, policy = insurers.company_of(session, found), service().installation.policy
    form = ChangeForm(**_said(session, found))
    form.county.choices = counties(N_("全市"))
    form.compare(session, found, lambda: _said(session, found))
    if form.done(
        session, lambda: keeping.change(session, actor, policy, found, **form.typed("name", "county", "insurer"))
    ):
        flash(gettext("已更正账号“%(login)s”。", login=found.login))
        return redirect(url_for("bureau.account", ref=found.id))
    page = render_template(
        "bureau/account.html",
        account=found,
        company=company,
        form=form,
        events=log.events_of(session, found),
        policy=policy,
    )
    return page, form.status


def _said(session: Session, row: Account) -> dict[str, str]:
    return {"name": row.name, "county": row.county or "", "insurer": insurers.company_of(session, row)}


@bp.post("/accounts/<ref>/reset")
def reset_account(session: Session, actor: Actor, found: Account) -> ResponseReturnValue:
    return slips.of_password(
        found, reset.allow(session, actor, found), url_for("bureau.account", ref=found.id), actor.at
    )


@bp.post("/producers/<ref>/reset")
def reset_growers_account(session: Session, actor: Actor, found: Producer) -> ResponseReturnValue:
    form = producer_desk.ResetForm()
    allowed = form.save(session, lambda: reset.allow_for(session, actor, found, form.account.data or ""))
    if allowed is None:
        return producer_desk.producer_page(session, found, reset=form)
    account, code = allowed
    return slips.of_password(account, code, url_for("bureau.producer", ref=found.id), actor.at)
