"""The accounts, as the administrator sees them."""

from enum import StrEnum

import sqlalchemy as sa

from ..access.actor import Actor
from ..access.matching import any_of, named, written
from ..access.visibility import visible
from ..errors import N_
from ..listing.listof import Choice, Column, Days, ListOf
from ..models import Access, AccessNote, Account, Role


class Use(StrEnum):
    """Whether an account may be used."""

    OPEN = "open"
    DISABLED = "disabled"


def _in_use(use: Use, actor: Actor) -> sa.ColumnElement[bool]:
    return Account.disabled_at.is_(None) if use is Use.OPEN else Account.disabled_at.is_not(None)


ACCOUNTS = ListOf(
    "accounts",
    lambda actor: visible(actor, Account),
    Account.id,
    (
        Column("login", N_("登录名"), (Account.login_normal,)),
        Column("name", N_("姓名"), (Account.name,)),
        Column("role", N_("角色"), (Account.role,)),
        Column("county", N_("范围"), (Account.county,)),
        Column("opened", N_("开通时间"), (Account.created_at,), newest=True),
        Column("state", N_("状态"), (Account.disabled_at,)),
    ),
    "opened",
    any_of(named(Account.login_normal), written(Account.name)),
    N_("登录名、姓名"),
    N_("还没有账号。"),
    choices=(
        Choice("state", N_("状态"), Use, _in_use),
        Choice("role", N_("角色"), Role, lambda role, actor: Account.role == role),
    ),
    county=Account.county,
    days=Days(N_("开通时间"), Account.created_at, is_moment=True),
)


ACCESS = ListOf(
    "access_log",
    lambda actor: visible(actor, AccessNote).outerjoin(AccessNote.account),
    AccessNote.id,
    (
        Column("at", N_("时间"), (AccessNote.at,), newest=True),
        Column("kind", N_("发生了什么"), (AccessNote.kind,)),
        Column("login", N_("登录名"), (Account.login_normal,)),
        Column("browser", N_("设备"), (AccessNote.browser,)),
        Column("network", N_("网络"), (AccessNote.network,)),
        Column("last", N_("最后一次"), (AccessNote.last_at,), newest=True),
    ),
    "-at",
    any_of(named(Account.login_normal), written(AccessNote.network)),
    N_("登录名、网络"),
    N_("还没有记录。"),
    choices=(Choice("kind", N_("发生了什么"), Access, lambda kind, actor: AccessNote.kind == kind),),
    days=Days(N_("时间"), AccessNote.at, is_moment=True),
)
