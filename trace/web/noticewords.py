"""What people are told of each act (消息), in the reader's language: a sentence about the thing, and the page where it is."""

from collections.abc import Callable, Mapping
from datetime import date

from flask import url_for

from ..codes.casenumber import dashed
from ..codes.idnumber import spaced
from ..errors import N_, Message
from ..models import Action, Event, Role
from ..notices.subjects import Subject

_CASES = ("complaints", "claim_notices")
SENTENCES: dict[Action, str] = {
    Action.ACCOUNT_LINK: N_("您的账号“%(what)s”已绑定生产主体"),
    Action.ACCOUNT_CHANGE: N_("管理员更正了您的账号“%(what)s”"),
    Action.ACCOUNT_RESET: N_("有人给您的账号“%(what)s”发了一次性密码；如果您没有要过，请马上改密码并告诉管理员"),
    Action.ACCOUNT_HOOK_GONE: N_("账号“%(what)s”的推送地址说不再接收，已停止推送；要继续，请在推送地址页面打开"),
    Action.ACCOUNT_DEVICE: N_("您的账号“%(what)s”在一台没有用过的设备上登录了；如果不是您，请马上退出那台设备并改密码"),
    Action.PERSON_JOIN: N_("“%(what)s”应邀开通了账号，现在能替主体办事了"),
    Action.PERSON_POSITION: N_("负责人改了您的账号“%(what)s”的岗位"),
    Action.PRODUCER_SUBMIT: N_("主体“%(what)s”提交了登记，待审核"),
    Action.PRODUCER_APPROVE: N_("主体“%(what)s”已审核通过，可以登记产品了"),
    Action.PRODUCER_RETURN: N_("主体“%(what)s”被退回，请改好再交"),
    Action.PRODUCER_CONTACT: N_("主体“%(what)s”更正了联系方式"),
    Action.PRODUCER_IDENTITY: N_("主体“%(what)s”的名称或证件号由监管人员更正"),
    Action.PRODUCT_SUBMIT: N_("产品“%(what)s”提交了登记，待县级审核"),
    Action.PRODUCT_APPROVE_COUNTY: N_("产品“%(what)s”县级已通过，待市级审核"),
    Action.PRODUCT_APPROVE_CITY: N_("产品“%(what)s”已审核通过，有了产品身份证号"),
    Action.PRODUCT_RETURN: N_("产品“%(what)s”被退回，请改好再交"),
    Action.PRODUCT_REGIME: N_("产品“%(what)s”的类别由监管人员更正"),
    Action.PRODUCT_COMMODITY: N_("产品“%(what)s”的品类和原料由监管人员确定"),
    Action.PICTURE_APPROVE_CITY: N_("产品“%(what)s”的照片已审核通过"),
    Action.PICTURE_RETURN: N_("产品“%(what)s”的照片被退回"),
    Action.PRODUCT_BARCODE: N_("产品“%(what)s”的商品条形码由主体更改"),
    Action.PRODUCT_TEXT: N_("产品“%(what)s”的说明有修改，待县级审核"),
    Action.TEXT_APPROVE_COUNTY: N_("产品“%(what)s”的说明县级已通过，待市级审核"),
    Action.TEXT_APPROVE_CITY: N_("产品“%(what)s”的新说明已审核通过，已显示在扫码页上"),
    Action.TEXT_RETURN: N_("产品“%(what)s”的新说明被退回；原来的还在用"),
    Action.BATCH_DOUBT: N_("批次 %(what)s 的数量反常，待核实"),
    Action.BATCH_CONFIRM: N_("批次 %(what)s 的数量已核实，可以赋码了"),
    Action.BATCH_REFUSE: N_("批次 %(what)s 的数量没有通过核实，请重新登记"),
    Action.BATCH_BRAND: N_("批次 %(what)s 准予使用品牌"),
    Action.BATCH_HOLD: N_("批次 %(what)s 已冻结，暂时不能赋码、打印和出货"),
    Action.BATCH_RELEASE: N_("批次 %(what)s 已解除冻结，可以销售"),
    Action.BATCH_RECALL: N_("批次 %(what)s 已召回，请立即停止销售"),
    Action.RECALL_HOLD: N_("成批冻结：%(what)s"),
    Action.RECALL_RECALL: N_("成批召回：%(what)s"),
    Action.RECALL_LIFT: N_("成批冻结已解除：%(what)s"),
    Action.FARMCASE_OPEN: N_("批次 %(what)s 有疑问，待判定"),
    Action.FARMCASE_GRANT: N_("批次 %(what)s 的判定：放行"),
    Action.FARMCASE_REFUSE: N_("批次 %(what)s 的判定：不放行"),
    Action.INSPECTION_ENTER: N_("批次 %(what)s 登记了检测报告"),
    Action.SHIPMENT_ADD: N_("有货发给您：%(what)s，到货后请确认收货"),
    Action.SHIPMENT_CANCEL: N_("发给您的货已撤销：%(what)s"),
    Action.SHIPMENT_RECEIVE: N_("发出的货对方已收：%(what)s"),
    Action.BRAND_DECLARE: N_("登记了品牌“%(what)s”，待核实"),
    Action.BRAND_VERIFY: N_("品牌“%(what)s”已核实，进入品牌目录"),
    Action.BRAND_RETURN: N_("品牌“%(what)s”被退回"),
    Action.LICENCE_APPLY: N_("有主体申请使用品牌“%(what)s”"),
    Action.LICENCE_GRANT: N_("准许您使用品牌“%(what)s”"),
    Action.LICENCE_RETURN: N_("使用品牌“%(what)s”的申请被退回"),
    Action.LICENCE_END: N_("使用品牌“%(what)s”的许可已终止"),
    Action.CERTIFICATION_DECLARE: N_("证书 %(what)s 已登记，待核对"),
    Action.CERTIFICATION_MEND: N_("证书 %(what)s 改好再交了，待核对"),
    Action.CERTIFICATION_CHECK: N_("证书 %(what)s 县级已核对，待核实"),
    Action.CERTIFICATION_VERIFY: N_("证书 %(what)s 已核实"),
    Action.CERTIFICATION_RETURN: N_("证书 %(what)s 被退回，请改好再交"),
    Action.CERTIFICATION_END: N_("证书 %(what)s 已终止"),
    Action.CERTIFICATION_ENDING: N_("证书 %(what)s 将于 %(day)s到期，请及时续展"),
    Action.INSURANCE_ENTER: N_("保单 %(what)s 已登记，待核实"),
    Action.INSURANCE_VERIFY: N_("保单 %(what)s 已核实"),
    Action.INSURANCE_RETURN: N_("保单 %(what)s 被退回，请改好再交"),
    Action.INSURANCE_END: N_("保单 %(what)s 已终止"),
    Action.CASE_RECEIVE: N_("收到投诉举报 %(what)s"),
    Action.CASE_TAKE: N_("案件 %(what)s 交给您办理"),
    Action.CASE_REFER: N_("投诉举报 %(what)s 转到别的县市区办理"),
    Action.CASE_REOPEN: N_("案件 %(what)s 重新办理"),
    Action.CASE_CLOSE: N_("投诉举报 %(what)s 查实，记入信用记录；可以申辩"),
    Action.CASE_DUE: N_("案件 %(what)s 的办理期限是 %(day)s，还没有办结"),
    Action.CREDIT_ENTER: N_("信用记录新增一条，依据：%(what)s；可以申辩"),
    Action.CREDIT_COUNTER: N_("信用记录更正了一条，依据：%(what)s"),
    Action.JOB_DONE: N_("后台任务做好了：%(what)s"),
    Action.JOB_FAIL: N_("后台任务没有做成：%(what)s"),
}
_OF_A_CLAIM = {Action.CASE_RECEIVE: N_("收到保险报案 %(what)s")}
_GONE = Subject("—")


def sentence(event: Event, subject: Subject | None) -> Message:
    """What a person is told of an event, to be said in their language."""
    action = Action(event.action)
    template = _OF_A_CLAIM.get(action) if event.object_kind == "claim_notices" else None
    return Message(template or SENTENCES[action], {"what": _what(event, subject or _GONE)} | _day(event.data))


def _what(event: Event, subject: Subject) -> str | Message:
    if "title" in event.data:
        return Message.from_data(event.data["title"])
    if event.object_kind in _CASES:
        return dashed(subject.name)
    return subject.name.replace(subject.batch, spaced(subject.batch)) if subject.batch else subject.name


def _day(data: Mapping[str, object]) -> dict[str, object]:
    return {"day": date.fromisoformat(str(data["ends"]))} if "ends" in data else {}


Place = Callable[[int, Subject], str]


def _page(endpoint: str) -> Place:
    return lambda number, subject: url_for(endpoint)


def _of_row(endpoint: str) -> Place:
    return lambda number, subject: url_for(endpoint, ref=number)


def _of_batch(endpoint: str) -> Place:
    return lambda number, subject: url_for(endpoint, ref=subject.batch)


_EVERYBODYS: dict[str, Place] = {"accounts": _page("auth.password"), "jobs": _page("jobs.jobs")}
PLACES: dict[Role, dict[str, Place]] = {
    Role.PRODUCER: {
        "producers": _page("producer.profile"),
        "products": _of_row("producer.product"),
        "batches": _of_batch("producer.batch"),
        "farm_cases": _of_batch("producer.batch"),
        "inspections": _of_row("producer.inspection"),
        "shipments": _page("producer.incoming"),
        "brands": _page("producer.brands"),
        "brand_licences": _page("producer.brands"),
        "certifications": _of_row("producer.certificate"),
        "insurance_policies": _page("producer.insurance"),
        "complaints": _page("producer.credit"),
        "credit_entries": _page("producer.credit"),
        "recall_acts": _page("producer.notices"),
        "invitations": _page("producer.people"),
    },
    Role.OFFICER: {
        "producers": _of_row("bureau.producer"),
        "products": _of_row("bureau.product"),
        "batches": _of_batch("bureau.batch"),
        "farm_cases": _of_row("bureau.farm_case"),
        "brands": _of_row("bureau.brand"),
        "brand_licences": _page("bureau.brands"),
        "certifications": _of_row("bureau.certificate"),
        "insurance_policies": _of_row("bureau.policy"),
        "complaints": _of_row("bureau.complaint"),
        "claim_notices": _of_row("bureau.claim_notice"),
        "recall_acts": _of_row("bureau.recall_act"),
    },
    Role.INSURER: {"insurance_policies": _of_row("bureau.policy"), "claim_notices": _of_row("bureau.claim_notice")},
    Role.ADMINISTRATOR: {},
}


def page_of(role: Role, event: Event, subject: Subject | None) -> str | None:
    """The address of the page of what an event was about, for a reader of this role; None when it is gone."""
    if event.action == Action.ACCOUNT_DEVICE:
        return url_for("auth.sessions")
    place = (_EVERYBODYS | PLACES[role]).get(event.object_kind)
    return place(event.object_id, subject) if place and subject else None
