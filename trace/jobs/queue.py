"""The queue, which wakes the workers: huey, in a file `jobs.db` of the data directory, or in tables of the PostgreSQL server.

A message says only that there is work in a lane. What there is to do stands in the record, and a worker that is woken
does all of it. So a queue that is lost, or full of old messages, loses no job and does none twice: the workers look at
the record when they start and every minute.
"""

import json
import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from threading import RLock

import sqlalchemy as sa
from huey import Huey, PostgresHuey, SqliteHuey
from huey.api import TaskWrapper
from huey.registry import Message
from huey.serializer import Serializer
from psycopg.errors import UniqueViolation

from .. import diskfiles
from ..models import JobLane

log = logging.getLogger("yipin.jobs")
FILE = "jobs.db"
EACH = 60  # seconds between two looks at the record that no message asked for
TABLES = "yipin_queue"  # PostgreSQL: how the names of the queue's tables begin


class _Plain(Serializer):  # type: ignore[misc]
    """Messages as JSON: read by huey's own way, a message could run any code."""

    def _serialize(self, data: Message) -> bytes:
        return json.dumps(data._asdict(), default=datetime.isoformat).encode()

    def _deserialize(self, data: bytes) -> Message:
        found = json.loads(bytes(data))
        found["eta"] = found["eta"] and datetime.fromisoformat(found["eta"])
        return Message(**found)


class Queue:
    """One lane's queue. `look` does all work of the lane that there is; it is called where the queue is consumed."""

    def __init__(self, url: str, folder: Path, lane: JobLane, look: Callable[[], object]) -> None:
        self._url, self._file, self._lane, self._look = url, folder / FILE, lane, look
        self._huey: Huey | None = None
        self._message: TaskWrapper | None = None
        self._stamp: tuple[int, int] | None = None
        self._using = RLock()  # a job that is done at once may wake a lane itself

    def at_once(self) -> None:
        """From now on each wake does the work before it returns; for a process that has no workers beside it."""
        self._huey = self._with_tasks(SqliteHuey(self._lane, results=False, immediate=True))

    def wake(self, after: float = 0) -> None:
        """Let a worker look at the lane, now or after so many seconds. It never fails: what is not heard now is seen
        within a minute."""
        try:
            with self._using:
                self._opened()
                if self._message is not None:
                    self._message.schedule(delay=after) if after > 0 else self._message()
        except Exception as error:
            log.warning("the queue of jobs was not told: %s", error)

    def consume(self) -> Huey:
        """The queue for huey's consumer, which calls `look` when it starts, for each message, and as often as it looks for
        periodic work, every `EACH` seconds."""
        with self._using:
            return self._opened()

    def close(self) -> None:
        """Close the queue's file or connection."""
        if self._huey is not None:
            self._huey.storage.close()

    def renew(self) -> None:
        """Open the file anew if it is another one than we opened, as when somebody deleted it."""
        if self._stamp is not None and self._huey is not None and self._stamp != _stamp(self._file):
            self._huey.storage.close()
            self._new_file()
            self._huey.storage.initialize_schema()
            self._stamp = _stamp(self._file)

    def _opened(self) -> Huey:
        """The queue, opened when it is first used."""
        if self._huey is not None:
            self.renew()
            return self._huey
        settings = {"results": False, "serializer": _Plain()}
        if sa.make_url(self._url).get_backend_name() == "postgresql":
            made = self._in_tables(settings)
        else:
            self._new_file()
            made = SqliteHuey(self._lane, filename=str(self._file), fsync=False, timeout=2, **settings)
            self._stamp = _stamp(self._file)
        self._huey = self._with_tasks(made)
        return self._huey

    def _in_tables(self, settings: dict[str, object], tries: int = 5) -> Huey:
        """Two processes that make the tables at the same moment get in each other's way: asked again, they are there."""
        dsn = sa.make_url(self._url).set(drivername="postgresql").render_as_string(hide_password=False)
        try:
            return PostgresHuey(self._lane, dsn=dsn, table_prefix=TABLES, **settings)
        except UniqueViolation:
            if tries <= 1:
                raise
            return self._in_tables(settings, tries - 1)

    def _new_file(self) -> None:
        """Nobody but us may read it. A file that is no SQLite database goes."""
        if self._file.exists() and self._file.read_bytes()[:6] not in (b"", b"SQLite"):
            self._file.unlink()
        diskfiles.make_private(self._file)

    def _with_tasks(self, huey: Huey) -> Huey:
        def look() -> None:
            self.renew()
            self._look()

        self._message = huey.task(name="look")(look)
        huey.periodic_task(lambda _now: True, name="look_each_minute")(look)
        huey.on_startup()(look)
        return huey


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except FileNotFoundError:
        return (0, 0)
    return found.st_dev, found.st_ino
