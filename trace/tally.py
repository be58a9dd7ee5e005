"""Counting many looks at once: requests of one process wait together for one commit.

A look is written down for good before its answer goes out, yet a commit with its flush to the disk is shared by all
who came in the meantime. Where counting fails (full disk, locked database) the page is shown without a count.
"""

import logging
from dataclasses import dataclass, field
from datetime import datetime
from queue import SimpleQueue
from threading import Lock, Thread

import sqlalchemy as sa

from .card import Verdict
from .counting import Look, Reader, Seen, Unit, count
from .db import Database
from .policy import CloneRule

log = logging.getLogger("yipin.tally")
AT_ONCE = 200  # looks in one transaction at most
PATIENCE = 20.0  # seconds a request waits for its commit
TRIES = 3


class NotCounted(Exception):
    """The look could not be written down."""


def _locked() -> Lock:
    lock = Lock()
    lock.acquire()
    return lock


@dataclass
class _Waiting:
    look: Look
    failed: bool = False
    done: Lock = field(default_factory=_locked)  # held until the look is written; an Event would wake its waiter twice


class Tally:
    """The counting desk of one process: one thread, one transaction at a time.

    Who waits here must hold no connection: the desk needs one.
    """

    def __init__(self, db: Database, rule: CloneRule) -> None:
        self._db, self._rule = db, rule
        self._queue: SimpleQueue[_Waiting] = SimpleQueue()
        self._starting = Lock()
        self._thread: Thread | None = None

    def count(self, reader: Reader, unit: Unit, verdict: Verdict, at: datetime) -> Seen | None:
        """Write a look down and return the unit's total with it (None: nobody but robots has looked).

        Raises NotCounted when it could not be written.
        """
        self._start()
        waiting = _Waiting(Look(reader, unit, verdict, at))
        self._queue.put(waiting)
        if not waiting.done.acquire(timeout=PATIENCE) or waiting.failed:
            raise NotCounted
        return waiting.look.seen

    def _start(self) -> None:
        """The thread begins with the first look: a server process forks before that."""
        if self._thread is None:
            with self._starting:
                if self._thread is None:
                    self._thread = Thread(target=self._work, name="tally", daemon=True)
                    self._thread.start()

    def _work(self) -> None:
        while True:
            group = [self._queue.get()]
            while len(group) < AT_ONCE and not self._queue.empty():
                group.append(self._queue.get())
            failed = not self._settle([waiting.look for waiting in group])
            for waiting in group:
                waiting.failed = failed
                waiting.done.release()

    def _settle(self, looks: list[Look]) -> bool:
        """Write a group down; says whether it is for good."""
        for attempt in range(1, TRIES + 1):
            try:
                with self._db.turn(), self._db.write.begin() as session:
                    count(session, looks, self._rule)
                return True
            except sa.exc.OperationalError as error:  # a deadlock may pass, a full disk will not
                if attempt == TRIES:
                    log.error("%s looks not counted: %s", len(looks), error.orig)
            except Exception:
                log.exception("%s looks not counted", len(looks))
                return False
        return False
