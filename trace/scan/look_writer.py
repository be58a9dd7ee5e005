"""Writes the looks of one process, in one thread, many in one commit.

A page waits for its look, so that it can show the total with it: see `PATIENCE`. If the look is not on the disk by then
(a locked file, a slow or full disk, a database that starts anew), it stays in memory and is written as soon as that is
possible, in the order of arrival and once. The page says that the count is being kept. `MOST_WAITING` bounds the memory, and
with it how many looks are lost if the process is killed; beyond it a page says that its look is not counted.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from ..db import Database
from ..policy.clones import CloneRule
from .batcher import Batcher
from .counting import Counted, Counting
from .look_commits import LookCommits
from .looks import Look, Reader
from .regions_in_force import RegionsInForce
from .verdicts import Verdict
from .visits import Unit

log = logging.getLogger("yipin.scan.look_writer")
PATIENCE = 0.2  # seconds that a page waits for its look. With the drawing of the page a scan stays below 0.3
MOST_WAITING = 20_000  # looks in memory, about 0.8 kB each: what 300 scans a second leave in a minute
AT_ONCE = 500  # looks in one commit, so that another process is not kept waiting for its own
FINISH = 5.0  # seconds in which a stopping process writes what waits


@dataclass(frozen=True)
class _Handed:
    """Looks that were handed over together, and whom to tell when they are on the disk."""

    looks: Sequence[Look]
    written: Callable[[], object]


class LookWriter:
    """Writes the looks of one process. `patience` is how long `count` waits, in seconds."""

    def __init__(
        self, db: Database, rule: CloneRule, patience: float = PATIENCE, most_waiting: int = MOST_WAITING
    ) -> None:
        self._regions = RegionsInForce(db)
        self._commits = LookCommits(db.looks, rule, self._regions.of)
        self.patience, self._most = patience, most_waiting
        self._lock, self._waiting, self._is_open = Lock(), 0, True
        self._inbox: Batcher[_Handed] = Batcher("tally", self._write)

    @property
    def waiting(self) -> int:
        """How many looks are in memory and not on the disk yet."""
        return self._waiting

    def put(self, looks: Sequence[Look], written: Callable[[], object]) -> bool:
        """Hand looks over to be written. Returns False, and takes none, if too many wait or the writer is closed.

        `written` is called in the writer's thread when they are committed, and each look then has its `seen`.
        """
        with self._lock:
            if not self._is_open or self._waiting + len(looks) > self._most:
                return False
            try:
                self._inbox.put(_Handed(looks, written))
            except RuntimeError:  # no thread could be started
                return False
            self._waiting += len(looks)
            return True

    def count(self, reader: Reader, unit: Unit, verdict: Verdict, at: datetime) -> Counted:
        """Write a look, and wait up to `patience` for it. `at` is aware UTC."""
        look, done = Look(reader, unit, verdict, at), Lock()
        done.acquire()  # released when the look is written; cheaper than an Event
        if not self.put([look], done.release):
            return Counted(None, Counting.LOST)
        if not done.acquire(timeout=self.patience):
            return Counted(None, Counting.KEPT)
        return Counted(look.seen, Counting.DONE)

    def close(self, within: float = FINISH) -> None:
        """Take no more looks, and write those that wait, for so many seconds at most.

        For a process that stops, after its last page and before `Database.dispose`. What then still waits is lost: the
        log says how many looks, and so does `waiting`.
        """
        with self._lock:
            self._is_open = False
        self._inbox.close(within)
        if self._waiting:
            log.error("%s looks are lost: they could not be written before the stop", self._waiting)

    def _write(self, handed: list[_Handed]) -> None:
        for part in _parts(handed):
            looks = [look for one in part for look in one.looks]
            self._regions.refresh()
            are_written = self._commits.write(looks)
            with self._lock:
                self._waiting -= len(looks)
            for one in part:
                if are_written:
                    _tell(one)


def _parts(handed: Sequence[_Handed]) -> Iterator[list[_Handed]]:
    """What was handed over, in parts of about `AT_ONCE` looks."""
    part: list[_Handed] = []
    for one in handed:
        part.append(one)
        if sum(len(each.looks) for each in part) >= AT_ONCE:
            yield part
            part = []
    if part:
        yield part


def _tell(one: _Handed) -> None:
    try:
        one.written()
    except Exception:  # the looks are on the disk; the next ones must not suffer
        log.exception("a look is counted, but its page could not be told")
