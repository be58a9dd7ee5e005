"""For administrators: accounts, opened and disabled. On the bureau's blueprint."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session
from wtforms import PasswordField, SelectField, StringField

from ...access.actor import Actor
from ...access.visibility import visible
from ...accounts import signin
from ...errors import N_
from ...models import Account
from .. import forms
from ..blueprints import bureau as bp
from ..guard import service
from ..page_number import shown_of
from ..words import ROLE_WORDS
from .producer import counties


class AccountForm(forms.Form):
    login = StringField()
    name = StringField()
    role = SelectField(validate_choice=False)
    county = SelectField(validate_choice=False)
    insurer = StringField()
    password = PasswordField()


@bp.route("/accounts", methods=["GET", "POST"])
def accounts(session: Session, actor: Actor) -> ResponseReturnValue:
    form = AccountForm()
    form.role.choices = forms.choices(ROLE_WORDS.items())
    form.county.choices = counties(N_("全市"))
    policy = service().installation.policy
    if account := form.save(session, lambda: signin.add_account(session, actor, policy, **form.typed())):
        flash(gettext("已开通账号“%(login)s”。", login=account.login))
        return redirect(url_for("bureau.accounts"))
    listed = shown_of(session, visible(actor, Account).order_by(Account.id))
    page = render_template("bureau/accounts.html", form=form, accounts=listed, policy=policy)
    return page, 422 if form.is_submitted() else 200


@bp.post("/accounts/<ref>/disable")
def disable_account(session: Session, actor: Actor, found: Account) -> ResponseReturnValue:
    signin.disable(session, actor, found)
    flash(gettext("账号“%(login)s”已停用，已登录的设备马上退出。", login=found.login))
    return redirect(url_for("bureau.accounts"))
