"""What a scan needs to know of a batch, read from the record in one place. `facts_cache` keeps it in memory."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from ..audit import credit
from ..audit.credit import Credit
from ..certification import claims
from ..certification.claims import Badge
from ..chain.way import ORIGIN_WORDS, Gone, Way, gone, way_of
from ..clock import day_of
from ..codes.kinds import CodeKind
from ..commitment import certificates
from ..commitment.certificates import Commitment
from ..errors import N_, Message
from ..indicators import cache
from ..indicators.board import Progress
from ..installation.installation import Installation
from ..insurance import coverage
from ..insurance.coverage import Insurance
from ..models import Batch, BatchState, CodeRange, Origin, PrintRun, PrintState, Product, VoidUnit
from .answer import Step
from .id_card import IdCard, batch_card

WHOLE_BATCH = (
    joinedload(Batch.product).joinedload(Product.brand),
    joinedload(Batch.brand),
    joinedload(Batch.producer),
    joinedload(Batch.plot),
    joinedload(Batch.attached_farmer),
)


@dataclass(frozen=True, slots=True)
class Issued:
    """A range of codes as it was issued: `count` units from the ordinal `first` (from 0)."""

    first: int
    count: int
    key_number: int
    harvest_date: date
    facts: int
    issued_at: datetime
    kind: CodeKind = CodeKind.FULL


@dataclass(frozen=True, slots=True)
class Released:
    """A print run whose labels are on the packs: `count` units from the ordinal `first` (from 0)."""

    first: int
    count: int
    released_at: datetime


@dataclass(frozen=True, slots=True)
class Voided:
    """A print run whose labels are all void: `count` units from the ordinal `first` (from 0)."""

    first: int
    count: int
    reason: str


@dataclass(frozen=True, slots=True)
class BatchFacts:
    """What a scan tells of a batch, the same for each of its packs. Ordinals of packs count from 0."""

    batch_id: int
    state: BatchState
    since: datetime
    reason: str | None
    card: IdCard
    certifications: tuple[Badge, ...]
    insurance: Insurance
    progress: Progress | None  # None: nothing has been counted yet
    credit: Credit
    steps: tuple[Step, ...]
    issued: tuple[Issued, ...]
    released: tuple[Released, ...]
    has_voids: bool
    void_runs: tuple[Voided, ...] = ()
    way: Way | None = None
    gone: tuple[Gone, ...] = ()
    commitment: Commitment | None = None

    def range_of(self, ordinal: int) -> Issued | None:
        """The range in which the unit was issued, if it was."""
        place = bisect_right(self.issued, ordinal, key=lambda codes: codes.first) - 1
        return (
            self.issued[place] if place >= 0 and ordinal < self.issued[place].first + self.issued[place].count else None
        )

    def gone_of(self, ordinal: int) -> Gone | None:
        """The shipment with which the unit's pack left, if it is known."""
        return next(
            (
                one
                for one in self.gone
                if one.first is not None and one.count and one.first <= ordinal < one.first + one.count
            ),
            None,
        )

    def release_of(self, ordinal: int) -> Released | None:
        """The released run that printed the unit's label, if there is one."""
        return next((run for run in self.released if run.first <= ordinal < run.first + run.count), None)

    def void_of(self, ordinal: int) -> Voided | None:
        """The void run that printed the unit's label, if there is one."""
        return next((run for run in self.void_runs if run.first <= ordinal < run.first + run.count), None)


def gather(session: Session, installation: Installation, id_number: str, today: date) -> BatchFacts | None:
    """Read the facts of a batch for the day `today` (Shanghai). None if no batch has this ID number."""
    batch = session.scalar(sa.select(Batch).where(Batch.id_number == id_number).options(*WHOLE_BATCH))
    if batch is None:
        return None
    return BatchFacts(
        batch.id,
        batch.state,
        batch.state_since,
        batch.state_reason,
        batch_card(session, installation, batch),
        claims.badges(session, batch.product_id, today, branded=batch.brand_id is not None),
        coverage.of_batch(session, batch),
        cache.last_line(session, installation.policy, today),
        credit.summary(session, installation.policy, batch.producer_id, today),
        _steps(batch),
        _issued(session, batch.id),
        _released(session, batch.id),
        session.scalar(sa.select(VoidUnit.id).where(VoidUnit.batch_id == batch.id).limit(1)) is not None,
        _void_runs(session, batch.id),
        way_of(session, installation, batch),
        gone(session, batch.id),
        _commitment(session, batch.id),
    )


def _commitment(session: Session, batch_id: int) -> Commitment | None:
    """The newest live commitment certificate (承诺达标合格证) of the batch."""
    row = certificates.live_of(session, batch_id)
    return (
        None
        if row is None
        else Commitment(
            row.number,
            row.template,
            row.quantity,
            row.unit,
            tuple(basis.value for basis in certificates.bases_of(row)),
            row.issued_on,
        )
    )


def _issued(session: Session, batch_id: int) -> tuple[Issued, ...]:
    columns = (
        CodeRange.first,
        CodeRange.count,
        CodeRange.key_number,
        CodeRange.harvest_date,
        CodeRange.facts,
        CodeRange.issued_at,
        CodeRange.kind,
    )
    rows = session.execute(sa.select(*columns).where(CodeRange.batch_id == batch_id).order_by(CodeRange.first))
    return tuple(Issued(*row) for row in rows)


def _released(session: Session, batch_id: int) -> tuple[Released, ...]:
    runs = sa.select(PrintRun.first, PrintRun.count, PrintRun.released_at)
    rows = session.execute(runs.where(PrintRun.batch_id == batch_id, PrintRun.state == PrintState.RELEASED))
    return tuple(Released(first, count, at) for first, count, at in rows if at)


def _void_runs(session: Session, batch_id: int) -> tuple[Voided, ...]:
    runs = sa.select(PrintRun.first, PrintRun.count, PrintRun.void_reason)
    rows = session.execute(runs.where(PrintRun.batch_id == batch_id, PrintRun.state == PrintState.VOID))
    return tuple(Voided(first, count, reason or "") for first, count, reason in rows)


def _steps(batch: Batch) -> tuple[Step, ...]:
    made = Step(
        batch.harvest_date, Message(ORIGIN_WORDS["processed" if batch.origin is Origin.PROCESSED else "harvest"])
    )
    grown: tuple[Step, ...] = ()
    if batch.attached_farmer is not None:  # the attached grower (挂靠农户) stays the responsible one, so it is named
        grown = (
            Step(batch.harvest_date, Message(N_("由挂靠农户 %(name)s 种植"), {"name": batch.attached_farmer.name})),
        )
    return (*grown, made, Step(day_of(batch.declared_at), Message(N_("批次登记"))))
