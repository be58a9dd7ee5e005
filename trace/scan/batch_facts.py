"""What a scan needs to know of a batch, gathered once and kept while the record stands still.

Every change of record writes its event and, with it, a new record version (`models.events`). So one number tells
whether what was gathered is still true, in every server process: a hold is seen by the very next scan.
"""

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from threading import Lock

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from ..audit import credit
from ..audit.credit import Credit
from ..brands import licences
from ..certification import claims
from ..certification.claims import Badge
from ..chain.way import ORIGIN_WORDS, Gone, Way, gone, way_of
from ..clock import day_of
from ..codes.kinds import CodeKind
from ..commitment import certificates
from ..commitment.certificates import Commitment
from ..db import Database
from ..errors import N_, Message
from ..indicators import cache
from ..indicators.board import Progress
from ..installation.installation import Installation
from ..insurance import coverage
from ..insurance.coverage import Insurance
from ..models import (
    Batch,
    BatchState,
    CodeRange,
    Origin,
    PrintRun,
    PrintState,
    Product,
    ProductPicture,
    Regime,
    VoidUnit,
)
from ..register import regimes
from .answer import IdCard, Level, Step

WHOLE_BATCH = (
    joinedload(Batch.product).joinedload(Product.brand),
    joinedload(Batch.brand),
    joinedload(Batch.producer),
    joinedload(Batch.plot),
    joinedload(Batch.attached_farmer),
)
MOST_KEPT = 20_000  # batches, about 3 kB each


@dataclass(frozen=True, slots=True)
class Issued:
    """A range of codes as it was signed."""

    first: int
    count: int
    key_number: int
    harvest_date: date
    facts: int
    issued_at: datetime
    kind: CodeKind = CodeKind.FULL


@dataclass(frozen=True, slots=True)
class Released:
    """A run of labels that is on the packs."""

    first: int
    count: int
    released_at: datetime


@dataclass(frozen=True, slots=True)
class Voided:
    """A run of which all labels are void."""

    first: int
    count: int
    reason: str


@dataclass(frozen=True, slots=True)
class BatchFacts:
    """All of a batch that does not depend on which of its packs is looked at."""

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
        """The range in which the unit was issued."""
        place = bisect_right(self.issued, ordinal, key=lambda codes: codes.first) - 1
        return (
            self.issued[place] if place >= 0 and ordinal < self.issued[place].first + self.issued[place].count else None
        )

    def gone_of(self, ordinal: int) -> Gone | None:
        """The shipment that the unit's pack left with."""
        return next(
            (
                one
                for one in self.gone
                if one.first is not None and one.count and one.first <= ordinal < one.first + one.count
            ),
            None,
        )

    def release_of(self, ordinal: int) -> Released | None:
        """The released run that carries the unit's label."""
        return next((run for run in self.released if run.first <= ordinal < run.first + run.count), None)

    def void_of(self, ordinal: int) -> Voided | None:
        """The void run that carries the unit's label."""
        return next((run for run in self.void_runs if run.first <= ordinal < run.first + run.count), None)


def gather(session: Session, office: Installation, id_number: str, today: date) -> BatchFacts | None:
    """Read the facts of a batch; None if there is no such batch."""
    batch = session.scalar(sa.select(Batch).where(Batch.id_number == id_number).options(*WHOLE_BATCH))
    if batch is None:
        return None
    return BatchFacts(
        batch.id,
        batch.state,
        batch.state_since,
        batch.state_reason,
        batch_card(session, office, batch),
        claims.badges(session, batch.product_id, today, branded=batch.brand_id is not None),
        coverage.of_batch(session, batch),
        cache.last_line(session, office.policy, today),
        credit.summary(session, office.policy, batch.producer_id, today),
        _steps(batch),
        _issued(session, batch.id),
        _released(session, batch.id),
        session.scalar(sa.select(VoidUnit.id).where(VoidUnit.batch_id == batch.id).limit(1)) is not None,
        _void_runs(session, batch.id),
        way_of(session, office, batch),
        gone(session, batch.id),
        _commitment(session, batch.id),
    )


def _commitment(session: Session, batch_id: int) -> Commitment | None:
    """The newest live commitment certificate."""
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
    if batch.attached_farmer is not None:  # who answers for what it grew
        grown = (
            Step(batch.harvest_date, Message(N_("由挂靠农户 %(name)s 种植"), {"name": batch.attached_farmer.name})),
        )
    return (*grown, made, Step(day_of(batch.declared_at), Message(N_("批次登记"))))


def batch_card(session: Session, office: Installation, batch: Batch) -> IdCard:
    """The face of a batch's card."""
    return replace(
        product_card(session, office, batch.product, day_of(batch.declared_at)),
        level=Level.BATCH,
        id_number=batch.id_number,
        product=batch.name,
        brand=batch.brand.name if batch.brand else None,
        place=batch.plot.place,
        county=office.policy.full_county_name(batch.county),
        harvest_date=batch.harvest_date,
        net_content=batch.net_content,
        made=regimes.is_made(batch),
        best_before=regimes.best_before(batch),
    )


def product_card(session: Session, office: Installation, product: Product, today: date) -> IdCard:
    """The face of a product's card; with its brand while the producer may use it."""
    mark = session.scalar(sa.select(ProductPicture.mark).where(ProductPicture.product_id == product.id))
    brand = product.brand if licences.bar(session, product.brand, product.producer_id, today) is None else None
    number = product.id_number or ""
    return IdCard(
        Level.PRODUCT,
        number,
        product.name_under(brand),
        number,
        product.producer.name,
        office.policy.full_county_name(product.producer.county),
        brand.name if brand else None,
        picture=f"/picture/{number}-{mark}.jpg" if mark else None,
        demonstration=product.producer.demonstration,
        licence=product.food_licence if product.regime is Regime.PROCESSED else None,
    )


Mark = tuple[int, date, Progress | None]
_VERSION = "SELECT version FROM record_version"


class BatchFactsCache:
    """The facts of the batches looked at lately, in this process, for one record version, one day and one public count."""

    def __init__(self, db: Database, most: int = MOST_KEPT) -> None:
        self._db, self._most, self._lock = db, most, Lock()
        self._counts = cache.counts_of(db.engine)
        self._valid_for: Mark | None = None
        self._kept: OrderedDict[str, BatchFacts] = OrderedDict()

    def get(self, session: Session, office: Installation, id_number: str, today: date) -> BatchFacts | None:
        """As `gather`, from memory where nothing has changed since. The version is read before the facts, so what is
        kept can be newer than its version but never older."""
        mark, (found,) = self._look([id_number], today)
        if found is None and (found := gather(session, office, id_number, today)) is not None:
            self._keep(mark, id_number, found)
        return found

    def remembered(self, id_numbers: Sequence[str], today: date) -> list[BatchFacts | None]:
        """What `get` would give of each, as far as that is in memory and nothing has changed since: one question to the
        record for all of them."""
        return self._look(id_numbers, today)[1]

    def __len__(self) -> int:
        return len(self._kept)

    def _look(self, id_numbers: Sequence[str], today: date) -> tuple[Mark, list[BatchFacts | None]]:
        mark = (self._version(), today, self._counts.line)
        with self._lock:
            if mark != self._valid_for:
                self._kept.clear()
                self._valid_for = mark
            return mark, [self._kept.get(number) for number in id_numbers]

    def _version(self) -> int:
        """The record version, asked of the driver itself: this is on the way of every scan."""
        connection = self._db.engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(_VERSION)
            row = cursor.fetchone()
            connection.rollback()
            return int(row[0]) if row else 0
        finally:
            connection.close()

    def _keep(self, mark: Mark, id_number: str, facts: BatchFacts) -> None:
        with self._lock:
            if mark == self._valid_for:
                self._kept[id_number] = facts
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
