"""The e-mail address of one's own account (通知邮箱); and for administrators what was mailed and what could not be."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session
from wtforms import StringField

from ...access.actor import Actor
from ...accounts import mail as addresses
from ...errors import N_, Invalid
from ...notices.lists import DELIVERIES
from .. import forms, list_frame
from ..blueprints import inbox as bp
from ..guard import service
from ..language import chosen
from ..listwords import DELIVERY_WORDS


class AddressForm(forms.Form):
    needed = frozenset({"address"})
    address = StringField()


class CodeForm(forms.Form):
    needed = frozenset({"code"})
    code = StringField()


@bp.route("/mail", methods=["GET", "POST"])
def mail(session: Session, actor: Actor) -> ResponseReturnValue:
    """Set or change the address; a code is mailed to it."""
    form = AddressForm()
    if form.done(session, lambda: addresses.ask(session, actor, form.address.data or "", chosen())):
        flash(gettext("验证码已发往这个邮箱，几分钟内会到；请填在下面。"))
        return redirect(url_for("inbox.mail"))
    return _page(session, actor, form, CodeForm(formdata=None))


@bp.post("/mail/confirm")
def confirm_mail(session: Session, actor: Actor) -> ResponseReturnValue:
    """The code from the letter. A wrong one counts, so the answer is given after the count is kept."""
    form, secret = CodeForm(), service().installation.secrets.session
    right = form.save(session, lambda: (addresses.confirm(session, actor, secret, form.code.data or ""),))
    if right == (True,):
        flash(gettext("邮箱已确认；以后的消息同时发到这个邮箱。"))
        return redirect(url_for("inbox.mail"))
    if right == (False,):
        form.mark(Invalid("code", N_("验证码不对；请照信里的填，共 %(n)s 次机会"), n=addresses.MOST_TRIES))
    return _page(session, actor, AddressForm(formdata=None), form)


@bp.post("/mail/switch")
def switch_mail(session: Session, actor: Actor) -> ResponseReturnValue:
    """From now on mail at once, or no more."""
    row = addresses.address_of(session, actor)
    addresses.mail_at_once(session, actor, row is not None and row.since is None)
    flash(gettext("已改好。"))
    return redirect(url_for("inbox.mail"))


@bp.post("/mail/remove")
def remove_mail(session: Session, actor: Actor) -> ResponseReturnValue:
    addresses.remove(session, actor)
    flash(gettext("邮箱已删除；消息仍在站内。"))
    return redirect(url_for("inbox.mail"))


def _page(session: Session, actor: Actor, form: AddressForm, code: CodeForm) -> ResponseReturnValue:
    page = render_template(
        "office/mail.html",
        form=form,
        code=code,
        own=addresses.address_of(session, actor),
        sender=service().installation.settings.mail,
    )
    return page, forms.status_of(*(each for each in (form, code) if each.errors or each.refusal))


list_frame.shown_at("inbox.deliveries", DELIVERIES)


@bp.get("/deliveries")
def deliveries(session: Session, actor: Actor) -> ResponseReturnValue:
    """What was mailed, the latest first, with the reason of what could not be."""
    found = list_frame.framed(session, actor, DELIVERIES)
    sender = service().installation.settings.mail
    return render_template("office/deliveries.html", found=found, words=DELIVERY_WORDS, sender=sender)
