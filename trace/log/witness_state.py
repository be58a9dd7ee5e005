"""How the witnesses of the log stand: what each has signed, how far it is behind, and what is the matter with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..models import Event, LogPosition, LogSequencer, LogWitness, LogWitnessed, Trouble
from .witness_policy import Policy, Witness


@dataclass(frozen=True)
class WitnessState:
    """A witness: up to which entry it has signed (0: none) and when; how many published entries it has not signed, and when the first
    of them was done; why it has not, and since when. `asked_at` is None before it was asked for the first time."""

    word: str
    name: str
    size: int = 0
    cosigned_at: datetime | None = None
    behind: int = 0
    behind_since: datetime | None = None
    asked_at: datetime | None = None
    trouble: Trouble | None = None
    detail: int | None = None
    troubled_since: datetime | None = None

    def minutes_behind(self, now: datetime) -> int:
        """How long ago the first entry was done that it has not signed, in whole minutes."""
        return max(0, int((now - self.behind_since).total_seconds() // 60)) if self.behind_since else 0


def states(session: Session, policy: Policy) -> list[WitnessState]:
    """The witnesses of the policy that are asked, in its order."""
    size = session.scalar(sa.select(LogSequencer.size)) or 0
    rows = {row.name: row for row in session.scalars(sa.select(LogWitness))}
    asked = [each for each in policy.witnesses if each.url]
    since = _done_at(session, [row.size for row in rows.values()] + [0])
    return [_state(each, rows.get(each.name), size, since) for each in asked]


def last_witnessed(session: Session) -> LogWitnessed | None:
    """The largest checkpoint that a quorum has signed."""
    return session.scalars(sa.select(LogWitnessed).order_by(LogWitnessed.size.desc()).limit(1)).first()


def _state(witness: Witness, row: LogWitness | None, size: int, since: dict[int, datetime]) -> WitnessState:
    if row is None:
        return WitnessState(witness.word, witness.name, behind=size, behind_since=since.get(0))
    return WitnessState(
        witness.word,
        witness.name,
        row.size,
        row.cosigned_at,
        max(0, size - row.size),
        since.get(row.size) if row.size < size else None,
        row.asked_at,
        row.trouble,
        row.detail,
        row.troubled_since,
    )


def _done_at(session: Session, positions: Sequence[int]) -> dict[int, datetime]:
    rows = sa.select(LogPosition.position, Event.at).join(Event, Event.id == LogPosition.event_id)
    return {at: done for at, done in session.execute(rows.where(LogPosition.position.in_(positions)))}
