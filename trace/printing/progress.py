"""How far a print run is: kept in the run's lock file, where any process can read it for its progress bar, and the one
place where a run that is being made learns that somebody has stopped it."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .. import clock
from ..codes.label.sheet import Stopped
from ..diskfiles import private
from ..errors import N_
from ..installation.installation import Installation

ASK_AFTER = 0.4  # seconds between two questions whether the run was stopped


@dataclass(frozen=True)
class PrintProgress:
    """Work done of all the work of a run, in labels drawn (reading back counts by the time it takes), and how long
    that took in seconds."""

    done: float = 0
    total: float = 0
    seconds: float = 0.0

    @property
    def percent(self) -> int:
        """The share of the work that is done, 0 to 100."""
        return int(min(100, 100 * self.done / self.total)) if self.total else 0

    @property
    def rest(self) -> int | None:
        """Seconds that are left by what there was so far; None while that cannot be told."""
        if self.seconds < 1 or not self.done:
            return None
        return max(1, round(self.seconds * (self.total - self.done) / self.done))


class Meter:
    """Counts the work of a run that is being made, and raises Stopped when it should not go on.

    `stopped` is asked at most every 0.4 s; `hear` is told each count.
    """

    def __init__(
        self, file: int, total: float, stopped: Callable[[], bool], hear: Callable[[PrintProgress], None] | None
    ) -> None:
        self._file, self._total, self._stopped, self._hear = file, total, stopped, hear
        self._began, self._asked = clock.now().timestamp(), time.monotonic()
        self.count(0)

    def count(self, done: float) -> None:
        """So much of the work is done. Raises Stopped, a few times a second at most, once somebody has stopped the run."""
        os.pwrite(self._file, b"%14.2f %14.2f %17.3f" % (done, self._total, self._began), 0)
        if self._hear:
            self._hear(PrintProgress(done, self._total, clock.now().timestamp() - self._began))
        if time.monotonic() - self._asked > ASK_AFTER:
            self._asked = time.monotonic()
            if self._stopped():
                raise Stopped(N_("已停止，没有生成文件"))


def lock_path(installation: Installation, run_id: int) -> Path:
    """The file that the process making a run holds locked, and in which it writes how far it is."""
    return installation.settings.labels / f".run-{run_id:08d}.lock"


def of(installation: Installation, run_id: int) -> PrintProgress:
    """How far a run is that is being made; nothing done of one that is not."""
    try:
        done, total, began = map(float, lock_path(installation, run_id).read_bytes().split())
    except (OSError, ValueError):
        return PrintProgress()
    return PrintProgress(done, total, max(0.0, clock.now().timestamp() - began))


@contextmanager
def alone(installation: Installation, run_id: int) -> Iterator[int | None]:
    """The run's lock file if we are the only ones making it. The lock goes with the process, however it ends."""
    installation.settings.labels.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = private(lock_path(installation, run_id), os.O_CREAT | os.O_RDWR)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield None
    else:
        yield handle
    finally:
        os.close(handle)
