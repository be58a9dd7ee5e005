"""The words of states, kinds and acts, as the pages show them. Keys are ours, words are msgids."""

from flask import Flask

from ..cases.case import CASE_WORDS, NOTICE_WORDS
from ..cases.complaints import KIND_WORDS as COMPLAINT_WORDS
from ..cases.complaints import OUTCOME_WORDS, PLATFORM_WORDS
from ..certification.claims import SCHEME_WORDS
from ..codes.label.job import Output
from ..commitment.forms import BASIS_WORDS
from ..errors import N_
from ..imports.kinds import KIND_WORDS
from ..models import BatchState, Claim, Ending, PlotKind, PrintState, RecallKind, Review, RewardOutcome, Role, Unit
from ..register.regimes import REGIME_WORDS
from ..scan.answer import VERDICT_WORDS, Verdict

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
EVENT_WORDS = {
    "account.add": N_("开通账号"),
    "account.link": N_("账号绑定主体"),
    "account.password": N_("改密码"),
    "account.disable": N_("停用账号"),
    "attachment.keep": N_("附上文件"),
    "batch.brand": N_("准予使用品牌"),
    "brand.declare": N_("登记自己的品牌"),
    "brand.edit": N_("更改品牌"),
    "brand.enter": N_("品牌入目录"),
    "brand.level": N_("登记品牌级别"),
    "brand.return": N_("退回品牌"),
    "brand.selection": N_("登记入选名单"),
    "brand.verify": N_("核实品牌"),
    "licence.apply": N_("申请使用品牌"),
    "licence.end": N_("终止品牌许可"),
    "licence.grant": N_("登记品牌许可"),
    "licence.return": N_("退回品牌申请"),
    "producer.submit": N_("提交主体"),
    "producer.approve": N_("主体通过"),
    "producer.return": N_("主体退回"),
    "plot.add": N_("登记地块"),
    "product.submit": N_("提交产品"),
    "product.picture": N_("更换照片"),
    "product.approve_county": N_("县级通过"),
    "product.approve_city": N_("市级通过，编产品身份证号"),
    "product.return": N_("产品退回"),
    "batch.declare": N_("登记批次"),
    "batch.coded": N_("批次赋码"),
    "batch.use": N_("批次出料"),
    "batch.certify": N_("批次合格证数量变动"),
    "commitment.issue": N_("开具合格证"),
    "commitment.void": N_("作废合格证"),
    "commitment.collect": N_("收取合格证"),
    "product.regime": N_("更正产品类别"),
    "chain.split": N_("分批"),
    "chain.merge": N_("合批"),
    "chain.process": N_("加工"),
    "chain.receive": N_("收货"),
    "shipment.add": N_("发货"),
    "shipment.cancel": N_("撤销发货"),
    "shipment.receive": N_("收货确认"),
    "recall.hold": N_("成批冻结"),
    "recall.recall": N_("成批召回"),
    "recall.drill": N_("召回演练"),
    "farm.write": N_("写生产记录"),
    "farm.correct": N_("更正生产记录"),
    "farm.withdraw": N_("撤下生产记录"),
    "farmer.add": N_("登记挂靠农户"),
    "farminput.enter": N_("登记投入品"),
    "farminput.end": N_("投入品移出清单"),
    "farmcase.open": N_("提请判定"),
    "farmcase.grant": N_("判定放行"),
    "farmcase.refuse": N_("判定不放行"),
    "inspection.enter": N_("登记检测报告"),
    "inspection.withdraw": N_("撤下检测报告"),
    "inspection.draw": N_("随机抽取"),
    "recall.read": N_("读过召回通知"),
    "batch.hold": N_("冻结批次"),
    "batch.release": N_("解除冻结"),
    "batch.recall": N_("召回批次"),
    "codes.issue": N_("赋码"),
    "print.plan": N_("安排打印"),
    "print.ready": N_("标签回读合格"),
    "print.fail": N_("标签没有通过"),
    "print.download": N_("下载码表"),
    "print.password": N_("查看码表口令"),
    "print.void": N_("作废整次打印"),
    "print.stop": N_("停止生成"),
    "print.retry": N_("重新生成"),
    "print.release": N_("确认上市"),
    "print.reprint": N_("重印"),
    "print.cancel": N_("取消打印"),
    "unit.void": N_("作废标签"),
    "stock.add": N_("添加标签纸"),
    "printer.add": N_("添加打印机"),
    "printer.calibrate": N_("校准打印机"),
    "certification.enter": N_("登记证书"),
    "certification.withdraw": N_("撤下证书"),
    "certification.declare": N_("申报证书"),
    "certification.mend": N_("修改后重报证书"),
    "certification.check": N_("核对证书"),
    "certification.verify": N_("核实证书"),
    "certification.return": N_("退回证书"),
    "certification.end": N_("终止证书"),
    "insurance.enter": N_("登记保单"),
    "insurance.withdraw": N_("撤下保单"),
    "report.freeze": N_("报告定稿"),
    "reward.granted": N_("同意奖励"),
    "reward.refused": N_("不予奖励"),
    "case.receive": N_("收到案件"),
    "case.take": N_("受理或转办"),
    "case.note": N_("案件记录"),
    "case.close": N_("办结案件"),
    "case.reopen": N_("重新办理案件"),
    "case.refer": N_("移交案件"),
    "case.contact": N_("查看联系方式"),
    "case.export": N_("导出证据包"),
    "case.forget": N_("销毁联系方式"),
    "credit.enter": N_("记入信用记录"),
    "credit.counter": N_("更正信用记录"),
    "credit.answer": N_("主体申辩"),
    "insurance.verify": N_("核实保单"),
    "insurance.return": N_("退回保单"),
    "insurance.end": N_("终止保单"),
    "pilot.join": N_("加入保险试点"),
    "pilot.leave": N_("退出保险试点"),
    "insurer.add": N_("登记保险机构"),
    "insurer.uscc": N_("补登保险机构代码"),
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
    )
