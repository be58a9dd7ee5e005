"""`yipin recover`: the record gets back what its log says was done since the backup, and issuing goes on."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..audit import log
from ..installation import place
from ..log.checkpoint import Checkpoint
from ..log.folder import LogFolder
from ..models import Action, Batch, VoidUnit, tell
from ..models.changes import EVERYTHING, raise_version
from ..models.contradicted import GUARD
from . import entering, moments, states
from .lost import Leaf, lost
from .replay import Outcome, Replay
from .states import Moved


@dataclass(frozen=True)
class Gap:
    """What the event of a recovery tells of: the log, from the first leaf that was lost."""

    __tablename__: ClassVar[str] = "log_entries"
    id: int


@dataclass(frozen=True)
class Report:
    """What was done. `size` is that of the log, `first` the first leaf that the record lacked."""

    size: int
    first: int
    leaves: Sequence[Leaf] = ()
    outcomes: Counter[tuple[str, Outcome]] = field(default_factory=Counter)
    units: dict[str, int] = field(default_factory=dict)
    moved: Sequence[Moved] = ()
    gone: Sequence[str] = ()

    @property
    def is_needed(self) -> bool:
        """Whether anything was missing."""
        return bool(self.leaves)


def recover(session: Session, actor: Actor, folder: LogFolder, told: Checkpoint) -> Report:
    """Bring back what is missing. `told` is the verified checkpoint of the folder. With nothing missing nothing is done.

    Raises Unavailable where record and log are two histories. Whoever only wants to know rolls back afterwards.
    """
    session.info.pop(GUARD, None)  # this act is the cure
    leaves = lost(session, folder, told)
    if not leaves:
        return Report(told.size, told.size)
    replay = Replay(session, leaves)
    replay.run()
    session.flush()
    moved = states.settle(session, actor, replay)
    entering.enter(session, leaves, replay.objects)
    report = _report(told, replay, moved)
    _tell(session, actor, report)
    _tell_of_units(session, actor, replay.voided)
    raise_version(session.connection(), [EVERYTHING])
    return report


@dataclass(frozen=True)
class Whole:
    """What the events of a move and of the clock tell of."""

    __tablename__: ClassVar[str] = "installation"
    id: int = 1


def move(session: Session, actor: Actor, here: str) -> bool:
    """From now on the installation stands at this place (`installation.place`). Returns whether that is new."""
    is_new = place.settle(session, here)
    if is_new:
        tell(session, log.event(actor, Action.INSTALLATION_MOVE), Whole())
    return is_new


def accept_clock(session: Session, actor: Actor) -> None:
    """Somebody says that this machine's clock is right."""
    moments.accept(session)
    tell(session, log.event(actor, Action.INSTALLATION_CLOCK), Whole())


def _report(told: Checkpoint, replay: Replay, moved: Sequence[Moved]) -> Report:
    outcomes = Counter((leaf.action, replay.outcomes[leaf.index]) for leaf in replay.leaves)
    gone = sorted(number for number, batch in replay.batches.items() if batch is None and number)
    return Report(told.size, replay.leaves[0].index, replay.leaves, outcomes, dict(replay.units), moved, gone)


def _tell_of_units(session: Session, actor: Actor, voided: Sequence[int]) -> None:
    """A lost run was void as a whole. Without its row each unit is void by itself, which needs an act of its own."""
    for unit in session.scalars(sa.select(VoidUnit).where(VoidUnit.id.in_(voided)).order_by(VoidUnit.id)):
        batch = session.get_one(Batch, unit.batch_id)
        said = {"batch": batch.id_number, "number": unit.ordinal + 1}
        tell(session, log.event(actor, Action.UNIT_VOID, unit.reason, **said), unit)


def _tell(session: Session, actor: Actor, report: Report) -> None:
    """The log itself says what it gave back: whoever compares it with the record knows why these events have no salts."""
    counts = Counter[str]()
    for (_, outcome), count in report.outcomes.items():
        counts[outcome.value] += count
    event = log.event(actor, Action.LOG_RECOVER, None, first=report.first, size=report.size, **counts)
    tell(session, event, Gap(report.first))
