"""The ID card (农产品"身份证"): what a page or a machine is told of a product, a batch or one pack.

Plain values, filled by `scan` from verified rows and today's date, drawn by the public page and its JSON.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from .codes.kinds import CodeKind
from .errors import N_, Message


class Verdict(StrEnum):
    """What is true of the code today (结论). A good signature alone never makes `GENUINE`."""

    GENUINE = "genuine"
    ON_RECORD = "on_record"  # a typed product or batch number: the record exists; no pack was proved
    RECALLED = "recalled"
    ON_HOLD = "on_hold"
    NOT_RELEASED = "not_released"
    VOID = "void"
    SUSPICIOUS = "suspicious"
    UNKNOWN = "unknown"
    FORGED = "forged"


VERDICT_WORDS = {
    Verdict.GENUINE: N_("正品"),
    Verdict.ON_RECORD: N_("有登记"),
    Verdict.RECALLED: N_("已召回"),
    Verdict.ON_HOLD: N_("已冻结"),
    Verdict.NOT_RELEASED: N_("未上市"),
    Verdict.VOID: N_("已作废"),
    Verdict.SUSPICIOUS: N_("疑似复制"),
    Verdict.UNKNOWN: N_("查无记录"),
    Verdict.FORGED: N_("假码"),
}


class Level(StrEnum):
    UNIT = "unit"  # 一件一码: the signed code on one pack
    BATCH = "batch"  # 一批一码
    PRODUCT = "product"  # 一品一码


@dataclass(frozen=True)
class Badge:
    """A certificate that an officer has verified and that is valid today."""

    scheme: str  # green | organic | geographical | …
    name: str  # the scheme's Chinese name, a msgid
    number: str
    valid_from: date
    valid_to: date | None
    holder: str = ""
    mark_code: str | None = None  # the code printed beside the mark on packs


class Cover(StrEnum):
    """Status of the quality-insurance pilot for this batch, by its days of harvest and sale."""

    COVERED = "covered"  # 承保中
    NONE = "none"  # 未参加
    NOT_YET = "not_yet"  # 未生效
    EXPIRED = "expired"  # 已到期
    PENDING = "pending"  # 待核


COVER_WORDS = {
    Cover.COVERED: N_("承保中"),
    Cover.NONE: N_("未参加"),
    Cover.NOT_YET: N_("未生效"),
    Cover.EXPIRED: N_("已到期"),
    Cover.PENDING: N_("待核"),
}


@dataclass(frozen=True)
class CoverNote:
    """What the public is told of one policy. Limits in yuan; `valid_to` is the last day it really covers."""

    kind: str  # liability | recall | quality
    name: str  # the kind's Chinese name, a msgid
    insurer: str
    policy_number: str  # the middle masked
    valid_from: date
    valid_to: date
    retroactive_from: date | None = None
    limit_cumulative: Decimal | None = None
    limit_per_incident: Decimal | None = None
    limit_per_person: Decimal | None = None
    hotline: str | None = None
    claim_url: str | None = None
    exclusions: str | None = None


@dataclass(frozen=True)
class Insurance:
    """The status, and the policies it rests on: all that cover, or the one that comes next or ended last."""

    status: Cover
    notes: tuple[CoverNote, ...] = ()


@dataclass(frozen=True)
class Progress:
    """两品一标 against its target, always with the rule and the day of the count."""

    indicator: str  # 农产品“两品一标”
    counted: int
    target: int
    period: str  # "2023—2025"
    rule: Message
    as_of: date
    source: str  # the policy document and its clause
    draft: bool = True  # the policy is a draft for comment (征求意见稿)
    demonstrations: int = 0  # lines of demonstration data in the figure


@dataclass(frozen=True)
class Credit:
    """The public summary of the producer's credit record: decided facts of the last `years`, from `since` on."""

    years: int
    since: date
    recalls: int
    complaints: int  # founded, and the producer's own doing


@dataclass(frozen=True)
class IdCard:
    """The face of the card. `None` means unknown: it is left out, never guessed."""

    level: Level
    id_number: str  # of the batch (unit, batch) or of the product
    product: str
    product_id_number: str
    producer: str
    county: str  # "湖南省株洲市炎陵县"
    brand: str | None = None
    place: str | None = None  # village-level place of the plot, no address
    harvest_date: date | None = None
    made: bool = False  # the day is one of making (生产日期)
    best_before: date | None = None
    licence: str | None = None  # 食品生产许可证编号, of processed food
    net_content: str | None = None
    picture: str | None = None  # the picture's address on this host
    unit: int | None = None  # which pack of the batch, counted from 1
    demonstration: bool = False


@dataclass(frozen=True, slots=True)
class Commitment:
    """A live commitment certificate (承诺达标合格证) of the batch; `basis` are keys of commitmentforms.Basis."""

    number: str
    template: str
    quantity: Decimal
    unit: str
    basis: tuple[str, ...]
    issued_on: date


@dataclass(frozen=True)
class Step:
    """One dated fact of the batch's way: approved, harvested, coded, released, held, recalled."""

    day: date
    what: Message


@dataclass(frozen=True, slots=True)
class WayNode:
    """A batch on the way; `depth` in steps from the one looked at; `quantity` in `unit`."""

    id_number: str
    kind: str  # models.Origin
    product: str
    producer: str
    county: str
    day: date
    quantity: Decimal
    unit: str
    depth: int
    state: str  # models.BatchState


@dataclass(frozen=True, slots=True)
class WayLink:
    """What of one batch went into another, loss included, in the unit of the first."""

    from_number: str
    to_number: str
    taken: Decimal
    loss: Decimal


@dataclass(frozen=True, slots=True)
class Way:
    """Where a batch came from and what became of it, nearest first; `kind` is how it came to be itself (models.Origin).
    `cut`: there is more than is listed."""

    kind: str
    upstream: tuple[WayNode, ...]
    downstream: tuple[WayNode, ...]
    links: tuple[WayLink, ...]
    cut: bool = False
    bought: bool = False  # from someone without a record here


ORIGIN_WORDS = {
    "harvest": N_("采收"),
    "split": N_("分批"),
    "merged": N_("合批"),
    "processed": N_("加工"),
    "received": N_("收货"),
}


@dataclass(frozen=True)
class Answer:
    """All that a lookup tells. `reason` says why the verdict is so and what to do."""

    verdict: Verdict
    reason: Message
    level: Level
    asked: str  # what was scanned or typed, cut to a printable length
    since: datetime | None = None  # aware UTC; when a hold or recall began
    advice: Message | None = None
    card: IdCard | None = None
    scans: int | None = None
    first_scan: datetime | None = None  # aware UTC
    certifications: tuple[Badge, ...] = ()
    insurance: Insurance | None = None
    progress: Progress | None = None
    credit: Credit | None = None
    steps: tuple[Step, ...] = field(default=())
    way: Way | None = None
    commitment: Commitment | None = None
    key_number: int | None = None
    facts_at_issue: tuple[str, ...] = ()  # msgids: what the signed code itself says of the day of issue
    kind: CodeKind = CodeKind.FULL
