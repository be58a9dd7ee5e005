"""Writes many looks in one commit: the requests of one process wait for it together.

A look is on the disk before its answer is sent. All requests that arrived in the meantime share one commit. If the look
cannot be written (full disk, locked database), the page is shown without a count.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from ..db import Database, outage
from ..db.postgres import CommitUnknown
from ..policy.policy import CloneRule
from .batcher import Batcher
from .looks import Look, Reader, Seen, Unit, count
from .verdicts import Verdict

log = logging.getLogger("yipin.scan.look_writer")
PATIENCE = 20.0  # seconds a request waits for its commit
TRIES = 3


class NotCounted(Exception):
    """The look could not be written. The page is then shown without a count."""


def _locked() -> Lock:
    lock = Lock()
    lock.acquire()
    return lock


@dataclass
class _Waiting:
    look: Look
    failed: bool = False
    done: Lock = field(default_factory=_locked)  # held until the look is written; cheaper than an Event


class LookWriter:
    """Writes the looks of one process. A caller of `count` must hold no database connection: the writer needs one."""

    def __init__(self, db: Database, rule: CloneRule) -> None:
        self._db, self._rule = db, rule
        self._inbox = Batcher("tally", self._write)

    def count(self, reader: Reader, unit: Unit, verdict: Verdict, at: datetime) -> Seen | None:
        """Write a look and return the unit's total with it, or None if only robots have looked. `at` is aware UTC.

        Raises NotCounted if it could not be written within 20 seconds.
        """
        waiting = _Waiting(Look(reader, unit, verdict, at))
        self._inbox.put(waiting)
        if not waiting.done.acquire(timeout=PATIENCE) or waiting.failed:
            raise NotCounted
        return waiting.look.seen

    def _write(self, group: list[_Waiting]) -> None:
        failed = not self.settle([waiting.look for waiting in group])
        for waiting in group:
            waiting.failed = failed
            waiting.done.release()

    def settle(self, looks: Sequence[Look]) -> bool:
        """Write a group of looks and set each look's total. Returns whether they are committed."""
        for attempt in range(1, TRIES + 1):
            try:
                with self._db.turn(), self._db.write.begin() as session:
                    count(session, looks, self._rule)
                return True
            except CommitUnknown:  # they may have been counted: they are not counted a second time
                return False
            except outage.BUSY as error:  # a deadlock may pass, a full disk will not
                if attempt == TRIES and not outage.is_gone(error):
                    log.error("%s looks not counted: %s", len(looks), outage.first_line(error))
            except Exception:
                log.exception("%s looks not counted", len(looks))
                return False
        return False
