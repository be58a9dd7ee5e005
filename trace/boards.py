"""The board of today, kept while nothing that counts has changed.

The record version says whether anything has changed at all; if so, the number of events of certificates and brands
says whether it concerns the count. Both are read before the rows, so what is kept may be newer than its mark, never
older. A transaction that has changed something itself always counts afresh.
"""

from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.orm import Session

from . import progress
from .card import Progress
from .models import Brand, Certification, Event, Producer, RecordVersion
from .policy import Policy
from .progress import Board

COUNTED = tuple(kind.__tablename__ for kind in (Certification, Brand, Producer))
MOST_DAYS = 4  # today's, and the last few days an officer asked for


@dataclass
class _Kept:
    lock: Any = field(default_factory=Lock)
    version: int = -1
    events: int = -1
    boards: dict[tuple[int, date], tuple[Policy, Board]] = field(default_factory=dict)


_kept: WeakKeyDictionary[Any, _Kept] = WeakKeyDictionary()  # by the pool of a database
_meeting = Lock()


def board(session: Session, policy: Policy, day: date) -> Board:
    """All indicators as of a day, from memory where nothing that counts has changed."""
    if session.info.get("told") or session.new or session.dirty:
        return progress.board(session, policy, day)
    kept = _of(session)
    with kept.lock:
        _forget_what_changed(session, kept)
        key = (id(policy), day)
        if key not in kept.boards:
            while len(kept.boards) >= MOST_DAYS:
                kept.boards.pop(next(iter(kept.boards)))
            kept.boards[key] = policy, progress.board(session, policy, day)
        return kept.boards[key][1]


def _of(session: Session) -> _Kept:
    engine = session.get_bind().engine
    with _meeting:
        return _kept.setdefault(engine.pool, _Kept())


def _forget_what_changed(session: Session, kept: _Kept) -> None:
    version = session.scalar(sa.select(RecordVersion.version)) or 0
    if version == kept.version:
        return
    events = session.scalar(sa.select(sa.func.count()).where(Event.object_kind.in_(COUNTED))) or 0
    if events != kept.events:
        kept.boards.clear()
    kept.version, kept.events = version, events


def main_line(session: Session, policy: Policy, today: date) -> Progress:
    """The line every public page carries: the policy's first target in its latest period."""
    return progress.line_of(board(session, policy, today), policy)
