"""What a scan needs to know of a batch, read from the record in one place. `facts_cache` keeps it in memory."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import or_

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from ..audit import credit
from ..audit.credit import Credit
from ..certification.claims import Badge
from ..chain.way import ORIGIN_WORDS, Gone, Stretch, Way, gone, stretch_of, way_along
from ..clock import day_of
from ..codes.kinds import CodeKind
from ..commitment import certificates
from ..commitment.certificates import Commitment
from ..errors import N_, Message
from ..installation.installation import Installation
from ..insurance import coverage
from ..insurance.coverage import Insurance
from ..models import (
    Batch,
    BatchLink,
    BatchState,
    CodeRange,
    InsurancePolicy,
    Origin,
    PrintRun,
    PrintState,
    Product,
    RecoveredLine,
    VoidUnit,
)
from ..models.changes import Key
from ..models.recovered import Told
from ..models.touches import Kind
from ..provenance import claims
from ..provenance.goods import Way as GoodsWay
from .answer import Step
from .id_card import IdCard, batch_card
from .lapses import Lapses, lapses_of
from .standing import ON_SALE, Standing


@dataclass(frozen=True, slots=True)
class Issued:
    """A range of codes as it was issued: `count` units from the ordinal `first` (from 0).

    `witnessed_at` (aware UTC) is when witnesses of the public log first signed a checkpoint that has the issue; None while that is
    not shown. It is asked only of a leaked key (`lookup`), and not remembered. `issued_at` is the record's own word, which vouches
    for nothing then.
    """

    first: int
    count: int
    key_number: int
    harvest_date: date
    facts: int
    issued_at: datetime
    kind: CodeKind = CodeKind.FULL
    witnessed_at: datetime | None = None


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
    """What a scan tells of a batch, the same for each of its packs, but for how it stands. Ordinals of packs count from 0."""

    batch_id: int
    card: IdCard
    certifications: tuple[Badge, ...]
    insurance: Insurance
    credit: Credit
    steps: tuple[Step, ...]
    issued: tuple[Issued, ...]
    released: tuple[Released, ...]
    has_voids: bool
    void_runs: tuple[Voided, ...] = ()
    way: Way | None = None
    gone: tuple[Gone, ...] = ()
    commitment: Commitment | None = None
    lapses: Lapses = Lapses()

    @property
    def at_issue(self) -> int:
        """What any code of the batch says of the day of its issue."""
        return reduce(or_, (codes.facts for codes in self.issued), 0)

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


@dataclass(frozen=True, slots=True)
class Gathered:
    """The facts of a batch, how it stands, and the keys of all that the facts were read from."""

    facts: BatchFacts
    standing: Standing
    keys: frozenset[Key]


_STANDING_BATCH = (
    sa.select(Batch, sa.exists().where(VoidUnit.batch_id == Batch.id), sa.exists().where(BatchLink.from_id == Batch.id))
    .where(Batch.id_number == sa.bindparam("number"))
    .options(
        joinedload(Batch.product).options(joinedload(Product.brand), joinedload(Product.producer)),
        joinedload(Batch.brand),
        joinedload(Batch.producer),
    )
)


def gather(session: Session, installation: Installation, id_number: str, today: date) -> Gathered | None:
    """Read the facts of a batch for the day `today` (Shanghai). None if no batch has this ID number."""
    row = session.execute(_STANDING_BATCH, {"number": id_number}).one_or_none()
    if row is None:
        return None
    batch, has_voids, went_on = row
    policies = coverage.policies_for(session, batch.producer_id, batch.product_id, batch.id)
    runs, stretch = _runs(session, batch.id), stretch_of(session, batch, went_on)
    said = claims.of_batch(session, batch, today)
    sold = min((day_of(run.released_at) for run in runs[0]), default=None)
    facts = BatchFacts(
        batch.id,
        batch_card(session, installation, batch, said),
        said.badges,
        coverage.judge(policies, coverage.days_of(batch, sold), said.nature),
        credit.summary(session, installation.policy, batch.producer_id, today),
        _steps(batch),
        _issued(session, batch.id),
        runs[0],
        has_voids,
        runs[1],
        way_along(session, installation, batch, stretch),
        gone(session, batch.id),
        _commitment(session, batch.id),
        lapses_of(batch, said),
    )
    return Gathered(facts, _standing(batch), _keys(batch, policies, stretch, said.way))


def _standing(batch: Batch) -> Standing:
    stopped = batch.state is not BatchState.ON_SALE
    return Standing(batch.state, batch.state_since, batch.state_reason, batch.stopped_by) if stopped else ON_SALE


def _keys(batch: Batch, policies: Sequence[InsurancePolicy], stretch: Stretch, way: GoodsWay) -> frozenset[Key]:
    """All that the facts were read from, by the keys that a change of it touches (`models.touches`)."""
    product, nodes = batch.product, (*stretch.made_of, *stretch.became)
    sources = [one for one in way.values() if one.id != batch.id]  # all of them, where the stretch is cut
    others = {*(node.id for node in nodes), *(one.id for one in sources)}
    named: dict[Kind, Iterable[int | None]] = {
        Kind.BATCH: (batch.id, *others),
        Kind.STATE: others,  # its own is asked each time
        Kind.PRODUCT: (product.id, *(node.product_id for node in nodes), *(one.product_id for one in sources)),
        Kind.PRODUCER: (batch.producer_id, product.producer_id, *(node.producer_id for node in nodes)),
        Kind.BRAND: (batch.brand_id, product.brand_id),
        Kind.LICENCES: (product.producer_id,),
        Kind.POLICIES: (batch.producer_id,),
        Kind.INSURER: (policy.insurer_id for policy in policies),
        Kind.CREDIT: (batch.producer_id,),
    }
    return frozenset((kind.value, one) for kind, ones in named.items() for one in ones if one is not None)


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


_ISSUED = (
    sa.select(
        CodeRange.first,
        CodeRange.count,
        CodeRange.key_number,
        CodeRange.harvest_date,
        CodeRange.facts,
        CodeRange.issued_at,
        CodeRange.kind,
    )
    .where(CodeRange.batch_id == sa.bindparam("batch"))
    .order_by(CodeRange.first)
)


def _issued(session: Session, batch_id: int) -> tuple[Issued, ...]:
    return tuple(Issued(*row) for row in session.execute(_ISSUED, {"batch": batch_id}))


_RUNS = sa.select(PrintRun.state, PrintRun.first, PrintRun.count, PrintRun.released_at, PrintRun.void_reason).where(
    PrintRun.batch_id == sa.bindparam("batch"), PrintRun.state.in_([PrintState.RELEASED, PrintState.VOID])
)


_RECOVERED = sa.select(RecoveredLine.first, RecoveredLine.count, RecoveredLine.at).where(
    RecoveredLine.batch_id == sa.bindparam("batch"), RecoveredLine.told == Told.RELEASED
)


def _runs(session: Session, batch_id: int) -> tuple[tuple[Released, ...], tuple[Voided, ...]]:
    """The runs of labels that are on packs, also those of which only the log tells since a restore; and those that are void."""
    rows = session.execute(_RUNS, {"batch": batch_id}).all()
    released = [Released(first, n, at) for state, first, n, at, _ in rows if state is PrintState.RELEASED and at]
    released += [Released(*row) for row in session.execute(_RECOVERED, {"batch": batch_id})]
    return (
        tuple(released),
        tuple(Voided(first, count, why or "") for state, first, count, _, why in rows if state is PrintState.VOID),
    )


def _steps(batch: Batch) -> tuple[Step, ...]:
    how = "processed" if batch.origin is Origin.PROCESSED else "received" if batch.supplier else "harvest"
    made = Step(batch.harvest_date, Message(ORIGIN_WORDS[how]))
    grown: tuple[Step, ...] = ()
    if batch.farmer_name is not None:  # the attached grower (挂靠农户) stays the responsible one, so it is named
        grown = (Step(batch.harvest_date, Message(N_("由挂靠农户 %(name)s 种植"), {"name": batch.farmer_name})),)
    return (*grown, made, Step(day_of(batch.declared_at), Message(N_("批次登记"))))
