"""Notes in the record that sessions were used: behind the pages, so that a busy database keeps no reader waiting."""

import logging
import queue
from datetime import datetime
from threading import Lock, Thread

import sqlalchemy as sa

from ..db import Database
from ..errors import TraceError
from . import sessions

log = logging.getLogger("yipin.sessions")
Note = tuple[int, datetime]


class SeenNotes:
    """The notes of one process, written one after the other by a thread of their own. What could not be written is noted with a later
    page; a note that is lost at the stop costs nothing but that page."""

    def __init__(self, db: Database) -> None:
        self._db, self._lock, self._started = db, Lock(), False
        self._notes: queue.Queue[Note] = queue.Queue()
        self._waiting: set[int] = set()

    def note(self, number: int, now: datetime) -> None:
        """Have it written that the session of this row was used."""
        with self._lock:
            if number in self._waiting:
                return
            self._waiting.add(number)
            if not self._started:
                Thread(target=self._run, name="seen", daemon=True).start()
                self._started = True
        self._notes.put((number, now))

    def settle(self) -> None:
        """Wait until everything that was noted is written."""
        self._notes.join()

    def _run(self) -> None:
        while True:
            self._write(*self._notes.get())
            self._notes.task_done()

    def _write(self, number: int, now: datetime) -> None:
        try:
            with self._db.transaction(writes=True) as session:
                sessions.seen(session, number, now)
        except (sa.exc.SQLAlchemyError, TraceError):
            log.warning("it could not be noted that a session was used", exc_info=True)
        finally:
            with self._lock:
                self._waiting.discard(number)
