"""The words of states, kinds and acts, as the pages show them. Keys are ours, words are msgids."""

from flask import Flask

from ..audit.holds import HELD_WORDS
from ..cases.case import CASE_WORDS, NOTICE_WORDS
from ..cases.complaints import KIND_WORDS as COMPLAINT_WORDS
from ..cases.complaints import OUTCOME_WORDS, PLATFORM_WORDS
from ..certification.schemes import SCHEME_WORDS
from ..codes.label.job import Output
from ..commitment.forms import BASIS_WORDS
from ..errors import N_
from ..imports.tables import KIND_WORDS
from ..models import (
    Action,
    BatchState,
    Claim,
    Ending,
    JobState,
    PlotKind,
    PrintState,
    RecallKind,
    Review,
    RewardOutcome,
    Role,
    Unit,
)
from ..register.product_kinds import REGIME_WORDS
from ..scan.verdicts import VERDICT_WORDS, Verdict
from ..uploads.kinds import PAPERS, PICTURES

UNIT_WORDS = {
    Unit.KILOGRAM: N_("千克（kg）"),
    Unit.LITRE: N_("升（L）"),
    Unit.PIECE: N_("个"),
    Unit.BIRD: N_("只"),
    Unit.BUNCH: N_("把"),
}
RECALL_WORDS = {RecallKind.HOLD: N_("成批冻结"), RecallKind.RECALL: N_("成批召回"), RecallKind.DRILL: N_("召回演练")}
PLOT_WORDS = {PlotKind.FIELD: N_("地块"), PlotKind.WORKS: N_("加工场所")}
REVIEW_WORDS = {
    Review.SUBMITTED: N_("待县级审核"),
    Review.COUNTY_APPROVED: N_("县级已通过，待市级审核"),
    Review.APPROVED: N_("已通过"),
    Review.RETURNED: N_("已退回"),
}
BATCH_WORDS = {
    BatchState.ON_SALE: N_("在售"),
    BatchState.ON_HOLD: VERDICT_WORDS[Verdict.ON_HOLD],
    BatchState.RECALLED: VERDICT_WORDS[Verdict.RECALLED],
}
RUN_WORDS = {
    PrintState.PLANNED: N_("正在生成"),
    PrintState.READY: N_("待打印"),
    PrintState.RELEASED: N_("已上市"),
    PrintState.FAILED: N_("没有通过"),
    PrintState.STOPPED: N_("已停止"),
    PrintState.VOID: VERDICT_WORDS[Verdict.VOID],
    PrintState.CANCELLED: N_("已取消"),
}
JOB_STATE_WORDS = {
    JobState.WAITING: N_("排队中"),
    JobState.RUNNING: N_("正在做"),
    JobState.DONE: N_("已完成"),
    JobState.FAILED: N_("没有做成"),
    JobState.CANCELLED: N_("已取消"),
}
OUTPUT_WORDS = {
    Output.PDF: N_("PDF：任何打印机"),
    Output.TSPL: N_("TSPL：TSC 及兼容的卷筒标签机"),
    Output.ZPL: N_("ZPL：Zebra 及兼容的卷筒标签机"),
    Output.CSV: N_("CSV 码表：交给印刷厂，由他们印"),
    Output.XLSX: N_("Excel 码表：交给印刷厂，由他们印"),
}
CLAIM_WORDS = {
    Claim.DECLARED: N_("待核"),
    Claim.CHECKED: N_("已核对，待核实"),
    Claim.VERIFIED: N_("已核实"),
    Claim.RETURNED: N_("已退回"),
}
ENDING_WORDS = {Ending.REVOKED: N_("已撤销"), Ending.CANCELLED: N_("已注销"), Ending.WITHDRAWN: N_("已撤下")}
END_WORDS = {
    Ending.REVOKED: N_("撤销（发证机构撤回）"),
    Ending.CANCELLED: N_("注销（持证人申请）"),
    Ending.WITHDRAWN: N_("撤下（登记有误）"),
}
ROLE_WORDS = {
    Role.PRODUCER: N_("生产主体"),
    Role.OFFICER: N_("监管人员"),
    Role.INSURER: N_("保险机构"),
    Role.ADMINISTRATOR: N_("系统管理员"),
}
REWARD_WORDS = {RewardOutcome.GRANTED: N_("同意奖励"), RewardOutcome.REFUSED: N_("不予奖励")}
NOBODY_WORDS = {
    "": N_("公众"),
    "press": N_("系统"),
    "command line": N_("系统管理员（命令行）"),
    "yipin demo": N_("演示数据"),
}  # for acts of the program, which have no account
EVENT_WORDS: dict[str, str] = {
    Action.ACCOUNT_ADD: N_("开通账号"),
    Action.ACCOUNT_LINK: N_("账号绑定主体"),
    Action.ACCOUNT_PASSWORD: N_("改密码"),
    Action.ACCOUNT_DISABLE: N_("停用账号"),
    Action.ACCOUNT_ENABLE: N_("恢复账号"),
    Action.ACCOUNT_CHANGE: N_("更正账号"),
    Action.ACCOUNT_RESET: N_("发一次性密码"),
    Action.ATTACHMENT_KEEP: N_("附上文件"),
    Action.BATCH_BRAND: N_("准予使用品牌"),
    Action.BRAND_DECLARE: N_("登记自己的品牌"),
    Action.BRAND_EDIT: N_("更改品牌"),
    Action.BRAND_ENTER: N_("品牌入目录"),
    Action.BRAND_LEVEL: N_("登记品牌级别"),
    Action.BRAND_RETURN: N_("退回品牌"),
    Action.BRAND_SELECTION: N_("登记入选名单"),
    Action.BRAND_VERIFY: N_("核实品牌"),
    Action.LICENCE_APPLY: N_("申请使用品牌"),
    Action.LICENCE_END: N_("终止品牌许可"),
    Action.LICENCE_GRANT: N_("登记品牌许可"),
    Action.LICENCE_RETURN: N_("退回品牌申请"),
    Action.PRODUCER_SUBMIT: N_("提交主体"),
    Action.PRODUCER_APPROVE: N_("主体通过"),
    Action.PRODUCER_RETURN: N_("主体退回"),
    Action.PLOT_ADD: N_("登记地块"),
    Action.PRODUCT_SUBMIT: N_("提交产品"),
    Action.PRODUCT_PICTURE: N_("更换照片"),
    Action.PRODUCT_APPROVE_COUNTY: N_("县级通过"),
    Action.PRODUCT_APPROVE_CITY: N_("市级通过，编产品身份证号"),
    Action.PRODUCT_RETURN: N_("产品退回"),
    Action.BATCH_DECLARE: N_("登记批次"),
    Action.BATCH_CODED: N_("批次赋码"),
    Action.BATCH_USE: N_("批次出料"),
    Action.BATCH_CERTIFY: N_("批次合格证数量变动"),
    Action.COMMITMENT_ISSUE: N_("开具合格证"),
    Action.COMMITMENT_VOID: N_("作废合格证"),
    Action.COMMITMENT_COLLECT: N_("收取合格证"),
    Action.PRODUCT_REGIME: N_("更正产品类别"),
    Action.PRODUCT_COMMODITY: N_("定品类和原料"),
    Action.CHAIN_SPLIT: N_("分批"),
    Action.CHAIN_MERGE: N_("合批"),
    Action.CHAIN_PROCESS: N_("加工"),
    Action.CHAIN_RECEIVE: N_("收货"),
    Action.SHIPMENT_ADD: N_("发货"),
    Action.SHIPMENT_CANCEL: N_("撤销发货"),
    Action.SHIPMENT_RECEIVE: N_("收货确认"),
    Action.RECALL_HOLD: N_("成批冻结"),
    Action.RECALL_RECALL: N_("成批召回"),
    Action.RECALL_DRILL: N_("召回演练"),
    Action.FARM_WRITE: N_("写生产记录"),
    Action.FARM_CORRECT: N_("更正生产记录"),
    Action.FARM_WITHDRAW: N_("撤下生产记录"),
    Action.FARMER_ADD: N_("登记挂靠农户"),
    Action.FARMINPUT_ENTER: N_("登记投入品"),
    Action.FARMINPUT_END: N_("投入品移出清单"),
    Action.FARMCASE_OPEN: N_("提请判定"),
    Action.FARMCASE_GRANT: N_("判定放行"),
    Action.FARMCASE_REFUSE: N_("判定不放行"),
    Action.INSPECTION_ENTER: N_("登记检测报告"),
    Action.INSPECTION_WITHDRAW: N_("撤下检测报告"),
    Action.INSPECTION_DRAW: N_("随机抽取"),
    Action.RECALL_READ: N_("读过召回通知"),
    Action.BATCH_HOLD: N_("冻结批次"),
    Action.BATCH_RELEASE: N_("解除冻结"),
    Action.BATCH_RECALL: N_("召回批次"),
    Action.CODES_ISSUE: N_("赋码"),
    Action.PRINT_PLAN: N_("安排打印"),
    Action.PRINT_READY: N_("标签回读合格"),
    Action.PRINT_FAIL: N_("标签没有通过"),
    Action.PRINT_DOWNLOAD: N_("下载码表"),
    Action.PRINT_PASSWORD: N_("查看码表口令"),
    Action.PRINT_VOID: N_("作废整次打印"),
    Action.PRINT_STOP: N_("停止生成"),
    Action.PRINT_RETRY: N_("重新生成"),
    Action.PRINT_RELEASE: N_("确认上市"),
    Action.PRINT_REPRINT: N_("重印"),
    Action.PRINT_CANCEL: N_("取消打印"),
    Action.UNIT_VOID: N_("作废标签"),
    Action.STOCK_ADD: N_("添加标签纸"),
    Action.PRINTER_ADD: N_("添加打印机"),
    Action.PRINTER_CALIBRATE: N_("校准打印机"),
    Action.CERTIFICATION_ENTER: N_("登记证书"),
    Action.CERTIFICATION_WITHDRAW: N_("撤下证书"),
    Action.CERTIFICATION_DECLARE: N_("申报证书"),
    Action.CERTIFICATION_MEND: N_("修改后重报证书"),
    Action.CERTIFICATION_CHECK: N_("核对证书"),
    Action.CERTIFICATION_VERIFY: N_("核实证书"),
    Action.CERTIFICATION_RETURN: N_("退回证书"),
    Action.CERTIFICATION_END: N_("终止证书"),
    Action.INSURANCE_ENTER: N_("登记保单"),
    Action.INSURANCE_WITHDRAW: N_("撤下保单"),
    Action.REPORT_FREEZE: N_("报告定稿"),
    Action.REWARD_GRANTED: N_("同意奖励"),
    Action.REWARD_REFUSED: N_("不予奖励"),
    Action.CASE_RECEIVE: N_("收到案件"),
    Action.CASE_TAKE: N_("受理或转办"),
    Action.CASE_NOTE: N_("案件记录"),
    Action.CASE_CLOSE: N_("办结案件"),
    Action.CASE_REOPEN: N_("重新办理案件"),
    Action.CASE_REFER: N_("移交案件"),
    Action.CASE_CONTACT: N_("查看联系方式"),
    Action.CASE_EXPORT: N_("导出证据包"),
    Action.CASE_FORGET: N_("销毁联系方式"),
    Action.CREDIT_ENTER: N_("记入信用记录"),
    Action.CREDIT_COUNTER: N_("更正信用记录"),
    Action.CREDIT_ANSWER: N_("主体申辩"),
    Action.INSURANCE_VERIFY: N_("核实保单"),
    Action.INSURANCE_RETURN: N_("退回保单"),
    Action.INSURANCE_END: N_("终止保单"),
    Action.PILOT_JOIN: N_("加入保险试点"),
    Action.PILOT_LEAVE: N_("退出保险试点"),
    Action.INSURER_ADD: N_("登记保险机构"),
    Action.INSURER_USCC: N_("补登保险机构代码"),
}
OBJECT_WORDS = {  # by the name of the table, as the log keeps it
    "accounts": N_("账号 %(n)s"),
    "attached_farmers": N_("挂靠农户 %(n)s"),
    "farm_entries": N_("生产记录 %(n)s"),
    "farm_inputs": N_("投入品 %(n)s"),
    "farm_cases": N_("批次判定 %(n)s"),
    "inspections": N_("检测报告 %(n)s"),
    "inspection_draws": N_("随机抽取 %(n)s"),
    "attachments": N_("附件 %(n)s"),
    "batches": N_("批次 %(n)s"),
    "brand_levels": N_("品牌级别 %(n)s"),
    "brand_licences": N_("品牌许可 %(n)s"),
    "brand_selections": N_("入选名单 %(n)s"),
    "brands": N_("品牌 %(n)s"),
    "certifications": N_("证书 %(n)s"),
    "chain_acts": N_("批次流转 %(n)s"),
    "recall_acts": N_("成批处置 %(n)s"),
    "shipments": N_("发货 %(n)s"),
    "claim_notices": N_("保险报案 %(n)s"),
    "code_ranges": N_("赋码 %(n)s"),
    "collected_certificates": N_("收取的合格证 %(n)s"),
    "commitment_certificates": N_("承诺达标合格证 %(n)s"),
    "complaints": N_("投诉举报 %(n)s"),
    "credit_answers": N_("申辩 %(n)s"),
    "credit_entries": N_("信用记录 %(n)s"),
    "insurance_policies": N_("保单 %(n)s"),
    "insurers": N_("保险机构 %(n)s"),
    "label_printers": N_("打印机 %(n)s"),
    "label_stocks": N_("标签纸 %(n)s"),
    "pilot_members": N_("保险试点成员 %(n)s"),
    "plots": N_("地块 %(n)s"),
    "print_runs": N_("打印 %(n)s"),
    "producers": N_("主体 %(n)s"),
    "products": N_("产品 %(n)s"),
    "reports": N_("报告 %(n)s"),
    "reward_decisions": N_("奖励决定 %(n)s"),
    "void_units": N_("作废标签 %(n)s"),
}


def init_app(app: Flask) -> None:
    """Give templates the words."""
    app.jinja_env.globals.update(
        KIND_WORDS=KIND_WORDS,
        REVIEW_WORDS=REVIEW_WORDS,
        BATCH_WORDS=BATCH_WORDS,
        RUN_WORDS=RUN_WORDS,
        EVENT_WORDS=EVENT_WORDS,
        NOBODY_WORDS=NOBODY_WORDS,
        OBJECT_WORDS=OBJECT_WORDS,
        ROLE_WORDS=ROLE_WORDS,
        CLAIM_WORDS=CLAIM_WORDS,
        ENDING_WORDS=ENDING_WORDS,
    )
    app.jinja_env.globals.update(
        SCHEME_WORDS=SCHEME_WORDS,
        PLOT_WORDS=PLOT_WORDS,
        RECALL_WORDS=RECALL_WORDS,
        HELD_WORDS=HELD_WORDS,
        BASIS_WORDS=BASIS_WORDS,
        REGIME_WORDS=REGIME_WORDS,
    )
    app.jinja_env.globals.update(
        CASE_WORDS=CASE_WORDS,
        NOTICE_WORDS=NOTICE_WORDS,
        COMPLAINT_WORDS=COMPLAINT_WORDS,
        OUTCOME_WORDS=OUTCOME_WORDS,
        PLATFORM_WORDS=PLATFORM_WORDS,
        VERDICT_WORDS=VERDICT_WORDS,
        PICTURES=PICTURES,
        PAPERS=PAPERS,
    )
