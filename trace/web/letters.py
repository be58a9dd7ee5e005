"""The words of the letters: what is mailed of the inbox, and the code that confirms an address."""

from sqlalchemy.orm import Session

from ..accounts.mail import code_of
from ..errors import N_, Message
from ..installation.installation import Installation
from ..jobs import postman
from ..models import Delivery, Event, MailAddress, Notification
from ..notices.mailing import Letter
from ..notices.subjects import Subject, subjects_of
from .language import say
from .noticewords import sentence
from .speaking import spoken

_NOTICE = N_(
    "%(said)s。\n\n详情请登录后查看：\n%(page)s\n\n这封信由“一品一码”自动发出，请不要回复。不想再收，请在这里关闭：\n%(off)s\n"
)
_CODE = N_(
    "您的验证码是：%(code)s\n\n请在 24 小时内登录后填到这里：\n%(page)s\n\n如果不是您本人填写的这个邮箱，不用理会这封信，不会再给您发。\n"
)


def letter(session: Session, installation: Installation, wanted: Delivery) -> Letter | None:
    """The letter of a delivery; None when it is no longer wanted: the address was removed or is not to be mailed to, the
    line was read meanwhile, or the account disabled."""
    to = session.get(MailAddress, wanted.account_id)
    if to is None or wanted.account.disabled_at is not None:
        return None
    with spoken(to.language):
        if wanted.notification is None:
            return _code(installation, wanted, to)
        is_wanted = to.confirmed_at and to.since and not wanted.notification.read_at
        return _notice(session, installation, wanted, wanted.notification, to.address) if is_wanted else None


def _code(installation: Installation, wanted: Delivery, to: MailAddress) -> Letter | None:
    if to.confirmed_at is not None:
        return None
    code = code_of(installation.secrets.session, to)
    page = f"{installation.settings.base_url}inbox/mail"
    text = say(Message(_CODE, {"code": code, "page": page}))
    return Letter(to.address, say(N_("一品一码：确认您的邮箱")), text, _mark(wanted))


def _notice(session: Session, installation: Installation, wanted: Delivery, line: Notification, to: str) -> Letter:
    subjects = subjects_of(session, [line.event])
    key = (line.event.object_kind, line.event.object_id)
    said = say(sentence(line.event, _discreet(line.event, subjects.get(key))))
    base = installation.settings.base_url
    text = say(Message(_NOTICE, {"said": said, "page": f"{base}inbox/#n{line.id}", "off": f"{base}inbox/mail"}))
    return Letter(to, say(Message(N_("一品一码：%(said)s"), {"said": said})), text, _mark(wanted))


def _discreet(event: Event, subject: Subject | None) -> Subject | None:
    """A producer may be a person, whose name does not leave the service by mail; what it is about is seen after signing in."""
    return Subject(str(event.object_id)) if event.object_kind == "producers" else subject


def _mark(wanted: Delivery) -> str:
    return f"yipin.{wanted.id}.{wanted.created_at:%Y%m%d%H%M%S}"


postman.write_with(letter)
