"""How the public log stands, as the page /trust tells it: its last checkpoint, and the witnesses who have cosigned it."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..models import Event, LogPosition, LogSequencer


@dataclass(frozen=True)
class Witness:
    """Another department's process that has seen the log, and up to which entry it has cosigned."""

    name: str
    size: int
    at: datetime


@dataclass(frozen=True)
class LogState:
    """The last checkpoint: how many entries, when the last of them was done, and who has cosigned it."""

    size: int
    root: str
    at: datetime
    witnesses: tuple[Witness, ...] = ()


def log_state(session: Session) -> LogState | None:
    """None while nothing is published. Witnesses are not known to the record yet."""
    last = sa.select(LogSequencer.size, LogSequencer.root, Event.at).join(
        LogPosition, LogPosition.position == LogSequencer.size - 1
    )
    row = session.execute(last.join(Event, Event.id == LogPosition.event_id)).first()
    return LogState(row.size, bytes(row.root).hex(), row.at) if row and row.root is not None else None
