"""The verdicts of a scan: their words, why each is given, and what the reader should do then.

When a verdict is given stands in `pack` and `lookup`. Its shape is in `templates/public/_icons.html`, its colour in
`static/public/public.css`.
"""

from collections.abc import Mapping
from enum import StrEnum

from ..errors import N_
from ..models import BatchState, StoppedBy


class Verdict(StrEnum):
    """What is true of the code today (结论). A good signature alone never gives `GENUINE`."""

    GENUINE = "genuine"
    ON_RECORD = "on_record"  # a typed product or batch number: the record exists; no pack was proved
    RECALLED = "recalled"
    ON_HOLD = "on_hold"
    WITHDRAWN = "withdrawn"  # of a batch; a label of it is void
    NOT_RELEASED = "not_released"
    VOID = "void"
    SUSPICIOUS = "suspicious"
    UNCONFIRMED = "unconfirmed"  # the key leaked, and no witness saw the issue before: genuine or not, nobody can tell
    UNKNOWN = "unknown"
    FORGED = "forged"
    INCOMPLETE = "incomplete"  # no whole code was read: nothing is said of the pack
    SEVERAL = "several"  # different codes at once: nothing is said of either


VERDICT_WORDS = {
    Verdict.GENUINE: N_("正品"),
    Verdict.ON_RECORD: N_("有登记"),
    Verdict.RECALLED: N_("已召回"),
    Verdict.ON_HOLD: N_("已冻结"),
    Verdict.WITHDRAWN: N_("已撤销"),
    Verdict.NOT_RELEASED: N_("未上市"),
    Verdict.VOID: N_("已作废"),
    Verdict.SUSPICIOUS: N_("疑似复制"),
    Verdict.UNCONFIRMED: N_("无法确认"),
    Verdict.UNKNOWN: N_("查无记录"),
    Verdict.FORGED: N_("假码"),
    Verdict.INCOMPLETE: N_("扫得不全"),
    Verdict.SEVERAL: N_("有多个码"),
}


STATE_VERDICTS = {
    BatchState.RECALLED: Verdict.RECALLED,
    BatchState.ON_HOLD: Verdict.ON_HOLD,
    BatchState.WITHDRAWN: Verdict.WITHDRAWN,
}
PACK_VERDICTS = STATE_VERDICTS | {BatchState.WITHDRAWN: Verdict.VOID}
REASONS = {
    Verdict.GENUINE: N_("签名真实，这一件已登记并已上市。"),
    Verdict.NOT_RELEASED: N_("签名真实，但生产者还没有确认标签已贴上包装。"),
    Verdict.VOID: N_("这一枚标签已作废：%(why)s"),
    Verdict.SUSPICIOUS: N_("签名真实，但短时间内有很多不同的人扫过这一个码，可能被复制。"),
    Verdict.UNCONFIRMED: N_("签名相符，但所用的密钥已泄露，别人也可能签得出来；这一件是真是假，现在无法确认。"),
    Verdict.RECALLED: N_("主管部门已召回这个批次：%(why)s"),
    Verdict.ON_HOLD: N_("主管部门已冻结这个批次：%(why)s"),
    Verdict.WITHDRAWN: N_("生产主体已撤销这个批次的登记，没有这一批商品上市。"),
    Verdict.ON_RECORD: N_("这是登记信息，不能证明您手里的这一件是真的；请扫包装上的二维码。"),
    Verdict.FORGED: N_("这个码不是我们发的。"),
    Verdict.INCOMPLETE: N_("请再扫一次。这不说明您手里的这一件是真是假。"),
    Verdict.SEVERAL: N_("您要查哪一个？"),
}
REASONS_BY = {
    (Verdict.ON_HOLD, StoppedBy.RECORD): N_("系统按生产记录自动冻结这个批次，待监管人员判定：%(why)s"),
    (Verdict.ON_HOLD, StoppedBy.TEST): N_("系统按检测报告自动冻结这个批次，待监管人员判定：%(why)s"),
    (Verdict.VOID, StoppedBy.PRODUCER): N_("生产主体已撤销这个批次的登记，它的标签全部作废。"),
}  # what the program or the producer did is not said to be an officer's word; why a producer withdrew is not for the public
TINY_REASONS = {
    Verdict.GENUINE: N_("核验码与本系统相符，这一件已登记并已上市。"),
    Verdict.NOT_RELEASED: N_("核验码与本系统相符，但生产者还没有确认贴纸已贴到商品上。"),
    Verdict.SUSPICIOUS: N_("核验码与本系统相符，但短时间内有很多不同的人扫过这一个码，可能被复制。"),
}  # a tiny code has no signature, so these reasons do not speak of one
ADVICE = {
    Verdict.NOT_RELEASED: N_("如果您已经买到手，请保留包装，向当地农业农村部门反映。"),
    Verdict.VOID: N_("作废的标签不应出现在商品上；请保留包装，向当地农业农村部门反映。"),
    Verdict.SUSPICIOUS: N_(
        "这只是提示，不是结论：可能有人复制了这个码，也可能是很多人看过，或有人故意反复扫。"
        "请核对下面的产品、产地和净含量是否与您手里的一致；对不上的，请不要食用，向当地农业农村部门反映。"
    ),
    Verdict.UNCONFIRMED: N_(
        "这不说明它是假的。请核对产品、产地和净含量是否与您手里的一致；对不上的，请不要食用，向当地农业农村部门反映。"
    ),
    Verdict.RECALLED: N_("请不要食用，保留包装和小票，向销售者退货。"),
    Verdict.ON_HOLD: N_("在解除冻结之前，请先不要食用或转卖。"),
    Verdict.WITHDRAWN: N_("如果您手里的商品印着这个号码，请保留包装，向当地农业农村部门反映。"),
}


def reason_of(verdict: Verdict, by: StoppedBy | None, reasons: Mapping[Verdict, str] = REASONS) -> str:
    """The sentence of a verdict, by whoever stopped the batch."""
    told = REASONS_BY.get((verdict, by)) if by else None
    return told or reasons[verdict]
