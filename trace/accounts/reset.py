"""A forgotten password: somebody who knows the person hands over a code on paper, with which a new one is set.

The county's officer does this for the owners of the county's producers, an owner for the other people of the producer
(`people`), the administrator for everyone. Nobody but the person ever knows the new password. The code is good for one time
and for a week; only its hash is kept.
"""

import hmac
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..audit import log
from ..db import Database, lock
from ..errors import N_, Conflict, Invalid
from ..models import Account, Action, Position, Producer
from . import links, onetime, signin

LASTS = timedelta(days=7)
LENGTH = 12  # 30^12 codes: 58 bits


def allow(session: Session, actor: Actor, account: Account) -> str:
    """Make the code of an account, in groups of four: ABCD-EFGH-JKMN. A code that was made before is good no longer.

    The old password stays good. Raises Conflict for an account that was disabled.
    """
    lock(session, account)
    if account.disabled_at is not None:
        raise Conflict(N_("这个账号已经停用，先恢复再发一次性密码"))
    code = onetime.fresh(LENGTH)
    account.reset_mark, account.reset_until = onetime.mark_of(code), actor.at + LASTS
    log.record(session, actor, Action.ACCOUNT_RESET, account)
    return code


def allow_for(session: Session, actor: Actor, producer: Producer, ref: str) -> tuple[Account, str]:
    """As `allow`, for one of the owners of a producer; `ref` is the account's row number, as typed.

    Raises Invalid("account") when the producer has no such account, and Conflict as `allow` and for one who is not an owner.
    """
    account = next((each for each in links.accounts_of(session, producer) if str(each.id) == ref), None)
    if account is None:
        raise Invalid("account", N_("这个主体没有这个账号"))
    if account.position is not Position.OWNER:
        raise Conflict(N_("办事员和记录员忘了密码，由主体的负责人发一次性密码"))
    return account, allow(session, actor, account)


def set_by_code(db: Database, session: Session, login: str, code: str, password: str, now: datetime) -> Account:
    """Set a new password with a code. Every session of the account ends, and the code is used up.

    `session` is asked for nothing before the password is hashed, so nobody waits for that.
    Raises Invalid: a code that is wrong, too old or used (the same words for an account that is not there), and a
    password that is too easy.
    """
    with db.transaction(writes=False) as reading:
        account = _whose(reading, login, code, now)
    hashed = signin.hashed(account.login, password)
    row = session.get_one(Account, account.id)
    lock(session, row)
    if not _is_good(row, code, now):  # used, or replaced by another one, meanwhile
        raise _refused()
    signin.change(session, Actor.of(row, now), row, hashed)
    return row


def _whose(session: Session, login: str, code: str, now: datetime) -> Account:
    account = session.scalar(sa.select(Account).where(Account.login == signin.login_name(login)))
    if account is None or not _is_good(account, code, now):
        raise _refused()
    return account


def _is_good(account: Account, code: str, now: datetime) -> bool:
    if account.disabled_at or not account.reset_mark or not account.reset_until or account.reset_until < now:
        return False
    return hmac.compare_digest(account.reset_mark, onetime.mark_of(code))


def _refused() -> Invalid:
    return Invalid(
        "code", N_("登录名或一次性密码不对，或者一次性密码已经用过、过了期。请再核对，或请发给您的人再发一个")
    )
