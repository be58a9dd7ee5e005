"""The addresses to which an account has its notices sent, e-mail and telephone: set, confirmed by a code that is sent there, removed.

The code is not kept. It is computed from the address and the moment at which it was asked for, with a secret of the
installation, when it is sent and when it is typed.
"""

import base64
import hashlib
import hmac
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..audit import log
from ..errors import N_, Conflict, Invalid
from ..models import Account, Action, Channel, Delivery, MailAddress, PhoneNumber
from .signin import wide_to_narrow

LASTS = timedelta(days=1)
MOST_TRIES = 5
MOST_CODES = 5  # codes that an account may have sent in a day: a stranger's address is not flooded
ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}")
MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
Address = MailAddress | PhoneNumber


def _mail_address(typed: str) -> str:
    address = wide_to_narrow(typed).strip()
    if not ADDRESS.fullmatch(address) or len(address) > 254:
        raise Invalid("address", N_("邮箱地址不对；应像 name@example.cn"))
    return address


def _mobile(typed: str) -> str:
    number = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", typed)).removeprefix("+86")
    if not MOBILE.fullmatch(number):
        raise Invalid("address", N_("手机号不对；应是 11 位，1 开头"))
    return number


@dataclass(frozen=True)
class Way:
    """One of the channels that send a code first: where its addresses stand, how one is read, and what the log calls it."""

    channel: Channel
    table: type[MailAddress] | type[PhoneNumber]
    read: Callable[[str], str]
    on: Action
    off: Action


MAIL = Way(Channel.MAIL, MailAddress, _mail_address, Action.ACCOUNT_MAIL, Action.ACCOUNT_MAIL_OFF)
PHONE = Way(Channel.PHONE, PhoneNumber, _mobile, Action.ACCOUNT_PHONE, Action.ACCOUNT_PHONE_OFF)


def address_of(session: Session, actor: Actor, way: Way = MAIL) -> Address | None:
    """The address of the actor's own account, confirmed or not."""
    return at(session, way.channel, actor.account_id) if actor.account_id else None


def at(session: Session, channel: Channel, account_id: int, alone: bool = False) -> Address | None:
    """The address of an account by a channel; `alone`: nobody else changes it meanwhile."""
    kind = MailAddress if channel is Channel.MAIL else PhoneNumber
    found = session.get(kind, account_id, with_for_update=True if alone else None)
    return found if isinstance(found, MailAddress | PhoneNumber) else None


def ask(session: Session, actor: Actor, address: str, language: str, way: Way = MAIL) -> Address:
    """Take an address and have a code sent to it. `language`: of what is sent there. One that was confirmed before gives way.
    Raises Invalid("address"), and Conflict when too many codes were asked for today."""
    typed = way.read(address)
    _refuse_flood(session, actor, way)
    row = address_of(session, actor, way)
    if row is None:
        row = way.table(account_id=actor.account_id)
        session.add(row)
    row.address, row.language, row.asked_at = typed, language, actor.at.replace(microsecond=0)
    row.tries, row.confirmed_at, row.since = 0, None, None
    session.add(Delivery(account_id=actor.account_id, channel=way.channel, due_at=actor.at, created_at=actor.at))
    return row


def _refuse_flood(session: Session, actor: Actor, way: Way) -> None:
    codes = sa.select(sa.func.count()).where(Delivery.account_id == actor.account_id, Delivery.channel == way.channel)
    today = codes.where(Delivery.notification_id.is_(None), Delivery.created_at > actor.at - timedelta(days=1))
    if (session.scalar(today) or 0) >= MOST_CODES:
        raise Conflict(N_("今天已经发了 %(n)s 次验证码；请明天再试，或先找找收到的"), n=MOST_CODES)


def code_of(secret: bytes, row: Address) -> str:
    """The code that confirms an address, eight letters: 40 bits, of which five may be tried."""
    kind = "mail" if isinstance(row, MailAddress) else "phone"
    told = f"{kind} {row.account_id} {row.address} {row.asked_at:%Y-%m-%dT%H:%M:%S}"
    return base64.b32encode(hmac.new(secret, told.encode(), hashlib.sha256).digest())[:8].decode()


def confirm(session: Session, actor: Actor, secret: bytes, code: str, way: Way = MAIL) -> bool:
    """Confirm the address by its code; from now on what the account is told is sent there too. False for a wrong code, which
    counts. Raises Conflict when no code waits, or it is too old or was tried too often."""
    row = at(session, way.channel, actor.account_id, alone=True) if actor.account_id else None
    if row is None or row.confirmed_at is not None:
        raise Conflict(N_("没有待确认的地址；请先填写"))
    if row.asked_at < actor.at - LASTS or row.tries >= MOST_TRIES:
        raise Conflict(N_("验证码已过期，或输错太多次；请重新发一次"))
    typed = "".join(wide_to_narrow(code).split()).upper()
    if not hmac.compare_digest(typed.encode(), code_of(secret, row).encode()):
        row.tries += 1
        return False
    row.confirmed_at = row.since = actor.at
    _tell(session, actor, way.on)
    return True


def send_at_once(session: Session, actor: Actor, wanted: bool, way: Way = MAIL) -> None:
    """Whether what the account is told is sent at once. Raises Conflict without a confirmed address."""
    row = address_of(session, actor, way)
    if row is None or row.confirmed_at is None:
        raise Conflict(N_("请先用验证码确认"))
    row.since = actor.at if wanted else None


def remove(session: Session, actor: Actor, way: Way = MAIL) -> None:
    """Forget the address. What still waits to be sent is dropped when its turn comes."""
    if row := address_of(session, actor, way):
        session.delete(row)
        _tell(session, actor, way.off)


def _tell(session: Session, actor: Actor, action: Action) -> None:
    log.record(session, actor, action, session.get_one(Account, actor.account_id))
