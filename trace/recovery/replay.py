"""What the lost acts left behind that must not be forgotten, done again as far as the public facts tell.

Units that were given out, labels that were printed, released or made void, key lists, destroyed salts: a rule for each. How batches
stand is done last (`states`). What the log does not tell, such as a batch's own row, is skipped and said.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..codes.kinds import CodeKind
from ..installation import fingerprints
from ..models import Action, Batch, CodeRange, PrintRun, PrintState, RecoveredLine, VoidUnit
from ..models.recovered import Told
from .entering import moment
from .lost import Leaf

WHY = "按公开日志恢复"
LIVE = (PrintState.PLANNED, PrintState.READY, PrintState.RELEASED, PrintState.VOID)


class Outcome(StrEnum):
    """What became of a lost act."""

    KEPT = "kept"  # it was in the record, not published yet
    DONE = "done"
    NOTED = "noted"  # the record keeps what the log tells, since the row itself is lost
    AGAIN = "again"  # it must be done once more by a person
    SKIPPED = "skipped"  # the log does not tell enough


@dataclass
class Replay:
    """The lost leaves, done again in their order. `outcomes` says what became of each; `objects` are the rows that were made,
    `voided` those of units of which no lost act tells one by one: their run is lost."""

    session: Session
    leaves: Sequence[Leaf]
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    objects: dict[int, int] = field(default_factory=dict)
    batches: dict[str, Batch | None] = field(default_factory=dict)
    voided: list[int] = field(default_factory=list)
    units: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def run(self) -> None:
        """Do all of them."""
        for leaf in self.leaves:
            self.outcomes[leaf.index] = Outcome.KEPT if leaf.event is not None else self._done(leaf)

    def _done(self, leaf: Leaf) -> Outcome:
        rule = RULES.get(leaf.action)
        try:
            return rule(self, leaf) if rule else Outcome.SKIPPED
        except (KeyError, ValueError, TypeError):  # an entry that was too long has no public facts
            return Outcome.SKIPPED

    def batch(self, number: str) -> Batch | None:
        """The batch with this ID number; None when its row is lost."""
        if number not in self.batches:
            self.batches[number] = self.session.scalar(sa.select(Batch).where(Batch.id_number == number))
        return self.batches[number]

    def note(self, leaf: Leaf, told: Told, number: str, first: int = 0, count: int = 0) -> Outcome:
        """Keep what the log tells, where there is no row for it."""
        batch, reason = self.batch(number), cast("str | None", leaf.told.get("reason"))
        line = RecoveredLine(leaf=leaf.index, number=number, told=told, at=moment(leaf), reason=reason)
        line.batch_id, line.first, line.count = batch.id if batch else None, first, count
        self.session.add(line)
        return Outcome.NOTED

    @cached_property
    def cancelled(self) -> frozenset[tuple[str, int, int]]:
        """The prints that were thrown away again."""
        return frozenset(_units(leaf) for leaf in self.leaves if leaf.action == Action.PRINT_CANCEL and leaf.data)

    def run_of(self, units: tuple[str, int, int]) -> PrintRun | None:
        """The newest print of just these units."""
        number, first, count = units
        rows = sa.select(PrintRun).join(PrintRun.batch).where(Batch.id_number == number)
        same = rows.where(PrintRun.first == first, PrintRun.count == count)
        return self.session.scalars(same.order_by(PrintRun.id.desc()).limit(1)).first()


def _units(leaf: Leaf) -> tuple[str, int, int]:
    """The batch, the first unit (from 0) and how many, as an event of codes or labels says them; no batch in older entries."""
    data = cast("Mapping[str, int]", leaf.data)
    first = data["first"] - 1
    return str(leaf.data.get("batch", "")), first, data["count"] if "count" in data else data["last"] - first


def _issue(replay: Replay, leaf: Leaf) -> Outcome:
    """The same range again, so that its codes are those that were given out; without their words only the units are kept."""
    number, first, count = _units(leaf)
    replay.units[number] += count
    batch = replay.batch(number)
    if batch is None or "facts" not in leaf.data or _overlaps(replay.session, batch, first, count):
        return replay.note(leaf, Told.ISSUED, number, first, count)
    replay.objects[leaf.index] = _add_range(replay.session, batch, leaf, first, count)
    _reserve(replay.session, batch, first + count)
    return Outcome.DONE


def _overlaps(session: Session, batch: Batch, first: int, count: int) -> bool:
    other = sa.select(CodeRange.id).where(CodeRange.batch_id == batch.id, CodeRange.first < first + count)
    return session.scalar(other.where(CodeRange.first + CodeRange.count > first).limit(1)) is not None


def _add_range(session: Session, batch: Batch, leaf: Leaf, first: int, count: int) -> int:
    data = leaf.data
    adding = sa.insert(CodeRange).values(
        batch_id=batch.id,
        first=first,
        count=count,
        kind=CodeKind(str(data["kind"])),
        key_number=data["key"],
        harvest_date=date.fromisoformat(str(data["harvest"])),
        facts=data["facts"],
        issued_at=moment(leaf),
        idempotency_key=f"log {leaf.index}",
    )
    return cast(int, session.connection().scalar(adding.returning(CodeRange.id)))


def _reserve(session: Session, batch: Batch, end: int) -> None:
    """The batch has so many codes, or as many as its goods still allow: the next one is counted from the ranges themselves."""
    allowed = int((batch.quantity - batch.used) / batch.pack_size)
    reserved = max(batch.reserved, min(end, allowed))
    session.connection().execute(sa.update(Batch).where(Batch.id == batch.id).values(reserved=reserved))
    session.refresh(batch, ["reserved"])


def _plan(replay: Replay, leaf: Leaf) -> Outcome:
    """Labels that may have been made are not made a second time."""
    units = _units(leaf)
    run = replay.run_of(units)
    if run is not None and run.state in LIVE:
        return Outcome.KEPT
    if units in replay.cancelled:
        return Outcome.SKIPPED
    return replay.note(leaf, Told.PLANNED, *units)


def _release(replay: Replay, leaf: Leaf) -> Outcome:
    units = _units(leaf)
    if not units[0]:
        return Outcome.SKIPPED
    run = replay.run_of(units)
    if run is None:
        return replay.note(leaf, Told.RELEASED, *units)
    if run.state is not PrintState.VOID:
        _set_run(replay.session, run, state=PrintState.RELEASED, released_at=moment(leaf))
    return Outcome.DONE


def _cancel(replay: Replay, leaf: Leaf) -> Outcome:
    run = replay.run_of(_units(leaf)) if leaf.data.get("batch") else None
    if run is None or run.state in (PrintState.RELEASED, PrintState.VOID):
        return Outcome.SKIPPED
    _set_run(replay.session, run, state=PrintState.CANCELLED)
    return Outcome.DONE


def _void_run(replay: Replay, leaf: Leaf) -> Outcome:
    number, first, count = units = _units(leaf)
    run, batch = replay.run_of(units) if number else None, replay.batch(number)
    if run is not None:
        _set_run(replay.session, run, state=PrintState.VOID, void_reason=WHY)
        return Outcome.DONE
    if batch is None:
        return Outcome.SKIPPED
    replay.voided += _void(replay, leaf, batch, range(first, first + count))
    return Outcome.DONE


def _void_unit(replay: Replay, leaf: Leaf) -> Outcome:
    ordinal = cast(int, leaf.data["number"]) - 1
    batch = replay.batch(str(leaf.data["batch"]))
    if batch is None:
        return Outcome.SKIPPED
    for unit in _void(replay, leaf, batch, range(ordinal, ordinal + 1)):
        replay.objects[leaf.index] = unit
    return Outcome.DONE


def _void(replay: Replay, leaf: Leaf, batch: Batch, ordinals: range) -> list[int]:
    """Void those that are not yet; the numbers of their rows."""
    connection = replay.session.connection()
    mine = sa.select(VoidUnit.ordinal).where(VoidUnit.batch_id == batch.id)
    known = set(connection.scalars(mine.where(VoidUnit.ordinal.between(ordinals[0], ordinals[-1]))))
    rows = [
        {"batch_id": batch.id, "ordinal": ordinal, "at": moment(leaf), "reason": WHY}
        for ordinal in ordinals
        if ordinal not in known
    ]
    adding = sa.insert(VoidUnit).returning(VoidUnit.id, sort_by_parameter_order=True)
    return list(connection.scalars(adding, rows)) if rows else []


def _set_run(session: Session, run: PrintRun, **values: object) -> None:
    session.connection().execute(sa.update(PrintRun).where(PrintRun.id == run.id).values(**values))
    session.expire(run)


def _adopt(replay: Replay, leaf: Leaf) -> Outcome:
    """The record knows the key list again: without its file nothing starts."""
    if "list" not in leaf.data:
        return Outcome.SKIPPED
    fingerprints.enter(replay.session, {f"list {leaf.data['list']}": str(leaf.data["mark"])})
    return Outcome.DONE


def _forget(replay: Replay, leaf: Leaf) -> Outcome:
    """What was deleted at a person's request is in the backup again. Which words it was the log does not say."""
    return Outcome.AGAIN


def _declare(replay: Replay, leaf: Leaf) -> Outcome:
    """What was declared is not public: the batch is known by its number alone."""
    return replay.note(leaf, Told.DECLARED, str(leaf.told["number"]))


def _known_with(replay: Replay, leaf: Leaf) -> Outcome:
    """Told by another entry as well."""
    return Outcome.DONE


def _state(replay: Replay, leaf: Leaf) -> Outcome:
    """How a batch stands is settled when all leaves were seen."""
    number = str(leaf.told["number"])
    if replay.batch(number) is None:
        return replay.note(leaf, STATES[leaf.action], number)
    return Outcome.DONE


STATES: Mapping[str, Told] = {
    Action.BATCH_HOLD: Told.ON_HOLD,
    Action.BATCH_RELEASE: Told.ON_SALE,
    Action.BATCH_RECALL: Told.RECALLED,
    Action.BATCH_WITHDRAW: Told.WITHDRAWN,
    Action.BATCH_RESTORE: Told.ON_SALE,
}
RULES: Mapping[str, Callable[[Replay, Leaf], Outcome]] = {
    **dict.fromkeys(STATES, _state),
    Action.CODES_ISSUE: _issue,
    Action.BATCH_CODED: _known_with,
    Action.BATCH_DECLARE: _declare,
    Action.PRINT_PLAN: _plan,
    Action.PRINT_RELEASE: _release,
    Action.PRINT_CANCEL: _cancel,
    Action.PRINT_VOID: _void_run,
    Action.UNIT_VOID: _void_unit,
    Action.KEYLIST_ADOPT: _adopt,
    Action.LOG_FORGET: _forget,
    Action.LOG_RECOVER: _known_with,
}
