"""Where one is signed in (登录的设备): each session with its browser, network and times, and the way to end it."""

from datetime import timedelta

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.orm import Session

from ...access.actor import Actor
from ...accounts import sessions as signed_in
from ...models import SignIn
from ..blueprints import auth as bp
from ..page_number import shown


@bp.get("/sessions")
def sessions(session: Session, actor: Actor) -> ResponseReturnValue:
    """The sessions of the reader, this one first."""
    rows = signed_in.listed(session, current_user.account, actor.at)
    rows = sorted(rows, key=lambda row: row.id != current_user.number)
    limits = signed_in.LIMITS[current_user.account.role]
    lasts = {"idle": _said(limits.idle), "whole": _said(limits.whole)}
    return render_template("auth/sessions.html", rows=shown(rows), here=current_user.number, lasts=lasts)


def _said(span: timedelta) -> str:
    days, hours = span.days, span.seconds // 3600
    return str(gettext("%(n)s 天", n=days) if days else gettext("%(n)s 小时", n=hours))


@bp.post("/sessions/<ref>/end")
def end_session(session: Session, actor: Actor, found: SignIn) -> ResponseReturnValue:
    """End one session of the reader's own. Ending this one is signing out."""
    if found.id == current_user.number:
        return redirect(url_for("auth.sessions"))
    signed_in.end(found, actor.at)
    flash(gettext("那台设备已退出。"))
    return redirect(url_for("auth.sessions"))


@bp.post("/sessions/end-others")
def end_other_sessions(session: Session, actor: Actor) -> ResponseReturnValue:
    ended = signed_in.end_others(session, current_user.account, current_user.number, actor.at)
    flash(gettext("别的 %(n)s 台设备都已退出。", n=ended) if ended else gettext("没有别的设备登录着。"))
    return redirect(url_for("auth.sessions"))
