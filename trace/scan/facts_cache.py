"""Keeps the facts of batches in memory while the record does not change.

Every change of the record writes an event and raises the record version (`models.events`). The version is asked for at
each scan. A hold is therefore seen by the very next scan, in every server process.
"""

from collections import OrderedDict
from collections.abc import Sequence
from datetime import date
from threading import Lock

from sqlalchemy.orm import Session

from ..db import Database
from ..indicators import cache
from ..indicators.board import Progress
from ..installation.installation import Installation
from .batch_facts import BatchFacts, gather

MOST_KEPT = 20_000  # batches, about 3 kB each
Mark = tuple[int, date, Progress | None]
_VERSION = "SELECT version FROM record_version"


class BatchFactsCache:
    """The facts of the batches that were looked at last, in this process, for one record version, one day and one public count."""

    def __init__(self, db: Database, most: int = MOST_KEPT) -> None:
        self._db, self._most, self._lock = db, most, Lock()
        self._counts = cache.counts_of(db.engine)
        self._valid_for: Mark | None = None
        self._kept: OrderedDict[str, BatchFacts] = OrderedDict()

    def get(self, session: Session, installation: Installation, id_number: str, today: date) -> BatchFacts | None:
        """The same as `gather`, from memory if nothing has changed since.

        The version is read before the facts. The kept facts can therefore be newer than their version, never older.
        """
        mark, (found,) = self._look([id_number], today)
        if found is None and (found := gather(session, installation, id_number, today)) is not None:
            self._keep(mark, id_number, found)
        return found

    def remembered(self, id_numbers: Sequence[str], today: date) -> list[BatchFacts | None]:
        """What `get` would give for each number, or None where it is not in memory.

        The record version is asked once for all of them.
        """
        return self._look(id_numbers, today)[1]

    def __len__(self) -> int:
        return len(self._kept)

    def _look(self, id_numbers: Sequence[str], today: date) -> tuple[Mark, list[BatchFacts | None]]:
        mark = (self._version(), today, self._counts.line)
        with self._lock:
            if mark != self._valid_for:
                self._kept.clear()
                self._valid_for = mark
            return mark, [self._kept.get(number) for number in id_numbers]

    def _version(self) -> int:
        """The record version, read through the driver itself, because every scan asks for it."""
        with self._db.raw() as connection:
            cursor = connection.cursor()
            cursor.execute(_VERSION)
            row = cursor.fetchone()
            connection.rollback()
            return int(row[0]) if row else 0

    def _keep(self, mark: Mark, id_number: str, facts: BatchFacts) -> None:
        with self._lock:
            if mark == self._valid_for:
                self._kept[id_number] = facts
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
