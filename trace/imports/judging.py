"""Every row of a table goes through the use-case that the form of the same thing goes through, in tables of our own.

So a preview holds no lock, and it says what the import will say. The rows are tried in short steps. What the record has
already is asked of the record after the last of them, and once more when the rows enter.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from ..audit.sure import EVERYTHING, Unsure
from ..db.apart import Apart
from ..errors import Invalid, TraceError
from ..models import Event
from .engine import Clash, Desk, Fault, Import, Known, Line, Made, Table, fault_of, faults_of
from .outcome import SHOWN_FAULTS, Outcome, outcome_of

STEP_ROWS, STEP_SECONDS = 100, 0.03
PAUSE = 0.002  # seconds after each step, for the other threads of the process

Tell = Callable[[int], None]  # takes how many rows have been looked at
Sit = Callable[[Session], Desk]  # a desk for one step


@dataclass
class Trial(Generic[Made]):
    """A table on trial. `alike`: its person wants what says the same as the record, where that may be meant.

    `rows` has the row of the sheet by the number of what was made of it, `compared` the number of the last event of the record
    as it was when all rows were compared with it. `doubts` are what the use-case asks about rows.
    """

    apart: Apart
    kind: Import[Made]
    table: Table
    alike: bool = False
    rows: dict[int, int] = field(default_factory=dict)
    compared: int = 0
    doubts: list[Fault] = field(default_factory=list)

    @property
    def clashes(self) -> list[Clash[Made]]:
        """Those that keep a row out here."""
        return [clash for clash in self.kind.clashes if not (self.alike and clash.asks)]

    @property
    def ours(self) -> type[Made]:
        """The rows of the file, for a query."""
        return aliased(self.kind.made, self.apart.ours(self.kind.made), adapt_on_names=True)

    @property
    def theirs(self) -> type[Made]:
        """The rows of the record, for a query."""
        return aliased(self.kind.made, self.apart.theirs(self.kind.made), adapt_on_names=True)


def judge(trial: Trial[Made], sit: Sit, tell: Tell) -> Outcome:
    """Try every row, and compare with the record. `tell` is called between the steps."""
    faults = [fault for line in trial.table.lines for fault in line.faults]
    trial.doubts.clear()
    waiting = trial.table.lines
    tell(0)
    while waiting:
        with trial.apart.step() as session:
            desk = replace(sit(session), theirs=trial.theirs)
            waiting = waiting[_step(trial, desk, waiting, faults) :]
        time.sleep(PAUSE)
        tell(len(trial.table.lines) - len(waiting))
    return replace(outcome_of(trial.table, faults, clashes(trial)), doubts=trial.doubts)


def _step(trial: Trial[Made], desk: Desk, lines: Sequence[Line], faults: list[Fault]) -> int:
    """Try some rows; returns how many."""
    until, done = time.monotonic() + STEP_SECONDS, 0
    for line in lines[:STEP_ROWS]:
        _try(trial, desk, line, faults)
        done += 1
        if time.monotonic() > until:
            break
    return done


def _try(trial: Trial[Made], desk: Desk, line: Line, faults: list[Fault]) -> None:
    try:
        if line.faults:
            _undone(trial, desk, line)
        else:
            trial.rows[_id_of(_entered(trial, desk, line))] = line.number
    except TraceError as error:
        faults += _beside(line, faults_of(trial.kind, trial.table, line.number, error))


def _undone(trial: Trial[Made], desk: Desk, line: Line) -> None:
    """Try a row of which some cells cannot be read, only for what else is wrong with it."""
    with desk.session.begin_nested() as trying:
        trial.kind.enter(replace(desk, said=EVERYTHING), dict(line.values), line.number)
        trying.rollback()


def _beside(line: Line, found: Sequence[Fault]) -> Sequence[Fault]:
    """Of what the use-case found, that of which the reader of the row knows nothing."""
    told = {fault.column for fault in line.faults}
    return [fault for fault in found if fault.column and fault.column not in told] if told else found


def _entered(trial: Trial[Made], desk: Desk, line: Line) -> Made:
    """What the use-case makes of a row. What it asks is asked of the person with all other rows; it goes on meanwhile as with a yes."""
    try:
        with desk.session.begin_nested():
            return trial.kind.enter(desk, dict(line.values), line.number)
    except Unsure as unsure:
        with desk.session.begin_nested():
            made = trial.kind.enter(replace(desk, said=EVERYTHING), dict(line.values), line.number)
        told = (Invalid("quantity", each.message.template, **each.message.values) for each in unsure.questions)
        trial.doubts += [fault_of(trial.kind, trial.table, line.number, each) for each in told]
        return made


def clashing(trial: Trial[Made], clash: Clash[Made], among: Sequence[int] | None = None) -> sa.Subquery:
    """The rows of the file (`ours`) beside which the record has one (`theirs`) that keeps them out.

    `among` are the numbers of the only rows of the record that are asked for; None: all.
    """
    ours, theirs = trial.ours, trial.theirs
    asked = sa.true() if among is None else _number(theirs).in_(among)
    found = sa.select(_number(theirs)).where(asked, clash.when(theirs, ours)).limit(1).scalar_subquery()
    pairs = sa.select(_number(ours).label("ours"), found.label("theirs")).subquery()
    return sa.select(pairs).where(pairs.c.theirs.is_not(None)).subquery()


def _number(kind: type[Made]) -> sa.ColumnElement[int]:
    number: sa.ColumnElement[int] = getattr(kind, "id")  # noqa: B009 - every table that is imported has one
    return number


def _id_of(row: Made) -> int:
    return int(getattr(row, "id"))  # noqa: B009


def clashes(trial: Trial[Made]) -> list[Known]:
    """The rows that say what the record says already. One that cannot enter at all is not asked about."""
    found: dict[int, Known] = {}
    with trial.apart.step() as session:
        trial.compared = session.scalar(sa.select(sa.func.max(trial.apart.theirs(Event).c.id))) or 0
        for clash in sorted(trial.clashes, key=lambda each: each.asks):
            for fault in _clashes(session, trial, clash):
                found.setdefault(fault.row, Known(fault, clash.asks))
    return list(found.values())


def _clashes(session: Session, trial: Trial[Made], clash: Clash[Made]) -> list[Fault]:
    """The words are made of the record's row for those that are shown; the others only count."""
    pairs, theirs = clashing(trial, clash), trial.theirs
    both = sorted((trial.rows[ours], other) for ours, other in session.execute(sa.select(pairs)))
    wanted = {other for _, other in both[:SHOWN_FAULTS]}
    rows = session.scalars(sa.select(theirs).where(_number(theirs).in_(wanted)))
    says: dict[int, Invalid] = {_id_of(row): clash.says(row) for row in rows}
    some = next(iter(says.values()), None)
    return [fault_of(trial.kind, trial.table, row, says.get(other, some)) for row, other in both if some]
