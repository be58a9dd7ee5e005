"""Lists of people and of what they did: producers, accounts, the log."""

from sqlalchemy.orm import joinedload

from ...accounts.lists import ACCESS, ACCOUNTS
from ...audit.events import EVENTS
from ...errors import N_, Message
from ...imports.tables import KIND_WORDS
from ...models import AccessNote, Event
from ...register import lists
from ...sheets.writer import Kind
from ..export_file import Col, Export
from ..words import ACCESS_WORDS, EVENT_WORDS, NOBODY_WORDS, OBJECT_WORDS, REVIEW_WORDS, ROLE_WORDS
from .parts import county, of_list, word


def _who(row: Event) -> object:
    """Who did it; of the program itself, a word for what part of it."""
    return row.actor_name if row.actor_id else Message(NOBODY_WORDS.get(row.actor_name, row.actor_name))


def _details(row: Event) -> str:
    """What the log keeps of the act beside its reason, as it was kept: the names of the values are the log's own."""
    return "; ".join(f"{name}={_plain(value)}" for name, value in sorted(row.data.items()) if value not in (None, ""))


def _plain(value: object) -> str:
    """A value of the log; of a change, what was and what is."""
    return " → ".join(map(_plain, value)) if isinstance(value, list) else str(value)


EXPORTS: tuple[Export, ...] = (
    Export(
        "producers",
        N_("生产主体"),
        of_list(lists.PRODUCERS),
        lambda policy: (
            Col(N_("名称"), lambda row: row.name, width=28),
            Col(N_("类型"), word(KIND_WORDS, lambda row: row.kind)),
            Col(N_("统一社会信用代码"), lambda row: row.uscc, width=22),
            Col(N_("县市区"), county(policy, lambda row: row.county), width=10),
            Col(N_("乡镇（街道）"), lambda row: row.township),
            Col(N_("状态"), word(REVIEW_WORDS, lambda row: row.state)),
            Col(N_("退回原因"), lambda row: row.return_reason),
            Col(N_("提交"), lambda row: row.submitted_at, Kind.MOMENT),
            Col(N_("审核通过时间"), lambda row: row.approved_at, Kind.MOMENT),
        ),
    ),
    Export(
        "accounts",
        N_("账号"),
        of_list(ACCOUNTS),
        lambda policy: (
            Col(N_("登录名"), lambda row: row.login),
            Col(N_("姓名"), lambda row: row.name),
            Col(N_("角色"), word(ROLE_WORDS, lambda row: row.role)),
            Col(N_("县市区"), county(policy, lambda row: row.county), width=10),
            Col(N_("开通时间"), lambda row: row.created_at, Kind.MOMENT),
            Col(N_("停用时间"), lambda row: row.disabled_at, Kind.MOMENT),
        ),
    ),
    Export(
        "access_log",
        N_("登录记录"),
        of_list(ACCESS, joinedload(AccessNote.account)),
        lambda policy: (
            Col(N_("时间"), lambda row: row.at, Kind.MOMENT),
            Col(N_("发生了什么"), word(ACCESS_WORDS, lambda row: row.kind), width=24),
            Col(N_("几次"), lambda row: row.times, Kind.NUMBER),
            Col(N_("最后一次"), lambda row: row.last_at, Kind.MOMENT),
            Col(N_("登录名"), lambda row: row.account.login if row.account else None),
            Col(N_("设备"), lambda row: row.browser, width=20),
            Col(N_("网络"), lambda row: row.network, width=20),
        ),
    ),
    Export(
        "events",
        N_("日志"),
        of_list(EVENTS),
        lambda policy: (
            Col(N_("编号"), lambda row: row.id, Kind.NUMBER),
            Col(N_("时间"), lambda row: row.at, Kind.MOMENT),
            Col(N_("谁"), _who),
            Col(N_("做了什么"), word(EVENT_WORDS, lambda row: row.action)),
            Col(N_("对象"), lambda row: Message(OBJECT_WORDS.get(row.object_kind, "%(n)s"), {"n": row.object_id})),
            Col(N_("理由"), lambda row: row.reason, width=40),
            Col(N_("详情"), _details, width=60),
        ),
    ),
)
