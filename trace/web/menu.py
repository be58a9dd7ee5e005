"""The main menu of each role, in groups that one can take in at a glance: endpoints and their words, in the order shown. A
person sees of it, and of every other way that a page offers, what the table of rights allows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flask import Flask, url_for
from flask_login import current_user

from ..access.actor import Actor, missing_step
from ..errors import N_, Message
from ..models import Role
from .caller import who
from .rights import RULES

MOST = 7  # words in the bar, and in each of its groups


@dataclass(frozen=True, slots=True)
class Entry:
    """A page, by its endpoint."""

    endpoint: str
    word: str


@dataclass(frozen=True, slots=True)
class Group:
    """Pages of one subject, folded under its word."""

    word: str
    entries: tuple[Entry, ...]


MENU: dict[Role, tuple[Entry | Group, ...]] = {
    Role.PRODUCER: (
        Entry("producer.home", N_("首页")),
        Entry("producer.farm_home", N_("生产记录")),
        Entry("producer.batches", N_("批次")),
        Entry("producer.incoming", N_("收货")),
        Group(
            N_("凭证"),
            (
                Entry("producer.commitments", N_("合格证")),
                Entry("producer.certificates", N_("证书")),
                Entry("producer.insurance", N_("保险")),
                Entry("producer.credit", N_("信用记录")),
            ),
        ),
        Group(
            N_("设置"),
            (
                Entry("producer.profile", N_("主体信息")),
                Entry("producer.plots", N_("地块")),
                Entry("producer.partners", N_("客户和供货人")),
                Entry("producer.brands", N_("品牌")),
                Entry("producer.paper", N_("标签纸和打印机")),
                Entry("producer.people", N_("人员")),
                Entry("jobs.jobs", N_("后台任务")),
            ),
        ),
    ),
    Role.OFFICER: (
        Entry("bureau.home", N_("首页")),
        Entry("bureau.batches", N_("批次")),
        Group(
            N_("审核"),
            (
                Entry("bureau.producers", N_("主体审核")),
                Entry("bureau.products", N_("产品审核")),
                Entry("bureau.certificates", N_("证书")),
                Entry("bureau.brands", N_("品牌")),
            ),
        ),
        Group(
            N_("监管"),
            (
                Entry("bureau.farm_cases", N_("判定检测")),
                Entry("bureau.recalls", N_("追溯召回")),
                Entry("bureau.commitments", N_("合格证")),
                Entry("bureau.complaints", N_("投诉举报")),
                Entry("bureau.clone_cases", N_("可能被复制")),
            ),
        ),
        Group(
            N_("保险"),
            (
                Entry("bureau.insurance", N_("保单")),
                Entry("bureau.claim_notices", N_("报案")),
                Entry("bureau.pilot", N_("保险试点")),
            ),
        ),
        Group(
            N_("统计"),
            (
                Entry("bureau.bureau_progress", N_("指标进度")),
                Entry("bureau.events", N_("日志")),
                Entry("bureau.public_log", N_("公开日志")),
                Entry("jobs.jobs", N_("后台任务")),
            ),
        ),
    ),
    Role.INSURER: (
        Entry("bureau.insurance", N_("保险")),
        Entry("bureau.claim_notices", N_("报案")),
        Entry("jobs.jobs", N_("后台任务")),
    ),
    Role.ADMINISTRATOR: (
        Entry("bureau.accounts", N_("账号")),
        Entry("bureau.key_lists", N_("密钥公告")),
        Entry("bureau.networks", N_("网段表")),
        Entry("bureau.events", N_("日志")),
        Entry("bureau.access_log", N_("登录记录")),
        Entry("bureau.public_log", N_("公开日志")),
        Entry("jobs.jobs", N_("后台任务")),
    ),
}
FROM_THE_START = {"producer.home", "producer.profile", "jobs.jobs"}  # of a grower whose record is not approved yet
FIRST_STEP = "producer.profile"  # where a grower does what is missing


def entries(menu: Iterable[Entry | Group]) -> Iterator[Entry]:
    """All pages of a menu."""
    for each in menu:
        yield from each.entries if isinstance(each, Group) else (each,)


def menu_of(actor: Actor) -> tuple[Entry | Group, ...]:
    """The menu of one person: of its role's, what it may call. A group of which nothing is left is not there."""
    whole = MENU[actor.role] if actor.role else ()
    return tuple(each for one in whole if (each := _allowed(one, actor)))


def _allowed(each: Entry | Group, actor: Actor) -> Entry | Group | None:
    if isinstance(each, Group):
        left = tuple(entry for entry in each.entries if _allowed(entry, actor))
        return Group(each.word, left) if left else None
    return each if RULES[each.endpoint, "GET"].lets(actor) else None


def home_of(actor: Actor) -> str:
    """The address of the page on which a person begins: the first of the menu."""
    return url_for(next(entries(menu_of(actor))).endpoint)


def missing() -> Message | None:
    """What the reader must see to before most of its menu can be used; None where nothing is missing."""
    if current_user.account.role is not Role.PRODUCER:
        return None
    step = missing_step(current_user.record)
    return step.message if step else None


def may(endpoint: str, method: str = "GET") -> bool:
    """Whether the person who looks may call this."""
    return RULES[endpoint, method].lets(who())


def init_app(app: Flask) -> None:
    """Give templates the menu, and the question whether a way may be offered."""
    app.jinja_env.globals.update(
        menu_of=lambda: menu_of(who()),
        home_of=lambda: home_of(who()),
        may=may,
        FROM_THE_START=FROM_THE_START,
        FIRST_STEP=FIRST_STEP,
        missing_step=missing,
    )
