"""The e-mail address of an account: set, confirmed by a code that is mailed to it, removed.

The code is not kept. It is computed from the address and the moment at which it was asked for, with a secret of the
installation, when the letter is written and when it is typed.
"""

import base64
import hashlib
import hmac
import re
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..audit import log
from ..errors import N_, Conflict, Invalid
from ..models import Account, Action, Channel, Delivery, MailAddress
from .signin import wide_to_narrow

LASTS = timedelta(days=1)
MOST_TRIES = 5
MOST_LETTERS = 5  # codes that an account may have mailed in a day: a stranger's address is not flooded
ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}")


def address_of(session: Session, actor: Actor) -> MailAddress | None:
    """The address of the actor's own account, confirmed or not."""
    return session.get(MailAddress, actor.account_id) if actor.account_id else None


def ask(session: Session, actor: Actor, address: str, language: str) -> MailAddress:
    """Take an address and have a code mailed to it. `language`: in which its letters are written. One that was confirmed
    before gives way. Raises Invalid("address"), and Conflict when too many codes were asked for today."""
    typed = wide_to_narrow(address).strip()
    if not ADDRESS.fullmatch(typed) or len(typed) > 254:
        raise Invalid("address", N_("邮箱地址不对；应像 name@example.cn"))
    _refuse_flood(session, actor)
    row = address_of(session, actor)
    if row is None:
        row = MailAddress(account_id=actor.account_id)
        session.add(row)
    row.address, row.language, row.asked_at = typed, language, actor.at.replace(microsecond=0)
    row.tries, row.confirmed_at, row.since = 0, None, None
    session.add(Delivery(account_id=actor.account_id, channel=Channel.MAIL, due_at=actor.at, created_at=actor.at))
    return row


def _refuse_flood(session: Session, actor: Actor) -> None:
    codes = sa.select(sa.func.count()).where(Delivery.account_id == actor.account_id)
    today = codes.where(Delivery.notification_id.is_(None), Delivery.created_at > actor.at - timedelta(days=1))
    if (session.scalar(today) or 0) >= MOST_LETTERS:
        raise Conflict(N_("今天已经发了 %(n)s 次验证码；请明天再试，或先查看垃圾邮件"), n=MOST_LETTERS)


def code_of(secret: bytes, row: MailAddress) -> str:
    """The code that confirms an address, eight letters: 40 bits, of which five may be tried."""
    told = f"mail {row.account_id} {row.address} {row.asked_at:%Y-%m-%dT%H:%M:%S}"
    return base64.b32encode(hmac.new(secret, told.encode(), hashlib.sha256).digest())[:8].decode()


def confirm(session: Session, actor: Actor, secret: bytes, code: str) -> bool:
    """Confirm the address by its code; from now on what the account is told is mailed too. False for a wrong code, which
    counts. Raises Conflict when no code waits, or it is too old or was tried too often."""
    row = session.get(MailAddress, actor.account_id, with_for_update=True)
    if row is None or row.confirmed_at is not None:
        raise Conflict(N_("没有待确认的邮箱；请先填写邮箱地址"))
    if row.asked_at < actor.at - LASTS or row.tries >= MOST_TRIES:
        raise Conflict(N_("验证码已过期，或输错太多次；请重新发一次"))
    typed = "".join(wide_to_narrow(code).split()).upper()
    if not hmac.compare_digest(typed.encode(), code_of(secret, row).encode()):
        row.tries += 1
        return False
    row.confirmed_at = row.since = actor.at
    _tell(session, actor, Action.ACCOUNT_MAIL)
    return True


def mail_at_once(session: Session, actor: Actor, wanted: bool) -> None:
    """Whether what the account is told is mailed at once. Raises Conflict without a confirmed address."""
    row = address_of(session, actor)
    if row is None or row.confirmed_at is None:
        raise Conflict(N_("请先确认邮箱"))
    row.since = actor.at if wanted else None


def remove(session: Session, actor: Actor) -> None:
    """Forget the address. What still waits to be mailed is dropped when its turn comes."""
    if row := address_of(session, actor):
        session.delete(row)
        _tell(session, actor, Action.ACCOUNT_MAIL_OFF)


def _tell(session: Session, actor: Actor, action: Action) -> None:
    log.record(session, actor, action, session.get_one(Account, actor.account_id))
