"""The queues of both lanes and the worker behind them, put together for one process."""

from collections.abc import Callable

from ..db import Database
from ..installation.installation import Installation
from ..models import JobLane
from . import importing, results
from .queue import Queue
from .worker import Worker


class Workshop:
    """What one process needs of jobs: the pages wake the lanes through it, a worker's process does the work."""

    def __init__(self, db: Database, installation: Installation, name: str | None = None) -> None:
        self._db, self._installation = db, installation
        self.worker = Worker(db, installation, name, self.wake)
        folder = installation.settings.data
        self.queues = {lane: Queue(db.url, folder, lane, self._look(lane)) for lane in JobLane}
        db.inform("wake", self.wake)  # so that `desk.add` needs no more than a session

    def wake(self, lane: JobLane, after: float = 0) -> None:
        """Let a worker look at this lane, now or after so many seconds."""
        self.queues[lane].wake(after)

    def at_once(self) -> None:
        """From now on this process does each job itself, as soon as it is committed."""
        for queue in self.queues.values():
            queue.at_once()

    def close(self) -> None:
        """Close the queues."""
        for queue in self.queues.values():
            queue.close()

    def _look(self, lane: JobLane) -> Callable[[], object]:
        def look() -> None:
            if lane is JobLane.SLOW:  # one of the two is enough
                results.sweep(self._installation)
                importing.sweep(self._db, self._installation)
            self.worker.work(lane)

        return look
