"""The main menu of each role: endpoints and their words, in the order shown."""

from flask import Flask

from ..errors import N_
from ..models import Role

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
    """Give templates the menu."""
    app.jinja_env.globals.update(MENU=MENU, AT_HAND=AT_HAND, SHORT=SHORT)
