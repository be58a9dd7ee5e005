"""When other offices first saw an act: the first checkpoint with it that a quorum of witnesses signed.

Whoever stole a key may have reached the record too. So nothing of the record is believed: the witnesses' signatures, the proof from
the log's files and what the entry says are checked each time.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..errors import TraceError
from ..models import Action, CodeRange, Event, LogEntry, LogPosition, LogWitnessed
from ..models.log_entries import read
from . import note
from .checkpoint import Checkpoint
from .folder import LogFolder
from .merkle import check_inclusion, inclusion, leaf_hash
from .witness_policy import Policy


@dataclass(frozen=True)
class Range:
    """A range of codes, as the entry of its issue tells it; `first` counts from 0."""

    batch: str
    first: int
    count: int
    kind: str


def issue_seen_at(session: Session, folder: LogFolder, policy: Policy, batch_id: int, codes: Range) -> datetime | None:
    """When a quorum of witnesses first signed that this range was issued; None if that cannot be shown."""
    row = session.execute(_ISSUE, {"batch": batch_id, "first": codes.first}).first()
    if row is None or not _tells(row.content, codes):
        return None
    first = sa.select(LogWitnessed.note).where(LogWitnessed.size > row.position).order_by(LogWitnessed.size).limit(1)
    kept = session.scalar(first)
    if not isinstance(row.content, bytes) or not isinstance(kept, bytes):  # SQLite keeps whatever is written
        return None
    return _shown(folder, policy, row.position, row.content, kept)


_ISSUE = (
    sa.select(LogPosition.position, LogEntry.content)
    .join(Event, Event.id == LogPosition.event_id)
    .join(LogEntry, LogEntry.event_id == Event.id)
    .join(CodeRange, sa.and_(Event.object_kind == CodeRange.__tablename__, Event.object_id == CodeRange.id))
    .where(
        CodeRange.batch_id == sa.bindparam("batch"),
        CodeRange.first == sa.bindparam("first"),
        Event.action == Action.CODES_ISSUE.value,
    )
    .order_by(Event.id)
    .limit(1)
)


def _tells(content: bytes, codes: Range) -> bool:
    """Whether an entry says that this very range was issued."""
    told = read(content)
    said = {"batch": codes.batch, "first": codes.first + 1, "count": codes.count, "kind": codes.kind}
    data = told.get("data")
    known = {name: data.get(name) for name in said} if isinstance(data, dict) else {}
    return told.get("action") == Action.CODES_ISSUE.value and known == said


def _shown(folder: LogFolder, policy: Policy, position: int, content: bytes, kept: bytes) -> datetime | None:
    try:
        signed = note.parse(kept)
        told = Checkpoint.parse(signed.text)
        at = policy.reached_at(signed.check(policy.keys.values()))
        proof = inclusion(position, told.size, folder.tiles.node)
        check_inclusion(leaf_hash(content), position, told.size, proof, told.root)
    except (TraceError, OSError):
        return None
    return None if at is None else datetime.fromtimestamp(at, UTC)
