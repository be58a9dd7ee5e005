"""The boards of the last days asked for, counted once for all readers of a database.

A board stands while nothing that counts has changed. The record version says whether anything has changed at all. If so,
the number of events of certificates, brands and producers says whether anything has changed that counts. Both are read
before the rows, so a board may be newer than its mark, never older.

The pages of the count wait for a count of the present state (`board`). Every other page carries the last whole count
with its own day and waits for nothing (`last_line`); a scan does not even ask whether it is old (`line_at_hand`).
"""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from threading import Event as Signal
from threading import Lock, Thread
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..db import outage
from ..models import Brand, Certification, Event, Producer, RecordVersion
from ..models.touches import Kind
from ..policy.policy import Policy
from . import board as indicators_board
from . import source
from .board import Board, Progress
from .line import Line
from .units import named

COUNTED = tuple(kind.__tablename__ for kind in (Certification, Brand, Producer))
COUNTED_KINDS = frozenset(
    {Kind.CERTIFICATION.value, Kind.BRAND.value, Kind.PRODUCER.value}
)  # the same, as they are touched
REST = 20  # times as long as the count before took
MOST_DAYS = 4  # today's, and a few former days that somebody asked for


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
        """The board of a day, counted when it is first asked for. That of the earliest day goes first: every page carries today's."""
        if day not in self.boards:
            found = indicators_board.count_all(self.lines, self.policy, day)
            while len(self.boards) >= MOST_DAYS:
                self.boards.pop(min(self.boards))
            self.boards[day] = found
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
        self._wanted: date | None = None  # the day of the count that was asked for last
        self._is_old = True  # something that counts has changed since that was asked for
        self._hurry = Signal()  # do not rest

    def board(self, session: Session, policy: Policy, day: date) -> Board:
        """The board of a day at the present state of the record. Waits while somebody else counts."""
        with self.counting:
            return self._present(session, policy).board(day)

    def lines(self, session: Session, policy: Policy) -> Sequence[Line]:
        """The lines of the present state of the record, from which boards are counted."""
        with self.counting:
            return self._present(session, policy).lines

    def _present(self, session: Session, policy: Policy) -> _Counted:
        counted = self._counted
        if counted is None or not counted.stands(session, policy):
            counted = self._counted = _read(session, policy)
        return counted

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

    def changed(self) -> None:
        """Something that counts may have changed: the next reader of the line has it counted again."""
        self._is_old = True

    def line_at_hand(self, engine: sa.Engine, policy: Policy, today: date) -> Progress | None:
        """The same as `last_line` for a reader who knows of changes by itself (`changed`). Asks the record for nothing."""
        if self._is_old or self._wanted != today:
            self._is_old = False
            if (counted := self._counted) is not None and (board := counted.boards.get(today)) is not None:
                self.line = indicators_board.line_of(board, policy)
            self._count_soon(engine, policy, today)
        return self.line

    def _count_soon(self, engine: sa.Engine, policy: Policy, today: date) -> None:
        with self._asking:
            self._asked, self._wanted = True, today
            if self._at_work:
                return
            self._at_work = True
            self._thread = Thread(target=self._work, args=(engine, policy), name="count", daemon=True)
            self._thread.start()

    def settle(self) -> None:
        """Wait until nothing is counted in the background, as before the database is let go."""
        with self._asking:
            thread = self._thread
        if thread is not None:
            self._hurry.set()
            thread.join()
            self._hurry.clear()

    def _work(self, engine: sa.Engine, policy: Policy) -> None:
        """Count until nobody has asked since the last count began, and rest in between: counting never takes more than a
        small part of the processor, however often something changes."""
        while (today := self._asked_day()) is not None:
            begun = time.monotonic()
            try:
                with Session(engine) as session:
                    self.line = indicators_board.line_of(self.board(session, policy, today), policy)
            except Exception as error:  # a page of the count meets the same and says so
                self._is_old = True
                if not outage.is_gone(error):
                    logging.getLogger("yipin.indicators").warning("the count could not be made", exc_info=True)
            self._hurry.wait(REST * (time.monotonic() - begun))

    def _asked_day(self) -> date | None:
        with self._asking:
            self._at_work, self._asked = self._asked, False
            return self._wanted if self._at_work else None


_kept: WeakKeyDictionary[sa.Pool, Counts] = WeakKeyDictionary()
_meeting = Lock()


def counts_of(engine: sa.Engine) -> Counts:
    """The counts of a database. Reading and writing engines share a pool, so they share the counts."""
    with _meeting:
        return _kept.setdefault(engine.pool, Counts())


def board(session: Session, policy: Policy, day: date) -> Board:
    """All indicators as of a day, from memory where nothing that counts has changed. A transaction that has changed
    something itself counts afresh."""
    if _changes_itself(session):
        return indicators_board.board(session, policy, day)
    return counts_of(session.get_bind().engine).board(session, policy, day)


def lines(session: Session, policy: Policy) -> Sequence[Line]:
    """All lines with their units, in the order of grant; from memory as `board`."""
    if _changes_itself(session):
        return named(source.lines(session, policy))
    return counts_of(session.get_bind().engine).lines(session, policy)


def _changes_itself(session: Session) -> bool:
    return bool(session.info.get("told") or session.new or session.dirty)


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
