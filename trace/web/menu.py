"""The main menu of each role: endpoints and their words, in the order shown. A person sees of it, and of every other way that a
page offers, what the table of rights allows."""

from flask import Flask

from ..access.actor import Actor
from ..errors import N_
from ..models import Role
from .caller import who
from .rights import RULES

MENU: dict[Role, list[tuple[str, str]]] = {
    Role.PRODUCER: [
        ("producer.home", N_("首页")),
        ("producer.farm_home", N_("生产记录")),
        ("producer.batches", N_("批次")),
        ("producer.commitments", N_("合格证")),
        ("producer.brands", N_("品牌")),
        ("producer.incoming", N_("收货")),
        ("producer.plots", N_("地块")),
        ("producer.credit", N_("信用记录")),
        ("producer.certificates", N_("证书")),
        ("producer.insurance", N_("保险")),
        ("producer.paper", N_("标签纸和打印机")),
        ("producer.people", N_("人员")),
        ("jobs.jobs", N_("后台任务")),
    ],
    Role.OFFICER: [
        ("bureau.home", N_("首页")),
        ("bureau.producers", N_("主体审核")),
        ("bureau.products", N_("产品审核")),
        ("bureau.batches", N_("批次")),
        ("bureau.farm_cases", N_("判定检测")),
        ("bureau.recalls", N_("追溯召回")),
        ("bureau.commitments", N_("合格证")),
        ("bureau.complaints", N_("投诉举报")),
        ("bureau.certificates", N_("证书")),
        ("bureau.brands", N_("品牌")),
        ("bureau.insurance", N_("保险")),
        ("bureau.claim_notices", N_("报案")),
        ("bureau.pilot", N_("保险试点")),
        ("bureau.bureau_progress", N_("指标进度")),
        ("bureau.events", N_("日志")),
        ("jobs.jobs", N_("后台任务")),
    ],
    Role.INSURER: [
        ("bureau.insurance", N_("保险")),
        ("bureau.claim_notices", N_("报案")),
        ("jobs.jobs", N_("后台任务")),
    ],
    Role.ADMINISTRATOR: [("bureau.accounts", N_("账号")), ("bureau.events", N_("日志")), ("jobs.jobs", N_("后台任务"))],
}


AT_HAND, SHORT = 3, 6  # a phone shows the first 3 words of a long menu; a menu of up to 6 is shown whole


def init_app(app: Flask) -> None:
    """Give templates the menu, and the question whether a way may be offered."""
    app.jinja_env.globals.update(menu_of=lambda: menu_of(who()), may=may, AT_HAND=AT_HAND, SHORT=SHORT)


def menu_of(actor: Actor) -> list[tuple[str, str]]:
    """The menu of one person."""
    mine = MENU[actor.role] if actor.role else []
    return [(endpoint, word) for endpoint, word in mine if RULES[endpoint, "GET"].lets(actor)]


def home_of(actor: Actor) -> str:
    """Where a person starts: the first of the menu."""
    return menu_of(actor)[0][0]


def may(endpoint: str, method: str = "GET") -> bool:
    """Whether the person who looks may call this."""
    return RULES[endpoint, method].lets(who())
