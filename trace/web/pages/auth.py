"""Signing in and out, joining as a producer, changing one's password."""

from collections.abc import Callable
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from flask import Response, after_this_request, current_app, flash, g, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import UserMixin, current_user, login_user, logout_user
from sqlalchemy.orm import Session
from wtforms import HiddenField, PasswordField, StringField

from ... import clock
from ...access.actor import Actor
from ...accounts import access_log, budget, devices, invitations, sessions, signin, throttle
from ...accounts import reset as resets
from ...accounts.throttle import Client
from ...errors import N_, Busy, Message, ProofWanted, Throttled
from ...models import Access, Account, Producer, Review, Role, SignIn
from ...notices import inbox
from .. import browsers, forms, menu, proofs
from ..blueprints import auth as bp
from ..guard import service

DEVICE = "device"  # the cookie of known devices


class LoginForm(forms.Form):
    login = StringField()
    password = PasswordField()
    next = HiddenField()


class JoinForm(forms.Form):
    needed = frozenset({"login", "name", "password"})
    login = StringField()
    name = StringField()
    password = PasswordField()


class PasswordForm(forms.Form):
    needed = frozenset({"old", "password"})
    old = PasswordField()
    password = PasswordField()


class ResetForm(forms.Form):
    needed = frozenset({"login", "code", "password"})
    login = StringField()
    code = StringField()
    password = PasswordField()


class SignedIn(UserMixin):  # type: ignore[misc]
    """The account behind the cookie, which holds the random number (`token`) of this session.

    `number`: that of the session's row. `unread`: how many lines of its inbox wait to be read, for the menu. `record`: how the
    review of its producer stands, None without one.
    """

    def __init__(
        self, account: Account, token: str, number: int = 0, unread: int = 0, record: Review | None = None
    ) -> None:
        self.account, self.token, self.number, self.unread, self.record = account, token, number, unread, record

    def get_id(self) -> str:
        return self.token


def load_user(token: str) -> SignedIn | None:
    """The account whose session the cookie names, if that session is still good. Checked at every request.

    The check has a session of its own, which only reads. When the database does not answer, the page that says so is
    drawn for nobody and does not ask again.
    """
    if "signed_in" not in g:
        g.signed_in = None
        g.signed_in = service().db.run(lambda session: _signed_in(session, token, clock.now()), writes=False)
    return cast(SignedIn | None, g.signed_in)


def _signed_in(session: Session, token: str, now: datetime) -> SignedIn | None:
    wanted = sa.select(SignIn, Account, inbox.unread_of(Account.id), Producer.state).join(SignIn.account)
    wanted = wanted.outerjoin(Producer, Account.producer_id == Producer.id)
    found = session.execute(wanted.where(SignIn.mark == sessions.mark_of(token))).one_or_none()
    if found is None or not sessions.is_good(found[0], found[1], now):
        return None
    if now - found[0].seen_at >= sessions.SEEN_EVERY:
        service().seen.note(found[0].id, now)
    return SignedIn(found[1], token, found[0].id, *found[2:])


@bp.route("/login", methods=["GET", "POST"])
def login(session: Session, actor: Actor) -> ResponseReturnValue:
    form = LoginForm(next=request.args.get("next", ""))
    if not form.is_submitted():
        return render_template("auth/login.html", form=form)
    key = service().installation.secrets.session
    client = Client(
        request.remote_addr or "", proofs.network(), request.cookies.get(DEVICE, ""), proofs.shown(throttle.PURPOSE)
    )
    try:
        account = signin.sign_in(
            service().db, session, form.login.data or "", form.password.data or "", client, key, actor.at
        )
    except ProofWanted as wanted:
        proofs.ask(form, wanted)
        return proofs.answer(render_template("auth/login.html", form=form), form, wanted.status)
    except (Throttled, Busy) as error:
        form.refusal = error.message
        return render_template("auth/login.html", form=form), error.status
    if account is None:
        access_log.refused(session, signin.login_name(form.login.data or ""), browsers.here(), actor.at)
        form.refusal = Message(N_("登录名或密码不对"))
        return render_template("auth/login.html", form=form), 401
    _enter(session, account, Access.SIGN_IN)
    return redirect(_next(form.next.data or "") or _home(account))


def _home(account: Account) -> str:
    return menu.home_of(Actor.of(account, clock.now()))


def _enter(session: Session, account: Account, how: Access) -> None:
    """Begin a session of this browser. One from before the log-in ends with it. A new password makes every browser a stranger to the
    account, this one too; of that its person need not be told."""
    if current_user.is_authenticated and (old := session.get(SignIn, current_user.number)):
        sessions.end(old, clock.now())
    key, now = service().installation.secrets.session, clock.now()
    known = how is not Access.SIGN_IN or devices.known(key, request.cookies.get(DEVICE, ""), account, now) is not None
    token = sessions.begin(session, account, browsers.here(), now, known=known)
    access_log.note(session, how, account, browsers.here(), now)
    cookie.clear()
    cookie.permanent = True
    login_user(SignedIn(account, token))
    after_this_request(lambda response: _remember_device(response, account))


def _remember_device(response: Response, account: Account) -> Response:
    key, now = service().installation.secrets.session, clock.now()
    response.set_cookie(
        DEVICE,
        devices.added(key, request.cookies.get(DEVICE, ""), account, now),
        max_age=devices.LASTS,
        path=url_for("auth.login"),
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        httponly=True,
        samesite="Lax",
    )
    return response


def _next(wanted: str) -> str | None:
    """The page that the reader had asked for, if it is a plain path on this host."""
    plain = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and "\\" not in wanted
    return wanted if plain and wanted.isprintable() else None


@bp.post("/logout")
def logout(session: Session, actor: Actor) -> ResponseReturnValue:
    if row := session.get(SignIn, current_user.number):
        sessions.end(row, actor.at)
        access_log.note(session, Access.SIGN_OUT, row.account, browsers.here(), actor.at)
    logout_user()
    cookie.clear()
    return redirect(url_for("public.home"))


@bp.route("/join", methods=["GET", "POST"])
def join(session: Session, actor: Actor) -> ResponseReturnValue:
    """A producer opens an account. The county's review decides what it may do."""
    form, by = JoinForm(), (budget.JOINS, proofs.network())
    policy = service().installation.policy
    account = _hashed(
        session,
        form,
        by,
        lambda: signin.add_account(
            session, actor, policy, role=Role.PRODUCER, **form.typed("login", "name", "password")
        ),
    )
    if account is None:
        return _again(form, "auth/join.html", by)
    _enter(session, account, Access.JOIN)
    return redirect(url_for("producer.profile"))


@bp.route("/invited/<word>", methods=["GET", "POST"])
def invited(session: Session, actor: Actor, word: str) -> ResponseReturnValue:
    """A person whom an owner has asked to act for a producer opens an account (`accounts.invitations`)."""
    db, policy, by = service().db, service().installation.policy, (budget.JOINS, proofs.network())
    with db.transaction(writes=False) as reading:
        asked = invitations.found(reading, word, actor.at)
    form = JoinForm(name=asked.name)
    typed = form.typed("login", "name", "password")
    account = _hashed(session, form, by, lambda: invitations.accept(db, session, policy, word, actor.at, **typed))
    if account is None:
        return _again(form, "auth/invited.html", by, asked=asked)
    _enter(session, account, Access.JOIN)
    flash(gettext("账号已开通，以后用登录名“%(login)s”登录。", login=account.login))
    return redirect(_home(account))


@bp.route("/password", methods=["GET", "POST"])
def password(session: Session, actor: Actor) -> ResponseReturnValue:
    form, known = PasswordForm(), current_user.account
    by = (budget.PASSWORDS, str(known.id))
    account = _hashed(
        session,
        form,
        by,
        lambda: signin.change_own_password(session, actor, known, form.old.data or "", form.password.data or ""),
    )
    if account is None:
        return _again(form, "auth/password.html", by)
    _enter(session, account, Access.PASSWORD)
    flash(gettext("密码已改；别的设备上的登录都已退出。"))
    return redirect(_home(account))


@bp.route("/reset", methods=["GET", "POST"])
def reset(session: Session, actor: Actor) -> ResponseReturnValue:
    """A new password by the code that an officer or the administrator has handed over (`accounts.reset`)."""
    form, by = ResetForm(), (budget.RESETS, proofs.network())
    account = _hashed(
        session, form, by, lambda: resets.set_by_code(service().db, session, now=actor.at, **form.typed())
    )
    if account is None:
        return _again(form, "auth/reset.html", by)
    _enter(session, account, Access.RESET)
    flash(gettext("新密码已设好；别的设备上的登录都已退出。"))
    return redirect(_home(account))


Counted = tuple[budget.Budget, str]  # a budget, and the network or the account that it counts


def _hashed(session: Session, form: forms.Form, by: Counted, act: Callable[[], Account]) -> Account | None:
    """The account that `act` makes or changes, or None if the form was not sent or was refused. It is paid for first,
    because to hash a password costs much."""

    def paid() -> Account:
        proofs.charge(*by)
        return act()

    try:
        return form.save(session, paid)
    except ProofWanted as wanted:
        proofs.ask(form, wanted)
    except Busy as error:
        form.refusal = error.message
    service().db.give_up(session)
    return None


def _again(form: forms.Form, template: str, by: Counted, **shown: object) -> ResponseReturnValue:
    status = 422 if form.is_submitted() else 200
    status = 429 if form.ticket else 503 if form.refusal and form.refusal.template == signin.BUSY else status
    proofs.ahead(form, by)
    return proofs.answer(render_template(template, form=form, **shown), form, status)
