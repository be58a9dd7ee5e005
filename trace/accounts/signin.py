"""Signing in, passwords, and how accounts are made and ended.

An unknown login and a wrong password get the same answer after the same work. How often a password may be tried is said
in `throttle`.
"""

import contextlib
import os
import re
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TypeVar

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError
from sqlalchemy.orm import Session

from .. import fields
from ..access.actor import Actor
from ..audit import log
from ..db import Database
from ..db.watch import slow
from ..errors import N_, Busy, Conflict, Invalid, NotFound
from ..insurance import insurers
from ..models import Account, Action, LoginFailure, Position, Role
from ..names import is_unseen, normal_form
from ..policy.policy import Policy
from . import throttle
from .throttle import Client

T = TypeVar("T")
HASHER = PasswordHasher()  # argon2id, 64 MiB
AT_ONCE = max(1, (os.cpu_count() or 1) // 2)  # hashes of one process at the same time: memory, and processors for scans
BUSY = N_("现在登录、改密码的人太多，这一次没有办成。请过几秒再试一次。")
LONGEST_QUEUE = 5  # seconds that a hash waits for its turn
# The hash of a password that nobody has, with HASHER's parameters. It is written here, because to make it takes time.
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$v71xiuhXYUBGXoaOfjSh7Q$mfriiwzRzvBUS0HJk2XjUds5bWxtwB39+pj34msrzjI"


def sign_in(
    db: Database, session: Session, login: str, password: str, client: Client, key: bytes, now: datetime
) -> Account | None:
    """The account, or None when login or password is wrong. A failure is counted, so commit in either case.

    `session` writes. It is asked for nothing before the password has been compared, so nobody waits for that.
    `key` keys the hashes under which attempts are counted. Raises as `throttle.admit` and, when too many passwords are
    being compared, as `_in_turn`.
    """
    # PostgreSQL refuses a NUL in a query, and every database refuses half a character.
    login = login_name(login)
    with db.transaction(writes=False) as reading:
        account = reading.scalar(sa.select(Account).where(Account.login == login))
    tried = throttle.admit(db, login, account, client, key, now)
    good = _matches(account.password_hash if account else _NOBODY, password)
    if account and good and account.disabled_at is None:
        _forgive(db, session, tried.marks[tried.limits[0].name])
        return account
    tried.failed(session, now)
    return None


def _forgive(db: Database, session: Session, mark: str) -> None:
    """Forget the slips before a success. Without any, nothing is written."""
    with db.transaction(writes=False) as reading:
        if reading.get(LoginFailure, mark) is None:
            return
    session.execute(sa.delete(LoginFailure).where(LoginFailure.mark == mark))


def _in_turn(work: Callable[[], T]) -> T:
    """Do slow work when a hasher is free. Raises Busy when too much is waiting. Work that has begun is done to its end, however
    slow the machine is."""
    waiting = _HASHERS.submit(work)
    try:
        return waiting.result(LONGEST_QUEUE)
    except TimeoutError:
        if waiting.cancel():
            raise Busy(BUSY) from None
        return waiting.result()


def _behind() -> None:
    """Let pages and scans go before this thread and the threads that it starts."""
    with contextlib.suppress(OSError):
        os.setpriority(
            os.PRIO_PROCESS, 0, min(19, os.getpriority(os.PRIO_PROCESS, 0) + 5)
        )  # on Linux: of this thread alone


_HASHERS = ThreadPoolExecutor(AT_ONCE, "hash", initializer=_behind)


@slow
def _matches(password_hash: str, password: str) -> bool:
    try:
        return _in_turn(lambda: HASHER.verify(password_hash, _bytes(password[:1024])))
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False


def add_account(
    session: Session,
    actor: Actor,
    policy: Policy,
    *,
    login: str,
    name: str,
    role: str,
    password: str,
    county: str = "",
    insurer: str = "",
    position: str = Position.OWNER,
) -> Account:
    """Make an account. `county` limits an officer to one county; empty is the whole city. `insurer` is the company
    that an insurer's account acts for; empty is a company of the account's own name.
    `position` is a grower's: whoever registers alone owns what is registered.

    Raises Invalid: login taken or malformed, password too weak, unknown role or county, or a county or insurer that
    the role does not have.
    """
    kind = fields.choice("role", Role, role)
    with fields.Together() as read:
        person = read(fields.name, "name", name, most=40)
        login = read(_login, login)
        # before anything is asked of the database: a hash takes long
        hashed_password = read(hashed, login or "", password)
    _refuse_taken(session, login)
    refuse_foreign(kind, county, insurer)
    company = insurers.company(session, actor, insurer.strip() or person) if kind is Role.INSURER else None
    account = Account(
        login=login,
        name=person,
        role=kind,
        county=policy.county(county) if county else None,
        insurer_id=company.id if company else None,
        position=fields.choice("position", Position, position) if kind is Role.PRODUCER else None,
        password_hash=hashed_password,
        created_at=actor.at,
    )
    session.add(account)
    log.record(session, actor, Action.ACCOUNT_ADD, account, role=kind, county=county or None)
    return account


def refuse_foreign(kind: Role, county: str, insurer: str) -> None:
    """Only officers have a county, and only insurers' accounts have a company. Raises Invalid for others."""
    if county and kind is not Role.OFFICER:
        raise Invalid("county", N_("只有监管账号有县市区范围"))
    if insurer.strip() and kind is not Role.INSURER:
        raise Invalid("insurer", N_("只有保险机构的账号要填保险机构"))


def login_name(typed: str) -> str:
    """A log-in name as the record has it, in whatever width and case it was typed. PostgreSQL refuses a NUL in a query, and
    every database half a character."""
    return wide_to_narrow(typed).strip().lower()[:64]


def wide_to_narrow(typed: str) -> str:
    """What was typed, in whatever width, without what cannot be seen."""
    text = unicodedata.normalize("NFKC", typed.encode("utf-8", "ignore").decode())
    return "".join(each for each in text if each != "\0" and not is_unseen(each))


def _refuse_taken(session: Session, login: str) -> None:
    """A log-in name that the eye does not tell from another one is taken: l and 1, o and 0."""
    alike = sa.select(Account.login).where(Account.login_normal == normal_form(login))
    taken = session.scalars(alike).all()
    if login in taken:
        raise Invalid("login", N_("登录名“%(login)s”已经有人用了，请换一个"), login=login)
    if taken:
        raise Invalid("login", N_("登录名“%(login)s”看上去和别人的一样（如 l 和 1、o 和 0），请换一个"), login=login)


def _login(typed: str) -> str:
    login = unicodedata.normalize("NFKC", typed).strip().lower()
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{2,39}", login, re.ASCII):
        raise Invalid("login", N_("登录名用 3 到 40 个小写字母、数字、点、横线，以字母或数字开头"))
    return login


@slow
def hashed(login: str, password: str) -> str:
    """The hash of a new password: 10 to 1,024 characters, not the login itself, more than four different characters.

    Raises Invalid("password") for another one, and Busy when too many are being hashed.
    """
    if not 10 <= len(password) <= 1024:
        raise Invalid("password", N_("密码要 10 个字符以上；可以用一句话"))
    if login in password.lower() or len(set(password)) < 5:
        raise Invalid("password", N_("密码太容易猜：不要含登录名，不要只用几个字符"))
    return _in_turn(lambda: HASHER.hash(_bytes(password)))


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")  # a terminal may hand over bytes that are no UTF-8


def set_password(session: Session, actor: Actor, account: Account, password: str) -> None:
    """Change a password. Every session of the account ends."""
    change(session, actor, account, hashed(account.login, password))


def change(session: Session, actor: Actor, account: Account, new: str) -> None:
    """Keep a new password's hash (`hashed`). Every session of the account ends, and a code of `reset` is good no longer."""
    account.password_hash, account.reset_mark, account.reset_until = new, None, None
    account.epoch += 1
    log.record(session, actor, Action.ACCOUNT_PASSWORD, account)


def change_own_password(session: Session, actor: Actor, account: Account, old: str, new: str) -> Account:
    """As `set_password`, by the account's own person. `account` may be of another session: passwords are compared and
    hashed before `session` is asked for anything. Raises Invalid for a wrong old password or an easy new one.
    """
    if not _matches(account.password_hash, old):
        raise Invalid("old", N_("原密码不对"))
    new_hash = hashed(account.login, new)
    row = session.get_one(Account, account.id, with_for_update=True)
    if row.password_hash != account.password_hash:  # changed since it was read
        raise Invalid("old", N_("原密码不对"))
    change(session, actor, row, new_hash)
    return row


def disable(session: Session, actor: Actor, account: Account) -> None:
    """End an account. Its sessions end at once, and so does a code of `reset`; its history stays.

    Raises Conflict when it has ended already, or when it is the actor's own.
    """
    if account.disabled_at is not None:
        raise Conflict(N_("这个账号已经停用"))
    if account.id == actor.account_id:
        raise Conflict(N_("不能停用自己正在用的账号"))
    end(account, actor.at)
    log.record(session, actor, Action.ACCOUNT_DISABLE, account)


def end(account: Account, at: datetime) -> None:
    """From now on nobody signs in as this account, and whoever has is out with the next page."""
    account.disabled_at, account.reset_mark, account.reset_until = at, None, None
    account.epoch += 1


def account_called(session: Session, login: str) -> Account:
    """The account with this login name. Raises NotFound when there is none."""
    account = session.scalar(sa.select(Account).where(Account.login == login_name(login)))
    if account is None:
        raise NotFound(N_("没有登录名为“%(login)s”的账号"), login=login[:64])
    return account
