"""The words of what lists are narrowed by, for each kind of value."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from ..accounts.lists import Use
from ..brands.directory import KIND_WORDS as BRAND_KIND_WORDS
from ..cases.complaints import KIND_WORDS as COMPLAINT_WORDS
from ..cases.lists import Desk
from ..certification.lists import Alone
from ..certification.schemes import SCHEME_WORDS
from ..commitment.lists import Standing
from ..errors import N_
from ..farm.lists import Ruling, Shown
from ..farm.words import INSPECTION_WORDS
from ..imports.tables import KIND_WORDS
from ..insurance.coverage import POLICY_KIND_WORDS, POLICY_STATE_WORDS
from ..models import (
    Access,
    Action,
    BatchState,
    BrandKind,
    Channel,
    Claim,
    CloneState,
    ComplaintKind,
    DeliveryState,
    InspectionKind,
    PlotKind,
    PolicyKind,
    PolicyState,
    ProducerKind,
    RecallKind,
    Review,
    Role,
    Scheme,
)
from ..notices.lists import About, Read
from ..recall.lists import Followed
from ..register.archiving import Kept
from ..register.lists import Dealt, Todo
from .words import (
    ACCESS_WORDS,
    BATCH_WORDS,
    CLAIM_WORDS,
    CLONE_WORDS,
    EVENT_WORDS,
    PLOT_WORDS,
    RECALL_WORDS,
    REVIEW_WORDS,
    ROLE_WORDS,
)

DELIVERY_WORDS = {
    DeliveryState.WAITING: N_("等待发送"),
    DeliveryState.SENT: N_("已发出"),
    DeliveryState.GIVEN_UP: N_("没有发成"),
    DeliveryState.DROPPED: N_("不用再发"),
}

CHANNEL_WORDS = {Channel.MAIL: N_("邮件"), Channel.PHONE: N_("手机"), Channel.HOOK: N_("推送")}

VALUE_WORDS: Mapping[type[StrEnum], Mapping[Any, str]] = {
    Access: ACCESS_WORDS,
    About: {
        About.BATCHES: N_("批次和检测"),
        About.PRODUCTS: N_("产品"),
        About.PRODUCERS: N_("主体"),
        About.SHIPMENTS: N_("收发货"),
        About.BRANDS: N_("品牌"),
        About.CERTIFICATES: N_("证书"),
        About.INSURANCE: N_("保险"),
        About.CASES: N_("投诉举报、报案和信用"),
        About.RECALLS: N_("成批冻结和召回"),
        About.ACCOUNTS: N_("账号和人员"),
        About.JOBS: N_("后台任务"),
    },
    Action: {action: EVENT_WORDS[action] for action in Action if action in EVENT_WORDS},
    Alone: {Alone.YES: N_("登记和核实是同一人")},
    BatchState: BATCH_WORDS,
    BrandKind: BRAND_KIND_WORDS,
    Channel: CHANNEL_WORDS,
    CloneState: CLONE_WORDS,
    Claim: CLAIM_WORDS,
    ComplaintKind: COMPLAINT_WORDS,
    Dealt: {Dealt.SHIPPED: N_("发过货的"), Dealt.BOUGHT: N_("进过货的")},
    DeliveryState: DELIVERY_WORDS,
    Desk: {Desk.OPEN: N_("待办"), Desk.CLOSED: N_("已办结")},
    Followed: {Followed.OPEN: N_("没有结案"), Followed.OVER: N_("已结案、已解除和演练")},
    InspectionKind: INSPECTION_WORDS,
    Kept: {Kept.IN_USE: N_("在用"), Kept.ARCHIVED: N_("已归档")},
    PlotKind: PLOT_WORDS,
    PolicyKind: POLICY_KIND_WORDS,
    PolicyState: POLICY_STATE_WORDS,
    ProducerKind: KIND_WORDS,
    Read: {Read.UNREAD: N_("未读"), Read.READ: N_("已读")},
    RecallKind: RECALL_WORDS,
    Review: REVIEW_WORDS,
    Role: ROLE_WORDS,
    Ruling: {Ruling.WAITING: N_("等判定的"), Ruling.DECIDED: N_("判定过的")},
    Scheme: SCHEME_WORDS,
    Shown: {Shown.FAILED: N_("不合格"), Shown.SAMPLING: N_("监督抽检")},
    Standing: {Standing.LIVE: N_("有效"), Standing.VOID: N_("已作废")},
    Todo: {Todo.CODE: N_("还能赋码"), Todo.RELEASE: N_("有标签待上市")},
    Use: {Use.OPEN: N_("可以使用"), Use.DISABLED: N_("已停用")},
}
