"""The random draw of producers for inspection (随机抽查): weighted by risk. A person who draws again finds the same.

The seed begins with one that was committed to before the draw (`draw_seeds`); a public number may follow it.

For every producer in the pool u = (the first 13 hexadecimal digits of SHA-256 of "seed:number", as a whole number, plus
one) / 16^13 and its key is -ln(u) / weight; the smallest keys are drawn, without putting back (Efraimidis and Spirakis).
"""

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .. import fields
from ..access import demonstrations
from ..access.actor import Actor
from ..access.visibility import visible
from ..audit import log
from ..clock import day_of
from ..errors import N_, Conflict
from ..models import (
    Action,
    Batch,
    EntryKind,
    Event,
    FarmEntry,
    Inspection,
    InspectionDraw,
    InspectionKind,
    Producer,
    Review,
)
from ..models.log_entries import canonical
from . import draw_seeds
from .record import standing

RULE = "2026-1"
"""Raised when a weight below changes; written on every draw."""
YEARS = 2
BASE, FAILED, OFTEN, NEVER, NO_RECORD = 1, 3, 1, 2, 1
MANY_USES = 10  # of inputs, within a year
MOST = 200


@dataclass(frozen=True, slots=True)
class Candidate:
    """A producer in the pool: its row number, name, and the facts that give its weight."""

    id: int
    name: str
    failed: int  # failed inspections within two years
    uses: int  # of inputs, within a year
    sampled: int  # officers' samplings ever
    recorded: bool  # whether it has any record within a year

    @property
    def weight(self) -> int:
        """1; 3 more for each failed inspection of two years (at most two count); 1 more from ten uses of inputs in a year
        on; 2 more if never sampled; 1 more without any record in a year."""
        return (
            BASE
            + FAILED * min(self.failed, 2)
            + OFTEN * (self.uses >= MANY_USES)
            + NEVER * (self.sampled == 0)
            + NO_RECORD * (not self.recorded)
        )


def key(seed: str, number: int, weight: int) -> float:
    """The smaller, the sooner drawn."""
    part = int(hashlib.sha256(f"{seed}:{number}".encode()).hexdigest()[:13], 16)
    return -math.log((part + 1) / 16**13) / weight


def mark(row: InspectionDraw) -> str:
    """SHA-256 of a draw's seed, rule, wanted number and pool, as docs/open_data.md says; hexadecimal. Public from the draw on."""
    numbers = sorted([each.id, each.weight] for each in pool_of(row))
    told = {"pool": numbers, "rule": row.rule, "seed": row.seed, "wanted": row.wanted}
    return hashlib.sha256(canonical(told)).hexdigest()


def drawn(seed: str, pool: Sequence[Candidate], wanted: int) -> list[Candidate]:
    """The producers drawn, in their order."""
    return sorted(pool, key=lambda each: (key(seed, each.id, each.weight), each.id))[:wanted]


def pool(session: Session, actor: Actor) -> list[Candidate]:
    """The approved producers that the officer sees that declared a batch within a year, with their facts of today."""
    today = day_of(actor.at)
    year, two = actor.at - timedelta(days=365), today - timedelta(days=365 * YEARS)
    active = sa.select(Batch.producer_id).where(Batch.declared_at >= year, Batch.counts())
    known = visible(actor, Producer).where(Producer.state == Review.APPROVED, Producer.id.in_(active))
    rows = known.where(demonstrations.counts(Producer))
    failed = _tests(session, Inspection.passed.is_(False), Inspection.reported_on >= two)
    sampled = _tests(session, Inspection.kind == InspectionKind.SAMPLING)
    kept = standing().where(FarmEntry.day >= today - timedelta(days=365)).subquery()
    uses, entries = (_counted(session, kept, *where) for where in ((kept.c.kind == EntryKind.INPUT,), ()))
    return [
        Candidate(
            row.id, row.name, failed.get(row.id, 0), uses.get(row.id, 0), sampled.get(row.id, 0), row.id in entries
        )
        for row in session.scalars(rows.order_by(Producer.id))
    ]


def _tests(session: Session, *where: sa.ColumnElement[bool]) -> dict[int, int]:
    rows = sa.select(Batch.producer_id, sa.func.count()).join(Inspection, Inspection.batch_id == Batch.id)
    found = session.execute(rows.where(Inspection.withdrawn_at.is_(None), *where).group_by(Batch.producer_id))
    return {number: count for number, count in found}


def _counted(session: Session, kept: sa.Subquery, *where: sa.ColumnElement[bool]) -> dict[int, int]:
    rows = sa.select(kept.c.producer_id, sa.func.count()).where(*where).group_by(kept.c.producer_id)
    return {number: count for number, count in session.execute(rows)}


def draw(session: Session, actor: Actor, wanted: str, seed: str = "") -> InspectionDraw:
    """Draw, and keep seed and pool, so that anyone can draw again. `seed`: what is added to the committed seed, best a public number
    (of a lottery, say). The mark is public at once, seed and pool when the samples are in (`draw_publication`); the seed of the
    next draw is committed to.

    Raises Invalid for seed or number, Conflict when nobody is in the pool.
    """
    said = fields.line("seed", seed, most=60) if seed.strip() else ""
    found = pool(session, actor)
    if not found:
        raise Conflict(N_("一年内没有登记过批次的主体，没有可抽的"))
    committed = draw_seeds.open_one(session) or draw_seeds.commit(session, actor)
    row = InspectionDraw(
        county=actor.county,
        seed=draw_seeds.whole(committed.secret, said),
        rule=RULE,
        wanted=min(fields.count("wanted", wanted, MOST), len(found)),
        pool={"producers": [asdict(each) for each in found]},
        at=actor.at,
        actor_name=actor.name,
    )
    session.add(row)
    log.record(
        session,
        actor,
        Action.INSPECTION_DRAW,
        row,
        seed=row.seed,
        commitment=committed.commitment,
        wanted=row.wanted,
        mark=mark(row),
        drawn=[each.id for each in result(row)],
    )
    draw_seeds.use(session, actor, committed, row)
    return row


def pool_of(row: InspectionDraw) -> list[Candidate]:
    """The pool of a draw, as it was kept."""
    return [Candidate(**each) for each in row.pool["producers"]]


def result(row: InspectionDraw) -> list[Candidate]:
    """Draw again from what was kept."""
    return drawn(row.seed, pool_of(row), row.wanted)


def ranking(row: InspectionDraw) -> list[tuple[Candidate, float]]:
    """Everyone in a draw with the key, in the order of the keys. Those drawn come first."""
    listed = drawn(row.seed, pool_of(row), len(pool_of(row)))
    return [(each, key(row.seed, each.id, each.weight)) for each in listed]


def as_recorded(session: Session, row: InspectionDraw) -> bool:
    """Whether drawing again gives the producers that the event of the draw names."""
    event = next((each for each in log.events_of(session, row) if each.action == Action.INSPECTION_DRAW), None)
    return event is not None and event.data.get("drawn") == [each.id for each in result(row)]


@dataclass(frozen=True)
class Outstanding:
    """A draw of which `left` producers have no officers' sampling on record since."""

    id: int
    county: str | None
    at: datetime
    actor_name: str
    left: int


def outstanding(session: Session, actor: Actor) -> list[Outstanding]:
    """The draws of an officer's own office within a year that are not done: those of a county are the county's, those of the
    city the city's. Who was drawn is read from the draw's event."""
    row, since = InspectionDraw, actor.at - timedelta(days=365)
    drew = sa.and_(Event.object_kind == row.__tablename__, Event.object_id == row.id)
    rows = sa.select(row.id, row.county, row.at, row.actor_name, Event.data).join(Event, drew).order_by(row.id)
    own = row.county.is_not_distinct_from(actor.county)
    found = session.execute(rows.where(own, row.at >= since, Event.action == Action.INSPECTION_DRAW)).all()
    last = _sampled(session) if found else {}
    made = [
        Outstanding(number, county, at, name, _left(data["drawn"], last, day_of(at)))
        for number, county, at, name, data in found
    ]
    return [each for each in made if each.left]


def _sampled(session: Session) -> dict[int, date]:
    """The last day on which officers sampled each producer."""
    rows = sa.select(Batch.producer_id, sa.func.max(Inspection.sampled_on)).join(Inspection.batch)
    rows = rows.where(Inspection.kind == InspectionKind.SAMPLING, Inspection.withdrawn_at.is_(None))
    return {number: day for number, day in session.execute(rows.group_by(Batch.producer_id))}


def _left(drawn_ids: Iterable[int], last: Mapping[int, date], day: date) -> int:
    return sum(last.get(number, date.min) < day for number in drawn_ids)
