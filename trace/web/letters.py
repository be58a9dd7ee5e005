"""The words of what leaves the service: what is sent of the inbox, and the code that confirms an address."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from ..accounts.addresses import Address, code_of
from ..accounts.addresses import at as address_at
from ..errors import N_, Message
from ..installation.installation import Installation
from ..jobs import postman
from ..models import Channel, Delivery, Event, Notification, PhoneNumber, WebHook
from ..notices.mailing import Letter
from ..notices.subjects import Subject, subjects_of
from ..notices.webhook import Post
from .language import say
from .noticewords import sentence
from .speaking import spoken

_NOTICE = N_(
    "%(said)s。\n\n详情请登录后查看：\n%(page)s\n\n这封信由“一品一码”自动发出，请不要回复。不想再收，请在这里关闭：\n%(off)s\n"
)
_CODE = N_(
    "您的验证码是：%(code)s\n\n请在 24 小时内登录后填到这里：\n%(page)s\n\n如果不是您本人填写的这个邮箱，不用理会这封信，不会再给您发。\n"
)


_CODE_TEXT = N_("一品一码：您的验证码是 %(code)s，24 小时内有效。不是您本人操作，请不用理会。")


def written(session: Session, installation: Installation, wanted: Delivery) -> Letter | Post | None:
    """What a delivery sends; None when it is no longer wanted: the address was removed or nothing is to be sent there, the
    line was read meanwhile, or the account disabled."""
    if wanted.account.disabled_at is not None:
        return None
    if wanted.channel is Channel.HOOK:
        return _hooked(session, installation, wanted)
    to = address_at(session, wanted.channel, wanted.account_id)
    if to is None:
        return None
    with spoken(to.language):
        if wanted.notification is None:
            return _code(installation, wanted, to)
        is_wanted = to.confirmed_at and to.since and not wanted.notification.read_at
        return _notice(session, installation, wanted, wanted.notification, to) if is_wanted else None


def _code(installation: Installation, wanted: Delivery, to: Address) -> Letter | Post | None:
    if to.confirmed_at is not None:
        return None
    code = code_of(installation.secrets.session, to)
    if isinstance(to, PhoneNumber):
        return _text(installation, wanted, to, "code", say(Message(_CODE_TEXT, {"code": code})), "inbox/phone")
    page = f"{installation.settings.base_url}inbox/mail"
    text = say(Message(_CODE, {"code": code, "page": page}))
    return Letter(to.address, say(N_("一品一码：确认您的邮箱")), text, _mark(wanted))


def _notice(
    session: Session, installation: Installation, wanted: Delivery, line: Notification, to: Address
) -> Letter | Post | None:
    said = _said(session, line)
    if isinstance(to, PhoneNumber):
        return _text(installation, wanted, to, "notice", said, f"inbox/#n{line.id}")
    base = installation.settings.base_url
    text = say(Message(_NOTICE, {"said": said, "page": f"{base}inbox/#n{line.id}", "off": f"{base}inbox/mail"}))
    return Letter(to.address, say(Message(N_("一品一码：%(said)s"), {"said": said})), text, _mark(wanted))


def _said(session: Session, line: Notification) -> str:
    subjects = subjects_of(session, [line.event])
    key = (line.event.object_kind, line.event.object_id)
    return say(sentence(line.event, _discreet(line.event, subjects.get(key))))


def _text(
    installation: Installation, wanted: Delivery, to: PhoneNumber, kind: str, text: str, page: str
) -> Post | None:
    """A text message, posted to the bureau's gateway."""
    gateway = installation.settings.gateway
    if gateway is None:
        return None
    address = f"{installation.settings.base_url}{page}"
    data = {"to": to.address, "text": text, "page": address, "language": to.language}
    return Post(gateway.url, gateway.secret, _mark(wanted), _body(wanted, f"message.{kind}", data), private=True)


def _hooked(session: Session, installation: Installation, wanted: Delivery) -> Post | None:
    hook, line = session.get(WebHook, wanted.account_id), wanted.notification
    if hook is None or (line is not None and (hook.since is None or line.read_at is not None)):
        return None
    base = installation.settings.base_url
    data: dict[str, object]
    with spoken(hook.language):
        if line is None:
            kind, data = "test", {"text": say(N_("这是一次测试推送")), "page": f"{base}inbox/hook"}
        else:
            about = {"kind": line.event.object_kind, "id": line.event.object_id}
            page, at = f"{base}inbox/#n{line.id}", line.event.at.isoformat()
            kind, data = str(line.event.action), {"text": _said(session, line), "page": page, "at": at, "about": about}
    secret, private = installation.secrets.open_hook(hook.sealed), installation.settings.private_hooks
    return Post(hook.url, secret, _mark(wanted), _body(wanted, kind, data), private)


def _body(wanted: Delivery, kind: str, data: Mapping[str, object]) -> dict[str, object]:
    """As the Standard Webhooks lay it out; the same however often it is sent."""
    return {"type": kind, "timestamp": wanted.created_at.isoformat(), "data": data}


def _discreet(event: Event, subject: Subject | None) -> Subject | None:
    """A producer may be a person, whose name does not leave the service by mail; what it is about is seen after signing in."""
    return Subject(str(event.object_id)) if event.object_kind == "producers" else subject


def _mark(wanted: Delivery) -> str:
    return f"yipin.{wanted.id}.{wanted.created_at:%Y%m%d%H%M%S}"


postman.write_with(written)
