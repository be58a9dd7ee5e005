"""The answer to a scan: the verdict, and the ID card (农产品"身份证") of a product, a batch or one pack.

Plain values. `lookup` and `id_numbers` fill them; the public page and its JSON show them.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from ..audit.credit import Credit
from ..certification.claims import Badge
from ..chain.way import Way
from ..codes.kinds import CodeKind
from ..commitment.certificates import Commitment
from ..errors import N_, Message
from ..indicators.board import Progress
from ..insurance.coverage import Insurance


class Verdict(StrEnum):
    """What is true of the code today (结论). A good signature alone never gives `GENUINE`."""

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
    """What the answer is about: one pack, a batch or a product."""

    UNIT = "unit"  # 一件一码: the signed code on one pack
    BATCH = "batch"  # 一批一码
    PRODUCT = "product"  # 一品一码


@dataclass(frozen=True)
class IdCard:
    """The face of the card. `None` means unknown: the page leaves it out and never guesses."""

    level: Level
    id_number: str  # of the batch (unit, batch) or of the product
    product: str
    product_id_number: str
    producer: str
    county: str  # "湖南省株洲市炎陵县"
    brand: str | None = None
    place: str | None = None  # village-level place of the plot, no address
    harvest_date: date | None = None
    made: bool = False  # `harvest_date` is a day of production (生产日期)
    best_before: date | None = None
    licence: str | None = None  # 食品生产许可证编号, of processed food
    net_content: str | None = None
    picture: str | None = None  # the picture's address on this host
    unit: int | None = None  # which pack of the batch, counted from 1
    demonstration: bool = False


@dataclass(frozen=True)
class Step:
    """One dated fact of the batch: approved, harvested, coded, released, held, recalled. `day` is of Shanghai."""

    day: date
    what: Message


@dataclass(frozen=True)
class Answer:
    """All that a lookup tells. `reason` explains the verdict; `advice` says what to do."""

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
