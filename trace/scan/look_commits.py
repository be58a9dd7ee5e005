"""Commits looks, and tries again until they are on the disk: each look once, whatever happens to the store meanwhile."""

import logging
import time
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..db import Store
from ..db.postgres import CommitUnknown
from ..policy.policy import CloneRule
from .looks import Look, count

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
    _InDoubt,
)
TRIES = 10  # for any other error, about 3 seconds


class LookCommits:
    """The commits of one writer, one after the other."""

    def __init__(self, store: Store, rule: CloneRule) -> None:
        self._store, self._rule = store, rule
        self._doubtful: int | None = None  # PostgreSQL's number of a transaction whose commit was not answered

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
        with self._store.turn(), self._store.transaction(writes=True) as session:
            count(session, looks, self._rule)
            self._doubtful = _number(session)
        self._doubtful = None

    def _was_committed(self) -> bool:
        """Whether a commit that was not answered had reached the disk. Without this a look could be counted twice."""
        if self._doubtful is None:
            return False
        status = self._status(self._doubtful)
        if status == "in progress":
            raise _InDoubt
        self._doubtful = None
        return status == "committed"

    def _status(self, number: int) -> str | None:
        """What PostgreSQL says of a transaction. A server that never heard of the number has not committed it."""
        try:
            with self._store.transaction(writes=False) as session:
                found = session.scalar(sa.text("SELECT txid_status(:number)"), {"number": number})
                return None if found is None else str(found)
        except sa.exc.DataError:
            return None


def _number(session: Session) -> int | None:
    """The number of this transaction on PostgreSQL. SQLite knows at once whether it has committed."""
    if session.get_bind().dialect.name != "postgresql":
        return None
    return int(session.execute(sa.text("SELECT txid_current()")).scalar_one())
