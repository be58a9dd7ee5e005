"""Commits looks, and tries again until they are on the disk: each look once, whatever happens to the store meanwhile, unless
PostgreSQL crashes during a commit and loses sight of it.
"""

import logging
import time
from collections.abc import Sequence

import psycopg
import sqlalchemy as sa

from ..db import Store
from ..db.postgres import CommitUnknown
from ..policy.clones import CloneRule
from .looks import Look, RegionOf, count, nowhere

log = logging.getLogger("yipin.scan.look_commits")
SHORTEST_PAUSE, LONGEST_PAUSE = 0.01, 1.0  # seconds between two tries
TOLD_AGAIN = 60.0  # seconds between two lines in the log about the same trouble


class _InDoubt(Exception):
    """PostgreSQL has not decided yet whether the last transaction is committed."""


# What is tried again without end: it passes by itself, or when an operator has mended it. (Of a missing table SQLite says
# OperationalError and PostgreSQL ProgrammingError.) Any other error may be the fault of one of the looks.
PASSING = (
    sa.exc.OperationalError,
    sa.exc.InterfaceError,
    sa.exc.ProgrammingError,
    sa.exc.TimeoutError,
    OSError,
    CommitUnknown,  # the next try asks again what became of it
    psycopg.Error,  # which was raised while it was asked
    _InDoubt,
)
TRIES = 10  # for any other error, about 3 seconds


class LookCommits:
    """The commits of one writer, one after the other."""

    def __init__(self, store: Store, rule: CloneRule, region_of: RegionOf = nowhere) -> None:
        self._store, self._rule, self._region_of = store, rule, region_of
        self._doubt: CommitUnknown | None = None  # about the last commit, which was not answered

    def write(self, looks: Sequence[Look]) -> bool:
        """Write the looks in one commit and set each look's total. Returns when they are on the disk.

        If one of them can never be written, the others are written one by one, and the result is False.
        """
        try:
            self._until_written(looks)
            return True
        except Exception:
            if len(looks) == 1:
                log.exception("a look cannot be written and is left out")
            else:
                for look in looks:
                    self.write([look])
            return False

    def _until_written(self, looks: Sequence[Look]) -> None:
        pause, told, tries = SHORTEST_PAUSE, 0.0, 0
        while True:
            try:
                if not self._was_committed():
                    self._commit(looks)
                return
            except Exception as error:
                tries += not isinstance(error, PASSING)
                if tries == TRIES:
                    raise
                if not told or time.monotonic() - told > TOLD_AGAIN:
                    log.error("%s looks wait to be written: %s", len(looks), getattr(error, "orig", error))
                    told = time.monotonic()
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _commit(self, looks: Sequence[Look]) -> None:
        try:
            with self._store.turn(), self._store.transaction(writes=True) as session:
                count(session, looks, self._rule, self._region_of)
        except CommitUnknown as error:
            self._doubt = error
            raise

    def _was_committed(self) -> bool:
        """Whether a commit that was not answered had reached the disk. Without this a look could be counted twice.

        One that the server has lost sight of counts as not committed: a look is rather counted twice than lost.
        """
        if self._doubt is None:
            return False
        fate = self._doubt.fate()
        if fate == "in progress":
            raise _InDoubt
        self._doubt = None
        return fate == "committed"
