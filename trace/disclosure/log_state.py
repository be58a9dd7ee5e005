"""How the public log stands, as its pages tell it: its last checkpoint, and what its witnesses have signed."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..errors import Message, TraceError
from ..log import witness_policy, witness_state
from ..log.witness_policy import Policy
from ..log.witness_state import WitnessState
from ..models import Event, LogPosition, LogSequencer


@dataclass(frozen=True)
class LogState:
    """The last checkpoint: how many entries, and when the last of them was done. `witnesses` are those that are asked, `fewest` so many
    of them must have signed, and `witnessed_size` is of the last checkpoint that they have (0: none), at `witnessed_at`. `problem` is
    why it cannot be told who the witnesses are."""

    size: int
    root: str
    at: datetime
    witnesses: tuple[WitnessState, ...] = ()
    fewest: int = 0
    witnessed_size: int = 0
    witnessed_at: datetime | None = None
    problem: Message | None = None

    @property
    def signed(self) -> tuple[WitnessState, ...]:
        """The witnesses that have signed anything."""
        return tuple(each for each in self.witnesses if each.size)


def log_state(session: Session, policy_file: Path) -> LogState | None:
    """None while nothing is published."""
    row = session.execute(_LAST).first()
    if row is None or row.root is None:
        return None
    policy, problem = _policy(policy_file)
    last = witness_state.last_witnessed(session)
    return LogState(
        row.size,
        bytes(row.root).hex(),
        row.at,
        tuple(witness_state.states(session, policy)),
        policy.fewest,
        last.size if last else 0,
        last.at if last else None,
        problem,
    )


_LAST = (
    sa.select(LogSequencer.size, LogSequencer.root, Event.at)
    .join(LogPosition, LogPosition.position == LogSequencer.size - 1)
    .join(Event, Event.id == LogPosition.event_id)
)


def _policy(path: Path) -> tuple[Policy, Message | None]:
    try:
        return witness_policy.load(path), None
    except TraceError as error:
        return Policy(), error.message
