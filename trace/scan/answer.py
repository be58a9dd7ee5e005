"""The answer to a scan or to a typed number: the verdict, the ID card, and what is known of the goods.

Plain values. `lookup` and `id_numbers` fill them; the public page and its JSON show them.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from ..audit.credit import Credit
from ..certification.claims import Badge
from ..chain.way import Way
from ..codes.kinds import CodeKind
from ..commitment.certificates import Commitment
from ..errors import Message
from ..indicators.board import Progress
from ..insurance.coverage import Insurance
from .counting import Counting
from .id_card import IdCard, Level
from .lapses import Lapse
from .verdicts import Verdict


@dataclass(frozen=True)
class Step:
    """One dated fact of the batch: approved, harvested, coded, released, held, recalled. `day` is of Shanghai."""

    day: date
    what: Message


@dataclass(frozen=True)
class Answer:
    """All that a lookup tells. `reason` explains the verdict; `advice` says what to do; `fault` names, for those who
    investigate, the check that a code failed."""

    verdict: Verdict
    reason: Message
    level: Level
    asked: str  # what was scanned or typed, cut to a printable length
    since: datetime | None = None  # aware UTC; when a hold or recall began
    advice: Message | None = None
    card: IdCard | None = None
    scans: int | None = None
    readers: int | None = None  # people, each counted once a day
    days: int | None = None  # on which somebody looked
    first_scan: datetime | None = None  # aware UTC
    counting: Counting | None = None  # of a scanned pack: what became of this look
    certifications: tuple[Badge, ...] = ()
    lapses: tuple[Lapse, ...] = ()
    insurance: Insurance | None = None
    progress: Progress | None = None
    credit: Credit | None = None
    steps: tuple[Step, ...] = field(default=())
    way: Way | None = None
    commitment: Commitment | None = None
    key_number: int | None = None
    facts_at_issue: tuple[str, ...] = ()  # msgids: what the signed code itself says of the day of issue
    kind: CodeKind = CodeKind.FULL
    fault: Message | None = None
    leaf: int | None = None  # of the public log: the last act on the batch that is published
    codes: tuple[str, ...] = ()  # the digits of each code, where there are several
