"""The boards of the last days asked for, kept while nothing that counts has changed.

The record version says whether anything has changed at all; if so, the events of certificates, brands and producers say
what, and only those lines are read again. Both are read before the rows, so what is kept may be newer than its mark,
never older. A transaction that has changed something itself always counts afresh.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..access import demonstrations
from ..models import Brand, Certification, Event, Producer, RecordVersion
from ..policy.policy import Policy
from . import board as indicators_board
from . import source
from .board import Board, Progress
from .line_table import LineTable

COUNTED = tuple(kind.__tablename__ for kind in (Certification, Brand, Producer))
MOST_DAYS = 4  # today's, and the last few days an officer asked for
MOST_CHANGES = 5_000  # beyond so many events all lines are read again


@dataclass(frozen=True)
class _Mark:
    """How far the record has been read: its version, the number and the highest of the events that count."""

    version: int = -1
    events: int = -1
    last: int = -1


@dataclass
class _Kept:
    lock: Any = field(default_factory=Lock)
    mark: _Mark = _Mark()
    policy: Policy | None = None
    whole: bool = False  # all of it a demonstration (`onlydemo`)
    ledger: LineTable | None = None
    boards: dict[date, Board] = field(default_factory=dict)


_kept: WeakKeyDictionary[Any, _Kept] = WeakKeyDictionary()  # by the pool of a database
_meeting = Lock()


def board(session: Session, policy: Policy, day: date) -> Board:
    """All indicators as of a day, from memory where nothing that counts has changed."""
    if session.info.get("told") or session.new or session.dirty:
        return indicators_board.board(session, policy, day)
    kept = _of(session.get_bind().engine)
    with kept.lock:
        ledger = _up_to_date(session, kept, policy)
        if day not in kept.boards:
            while len(kept.boards) >= MOST_DAYS:
                kept.boards.pop(next(iter(kept.boards)))
            kept.boards[day] = indicators_board.count_all(ledger, policy, day)
        return kept.boards[day]


def _of(engine: sa.Engine) -> _Kept:
    with _meeting:
        return _kept.setdefault(engine.pool, _Kept())


def forget(engine: sa.Engine) -> None:
    """Know nothing, as a process that has just begun."""
    with _meeting:
        _kept.pop(engine.pool, None)


def _up_to_date(session: Session, kept: _Kept, policy: Policy) -> LineTable:
    if kept.policy is not policy:
        kept.mark, kept.policy, kept.ledger = _Mark(), policy, None
    mark = _mark(session, kept.mark)
    if kept.ledger is None or mark.events != kept.mark.events:
        kept.boards.clear()
        whole = demonstrations.whole(session)
        before = kept.ledger if whole == kept.whole else None
        kept.ledger, kept.whole = _read_again(session, policy, before, kept.mark, mark), whole
    kept.mark = mark
    return kept.ledger


def _mark(session: Session, before: _Mark) -> _Mark:
    version = session.scalar(sa.select(RecordVersion.version)) or 0
    if version == before.version:
        return before
    counted = sa.select(sa.func.count(), sa.func.max(Event.id)).where(Event.object_kind.in_(COUNTED))
    events, last = session.execute(counted).one()
    return _Mark(version, events, last or 0)


def _read_again(session: Session, policy: Policy, ledger: LineTable | None, before: _Mark, now: _Mark) -> LineTable:
    """The lines of the certificates that the new events tell of, with the others as they are. Events are numbered when
    they are written and seen when they are committed: if fewer are new by their number than by their count, one came
    late, and everything is read."""
    if ledger is None or not 0 <= now.events - before.events <= MOST_CHANGES:
        return LineTable(source.lines(session, policy))
    new = sa.select(Event.object_kind, Event.object_id).where(
        Event.object_kind.in_(COUNTED), Event.id > before.last, Event.id <= now.last
    )
    told = session.execute(new).all()
    if len(told) != now.events - before.events:
        return LineTable(source.lines(session, policy))
    numbers = {
        kind.__tablename__: {number for name, number in told if name == kind.__tablename__}
        for kind in (Certification, Brand, Producer)
    }
    papers = numbers["certifications"] | _held_by(session, numbers["producers"])
    lines, again = source.of_certificates(session, policy, papers), set(papers)
    if numbers["brands"] or numbers["producers"]:
        again |= {number for number in ledger.column["certification"].tolist() if number < 0}
        lines += source.brands(session, policy)
    return ledger.changed(again, lines)


def _held_by(session: Session, producers: Collection[int]) -> set[int]:
    held = sa.select(Certification.id).where(Certification.producer_id.in_(producers))
    return set(session.scalars(held)) if producers else set()


def main_line(session: Session, policy: Policy, today: date) -> Progress:
    """The line every public page carries: the policy's first target in its latest period."""
    return indicators_board.line_of(board(session, policy, today), policy)
