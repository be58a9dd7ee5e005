"""The packs whose labels may have been copied, as cases of officers: raised by the program from facts, looked into by people."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from .. import fields
from ..access.actor import Actor
from ..access.matching import any_of, named, numbered
from ..access.visibility import visible
from ..audit import log
from ..db import lock
from ..errors import N_, Conflict
from ..listing.listof import Choice, Column, Days, ListOf
from ..models import Action, Batch, CloneCase, CloneState, Producer, Product, UnitScans
from ..policy.policy import Policy
from .clones import PackFacts, weigh
from .pack_facts import facts_for

AT_ONCE = 500  # packs that are judged in one transaction
MANY_MORE = 2  # so many times the readers bring a pack back that was explained or closed
OPEN = (CloneState.NEW, CloneState.LOOKING)


@dataclass(frozen=True, slots=True)
class Found:
    """A pack whose signs have the points, and has no open case."""

    batch_id: int
    ordinal: int
    facts: PackFacts
    points: int


After = tuple[int, int]
"""A pack: its batch's row number, and its ordinal."""


def judged(session: Session, policy: Policy, since: datetime, after: After) -> tuple[list[Found], After | None]:
    """The packs to raise, of the next ones after this that were looked at since then; and the last that was judged, to go on
    from, or None where no more are left. Only reads."""
    if (fewest := policy.clone.fewest_readers) is None:
        return [], None
    key = sa.tuple_(UnitScans.batch_id, UnitScans.ordinal)
    rows = sa.select(UnitScans).where(UnitScans.readers >= fewest, UnitScans.last_at >= since, key > sa.tuple_(*after))
    units = session.scalars(rows.order_by(UnitScans.batch_id, UnitScans.ordinal).limit(AT_ONCE)).all()
    found: list[Found] = []
    for number in sorted({unit.batch_id for unit in units}):
        if batch := session.get(Batch, number):
            found += _judged(session, policy, batch, [unit for unit in units if unit.batch_id == number])
    return found, (units[-1].batch_id, units[-1].ordinal) if len(units) == AT_ONCE else None


def _judged(session: Session, policy: Policy, batch: Batch, units: list[UnitScans]) -> Iterator[Found]:
    for unit, facts in facts_for(session, policy, batch, units):
        suspicion = weigh(facts, policy.clone)
        if suspicion and not _stands(_case(session, batch.id, unit.ordinal), facts):
            yield Found(batch.id, unit.ordinal, facts, suspicion.points)


def _case(session: Session, batch_id: int, ordinal: int) -> CloneCase | None:
    return session.scalar(sa.select(CloneCase).where(CloneCase.batch_id == batch_id, CloneCase.ordinal == ordinal))


def _stands(case: CloneCase | None, facts: PackFacts) -> bool:
    """Whether a case says all there is to say: it is open, or not many more have looked since it was ended."""
    return case is not None and (case.state in OPEN or facts.readers < MANY_MORE * case.readers)


def raise_case(session: Session, actor: Actor, found: Found) -> None:
    """Put a pack before the officers, for the first time or again."""
    batch, facts = session.get_one(Batch, found.batch_id), found.facts
    lock(session, batch)
    if _stands(row := _case(session, batch.id, found.ordinal), facts):
        return
    if row is None:
        row = CloneCase(batch_id=batch.id, ordinal=found.ordinal)
        session.add(row)
    row.state, row.state_since, row.raised_at = CloneState.NEW, actor.at, actor.at
    row.readers, row.places, row.points = facts.readers, facts.places or 0, found.points
    log.record(
        session,
        actor,
        Action.CLONE_RAISE,
        row,
        batch=batch.id_number,
        number=row.ordinal + 1,
        readers=row.readers,
        places=row.places,
    )


def look_into(session: Session, actor: Actor, case: CloneCase) -> None:
    """An officer looks into it. Raises Conflict for one that is looked into, explained or closed."""
    lock(session, case)
    if case.state is not CloneState.NEW:
        raise Conflict(N_("已经有人在核查，或者已经办结"))
    _to(session, actor, case, CloneState.LOOKING, Action.CLONE_LOOK, None)


def explain(session: Session, actor: Actor, case: CloneCase, word: str) -> None:
    """There is a reason for so many readers; the pack comes back when many more have looked. Raises Invalid (reason), Conflict."""
    _end(session, actor, case, CloneState.EXPLAINED, Action.CLONE_EXPLAIN, word)


def close(session: Session, actor: Actor, case: CloneCase, word: str) -> None:
    """What was to be done is done. Raises Invalid (reason), Conflict."""
    _end(session, actor, case, CloneState.CLOSED, Action.CLONE_CLOSE, word)


def _end(session: Session, actor: Actor, case: CloneCase, state: CloneState, action: Action, word: str) -> None:
    why = fields.reason(word)
    lock(session, case)
    if case.state not in OPEN:
        raise Conflict(N_("这一件已经办结"))
    _to(session, actor, case, state, action, why)


def reopen(session: Session, actor: Actor, case: CloneCase, word: str) -> None:
    """It was explained or closed too early, and is looked into again. Raises Invalid (reason), Conflict for an open one."""
    why = fields.reason(word)
    lock(session, case)
    if case.state in OPEN:
        raise Conflict(N_("这一件还没有办结"))
    _to(session, actor, case, CloneState.LOOKING, Action.CLONE_REOPEN, why)


def _to(session: Session, actor: Actor, case: CloneCase, state: CloneState, action: Action, why: str | None) -> None:
    case.state, case.state_since, case.word = state, actor.at, why
    log.record(session, actor, action, case, why, batch=case.batch.id_number, number=case.ordinal + 1)


def open_ones(actor: Actor) -> sa.Select[CloneCase]:
    """Those that an officer has to deal with."""
    return visible(actor, CloneCase).where(CloneCase.state.in_(OPEN))


def of_packs(session: Session, actor: Actor, batch: Batch, ordinals: Iterable[int]) -> dict[int, CloneCase]:
    """The cases of these packs of a batch, by ordinal."""
    rows = visible(actor, CloneCase).where(CloneCase.batch_id == batch.id, CloneCase.ordinal.in_(list(ordinals)))
    return {row.ordinal: row for row in session.scalars(rows)}


def _rows(actor: Actor) -> sa.Select[CloneCase]:
    return visible(actor, CloneCase).join(Batch.product).join(Batch.producer)


CLONE_CASES = ListOf(
    "clone_cases",
    _rows,
    CloneCase.id,
    (
        Column("pack", N_("批次和序号"), (Batch.id_number, CloneCase.ordinal)),
        Column("product", N_("产品"), (Product.name_normal,)),
        Column("producer", N_("主体"), (Producer.name_normal,)),
        Column("county", N_("县市区"), (Batch.county,)),
        Column("readers", N_("查过的人"), (CloneCase.readers,), newest=True, is_number=True),
        Column("places", N_("地方"), (CloneCase.places,), newest=True, is_number=True),
        Column("raised", N_("发现"), (CloneCase.raised_at,), newest=True),
        Column("state", N_("状态"), (CloneCase.state,)),
    ),
    "-raised",
    any_of(numbered(Batch.id_number), named(Product.name_normal, Producer.name_normal)),
    N_("批次、产品、主体"),
    N_("没有可能被复制的标签。"),
    choices=(
        Choice(
            "state",
            N_("状态"),
            CloneState,
            lambda state, actor: CloneCase.state == state,
            lambda actor: CloneState.NEW,
            is_tabs=True,
        ),
    ),
    county=Batch.county,
    product=named(Product.name_normal),
    days=Days(N_("发现"), CloneCase.raised_at, is_moment=True),
    options=(
        contains_eager(CloneCase.batch).contains_eager(Batch.product),
        contains_eager(CloneCase.batch).contains_eager(Batch.producer),
    ),
)
