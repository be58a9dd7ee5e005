"""The e-mail address (通知邮箱) and the telephone (通知手机) of one's own account; and for administrators what was sent and what could
not be."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session
from wtforms import StringField

from ...access.actor import Actor
from ...accounts import addresses
from ...accounts.addresses import Way
from ...errors import N_, Invalid
from ...notices.lists import DELIVERIES
from .. import forms, list_frame
from ..blueprints import inbox as bp
from ..guard import service
from ..language import chosen
from ..listwords import CHANNEL_WORDS, DELIVERY_WORDS


class AddressForm(forms.Form):
    needed = frozenset({"address"})
    address = StringField()


class CodeForm(forms.Form):
    needed = frozenset({"code"})
    code = StringField()


@dataclass(frozen=True)
class Words:
    """What the page of one channel says, and `at`, the endpoint of the page, by which those of its buttons are called too."""

    at: str
    way: Way
    title: str
    about: str
    unserved: str  # where the installation has nobody who sends
    label: str
    hint: str
    kind: str  # of the field
    fill: str
    again: str
    code: str
    confirm: str
    at_once: str
    silent: str
    remove: str
    sent: str
    confirmed: str
    removed: str


MAIL = Words(
    "mail",
    addresses.MAIL,
    N_("通知邮箱"),
    N_("填了邮箱，与您有关的消息除了写在站内，还会马上发一封邮件。邮箱只用来发通知，可以随时删除。"),
    N_("本站还没有设置发信服务器，暂时不能发邮件；消息都在站内。需要时请联系系统管理员。"),
    N_("邮箱地址"),
    N_("会先发一个验证码到这个邮箱"),
    "email",
    N_("填写邮箱"),
    N_("换一个邮箱"),
    N_("信里的 8 个字母和数字，24 小时内有效"),
    N_("确认邮箱"),
    N_("有消息马上发邮件"),
    N_("不再发邮件"),
    N_("删除这个邮箱"),
    N_("验证码已发往这个邮箱，几分钟内会到；请填在下面。"),
    N_("邮箱已确认；以后的消息同时发到这个邮箱。"),
    N_("邮箱已删除；消息仍在站内。"),
)
PHONE = Words(
    "phone",
    addresses.PHONE,
    N_("通知手机"),
    N_(
        "填了手机号，与您有关的消息除了写在站内，还会经主管部门的短信或微信平台发给您。号码只用来发通知，可以随时删除。"
    ),
    N_("本站还没有接短信或微信平台，暂时不能发到手机；消息都在站内。需要时请联系系统管理员。"),
    N_("手机号"),
    N_("会先发一个验证码到这个号码"),
    "tel",
    N_("填写手机号"),
    N_("换一个手机号"),
    N_("短信里的 8 个字母和数字，24 小时内有效"),
    N_("确认手机号"),
    N_("有消息马上发到手机"),
    N_("不再发到手机"),
    N_("删除这个号码"),
    N_("验证码已发往这个号码，几分钟内会到；请填在下面。"),
    N_("手机号已确认；以后的消息同时发到这个号码。"),
    N_("号码已删除；消息仍在站内。"),
)


@bp.route("/mail", methods=["GET", "POST"])
def mail(session: Session, actor: Actor) -> ResponseReturnValue:
    """Set or change the address; a code is mailed to it."""
    return _asked(session, actor, MAIL)


@bp.post("/mail/confirm")
def confirm_mail(session: Session, actor: Actor) -> ResponseReturnValue:
    """The code from the letter. A wrong one counts, so the answer is given after the count is kept."""
    return _confirmed(session, actor, MAIL)


@bp.post("/mail/switch")
def switch_mail(session: Session, actor: Actor) -> ResponseReturnValue:
    """From now on mail at once, or no more."""
    return _switched(session, actor, MAIL)


@bp.post("/mail/remove")
def remove_mail(session: Session, actor: Actor) -> ResponseReturnValue:
    return _removed(session, actor, MAIL)


@bp.route("/phone", methods=["GET", "POST"])
def phone(session: Session, actor: Actor) -> ResponseReturnValue:
    """Set or change the number; a code is sent to it."""
    return _asked(session, actor, PHONE)


@bp.post("/phone/confirm")
def confirm_phone(session: Session, actor: Actor) -> ResponseReturnValue:
    return _confirmed(session, actor, PHONE)


@bp.post("/phone/switch")
def switch_phone(session: Session, actor: Actor) -> ResponseReturnValue:
    return _switched(session, actor, PHONE)


@bp.post("/phone/remove")
def remove_phone(session: Session, actor: Actor) -> ResponseReturnValue:
    return _removed(session, actor, PHONE)


def _asked(session: Session, actor: Actor, words: Words) -> ResponseReturnValue:
    form = AddressForm()
    if form.done(session, lambda: addresses.ask(session, actor, form.address.data or "", chosen(), words.way)):
        flash(gettext(words.sent))
        return redirect(url_for(f"inbox.{words.at}"))
    return _page(session, actor, words, form, CodeForm(formdata=None))


def _confirmed(session: Session, actor: Actor, words: Words) -> ResponseReturnValue:
    form, secret = CodeForm(), service().installation.secrets.session
    right = form.save(session, lambda: (addresses.confirm(session, actor, secret, form.code.data or "", words.way),))
    if right == (True,):
        flash(gettext(words.confirmed))
        return redirect(url_for(f"inbox.{words.at}"))
    if right == (False,):
        form.mark(Invalid("code", N_("验证码不对；请照收到的填，共 %(n)s 次机会"), n=addresses.MOST_TRIES))
    return _page(session, actor, words, AddressForm(formdata=None), form)


def _switched(session: Session, actor: Actor, words: Words) -> ResponseReturnValue:
    row = addresses.address_of(session, actor, words.way)
    addresses.send_at_once(session, actor, row is not None and row.since is None, words.way)
    flash(gettext("已改好。"))
    return redirect(url_for(f"inbox.{words.at}"))


def _removed(session: Session, actor: Actor, words: Words) -> ResponseReturnValue:
    addresses.remove(session, actor, words.way)
    flash(gettext(words.removed))
    return redirect(url_for(f"inbox.{words.at}"))


def _page(session: Session, actor: Actor, words: Words, form: AddressForm, code: CodeForm) -> ResponseReturnValue:
    settings = service().installation.settings
    page = render_template(
        "office/address.html",
        form=form,
        code=code,
        words=words,
        own=addresses.address_of(session, actor, words.way),
        sender=settings.mail if words is MAIL else settings.gateway,
    )
    return page, forms.status_of(*(each for each in (form, code) if each.errors or each.refusal))


list_frame.shown_at("inbox.deliveries", DELIVERIES)


@bp.get("/deliveries")
def deliveries(session: Session, actor: Actor) -> ResponseReturnValue:
    """What was sent, the latest first, with the reason of what could not be."""
    found = list_frame.framed(session, actor, DELIVERIES)
    settings = service().installation.settings
    return render_template(
        "office/deliveries.html", found=found, words=DELIVERY_WORDS, channels=CHANNEL_WORDS, settings=settings
    )
