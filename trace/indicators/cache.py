"""The boards of the last days asked for, counted once for all readers of a database.

A board stands while nothing that counts has changed. The record version says whether anything has changed at all. If so,
the number of events of certificates, brands and producers says whether anything has changed that counts. Both are read
before the rows, so a board may be newer than its mark, never older.

The pages of the count wait for a count of the present state (`board`). Every other page carries the last whole count
with its own day and waits for nothing (`last_line`).
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from threading import Lock, Thread
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..db import outage
from ..models import Brand, Certification, Event, Producer, RecordVersion
from ..policy.policy import Policy
from . import board as indicators_board
from . import source
from .board import Board, Progress
from .line import Line
from .units import named

COUNTED = tuple(kind.__tablename__ for kind in (Certification, Brand, Producer))
MOST_DAYS = 4  # today's, and the last few days an officer asked for


@dataclass
class _Counted:
    """The lines as they were read at one state of the record, and the boards counted from them so far."""

    policy: Policy
    version: int
    events: int
    lines: Sequence[Line]
    boards: dict[date, Board] = field(default_factory=dict)

    def stands(self, session: Session, policy: Policy) -> bool:
        """Whether nothing that counts has changed since."""
        version = _version(session)
        if policy is not self.policy or (version != self.version and _events(session) != self.events):
            return False
        self.version = version
        return True

    def board(self, day: date) -> Board:
        """The board of a day, counted when it is first asked for."""
        if day not in self.boards:
            while len(self.boards) >= MOST_DAYS:
                self.boards.pop(next(iter(self.boards)))
            self.boards[day] = indicators_board.count_all(self.lines, self.policy, day)
        return self.boards[day]


class Counts:
    """The counts of one database in this process."""

    def __init__(self) -> None:
        self.counting = Lock()  # held by whoever counts
        self.line: Progress | None = None  # of the last whole count
        self._counted: _Counted | None = None
        self._asking = Lock()
        self._asked = self._at_work = False
        self._thread: Thread | None = None

    def board(self, session: Session, policy: Policy, day: date) -> Board:
        """The board of a day at the present state of the record. Waits while somebody else counts."""
        with self.counting:
            counted = self._counted
            if counted is None or not counted.stands(session, policy):
                counted = self._counted = _read(session, policy)
            return counted.board(day)

    def last_line(self, session: Session, policy: Policy, today: date) -> Progress | None:
        """The main indicator by the last whole count; None before the first. Never waits: what is out of date is counted
        again in the background."""
        counted = self._counted
        board = counted.boards.get(today) if counted is not None and counted.stands(session, policy) else None
        if board is None:
            self._count_soon(session.get_bind().engine, policy, today)
        else:
            self.line = indicators_board.line_of(board, policy)
        return self.line

    def _count_soon(self, engine: sa.Engine, policy: Policy, today: date) -> None:
        with self._asking:
            self._asked = True
            if self._at_work:
                return
            self._at_work = True
            self._thread = Thread(target=self._work, args=(engine, policy, today), name="count", daemon=True)
            self._thread.start()

    def settle(self) -> None:
        """Wait until nothing is counted in the background, as before the database is let go."""
        with self._asking:
            thread = self._thread
        if thread is not None:
            thread.join()

    def _work(self, engine: sa.Engine, policy: Policy, today: date) -> None:
        """Count until nobody has asked since the last count began."""
        while self._is_asked():
            try:
                with Session(engine) as session:
                    self.line = indicators_board.line_of(self.board(session, policy, today), policy)
            except Exception as error:  # a page of the count meets the same and says so
                if not outage.is_gone(error):
                    logging.getLogger("yipin.indicators").warning("the count could not be made", exc_info=True)

    def _is_asked(self) -> bool:
        with self._asking:
            self._at_work, self._asked = self._asked, False
            return self._at_work


_kept: WeakKeyDictionary[sa.Pool, Counts] = WeakKeyDictionary()
_meeting = Lock()


def counts_of(engine: sa.Engine) -> Counts:
    """The counts of a database. Reading and writing engines share a pool, so they share the counts."""
    with _meeting:
        return _kept.setdefault(engine.pool, Counts())


def board(session: Session, policy: Policy, day: date) -> Board:
    """All indicators as of a day, from memory where nothing that counts has changed. A transaction that has changed
    something itself counts afresh."""
    if session.info.get("told") or session.new or session.dirty:
        return indicators_board.board(session, policy, day)
    return counts_of(session.get_bind().engine).board(session, policy, day)


def last_line(session: Session, policy: Policy, today: date) -> Progress | None:
    """The line that every public page carries: the policy's first target in its latest period, by the last whole count.
    None before the first count. Never waits."""
    return counts_of(session.get_bind().engine).last_line(session, policy, today)


def _read(session: Session, policy: Policy) -> _Counted:
    version, events = _version(session), _events(session)  # before the rows
    return _Counted(policy, version, events, named(source.lines(session, policy)))


def _version(session: Session) -> int:
    return session.scalar(sa.select(RecordVersion.version)) or 0


def _events(session: Session) -> int:
    """How many events of what counts there are. The log is append-only, so the number tells one state from another."""
    return session.scalar(sa.select(sa.func.count()).where(Event.object_kind.in_(COUNTED))) or 0
