"""The web hook of one's own account (推送地址): where a program of one's own takes the notices. Its secret is shown once."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session
from wtforms import StringField

from ...access.actor import Actor
from ...accounts import hooks
from .. import forms
from ..blueprints import inbox as bp
from ..guard import service
from ..language import chosen
from ..listwords import DELIVERY_WORDS


class HookForm(forms.Form):
    needed = frozenset({"url"})
    url = StringField()


@bp.route("/hook", methods=["GET", "POST"])
def hook(session: Session, actor: Actor) -> ResponseReturnValue:
    """Set or change the address; the answer shows the new secret, and nothing shows it again."""
    form = HookForm()
    secret = form.save(
        session, lambda: hooks.set_up(session, actor, service().installation, form.url.data or "", chosen())
    )
    page = render_template(
        "office/hook.html",
        form=HookForm(formdata=None) if secret else form,
        secret=secret,
        own=hooks.hook_of(session, actor),
        last=hooks.last_of(session, actor),
        words=DELIVERY_WORDS,
    )
    return page, 200 if secret else form.status


@bp.post("/hook/try")
def try_hook(session: Session, actor: Actor) -> ResponseReturnValue:
    hooks.try_out(session, actor)
    flash(gettext("测试推送已排上，十几秒后刷新这一页看结果。"))
    return redirect(url_for("inbox.hook"))


@bp.post("/hook/switch")
def switch_hook(session: Session, actor: Actor) -> ResponseReturnValue:
    """From now on post at once, or no more."""
    own = hooks.hook_of(session, actor)
    hooks.switch(session, actor, own is not None and own.since is None)
    flash(gettext("已改好。"))
    return redirect(url_for("inbox.hook"))


@bp.post("/hook/remove")
def remove_hook(session: Session, actor: Actor) -> ResponseReturnValue:
    hooks.remove(session, actor)
    flash(gettext("推送地址已删除；消息仍在站内。"))
    return redirect(url_for("inbox.hook"))
