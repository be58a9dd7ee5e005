"""The processes that do the jobs: one for each lane, started again when one of them ends, ended with their parent.

`yipin work` is such a crew; `yipin serve` starts one beside the pages. The lane of small jobs works at the priority of
the pages, the lane of large ones gives way to them.
"""

import logging
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from huey.consumer import Consumer, Scheduler

from ..db import Database, outage
from ..installation.installation import Installation
from ..installation.settings import Settings
from ..models import JobLane
from ..recovery import guard
from ..running.parent import Lifeline, end_with
from . import appending, leases, queue, rounds
from .worker import Worker, new_name
from .workshop import Workshop

log = logging.getLogger("yipin.jobs")
NICE = {JobLane.QUICK: 0, JobLane.SLOW: 10}
WATCH = 0.2  # seconds between two looks at the processes
PATIENCE = 5.0  # seconds in which a process that was asked to end does so
REST = 1.0  # seconds before a process that ended is started again


def _on_one_line(told: logging.LogRecord) -> bool:
    """A queue that cannot be read is told without a traceback. The next try is near, and the record has all jobs."""
    if told.exc_info and told.exc_info[1] is not None:
        told.msg, told.args = f"{told.getMessage()}: {outage.first_line(told.exc_info[1])}", ()
        told.exc_info = None
    return True


class _Consumer(Consumer):  # type: ignore[misc]
    """Ends at SIGTERM, without waiting for the job in hand. Control-C is the crew's, which hears it too."""

    def _set_signal_handlers(self) -> None:
        super()._set_signal_handlers()
        for number in (signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)

    def _create_scheduler(self) -> Scheduler:
        made = super()._create_scheduler()
        made.periodic_task_seconds = queue.EACH
        return made


def run(data: Path) -> None:
    """Do the jobs of a data directory until SIGTERM or SIGINT comes."""
    ending, lifeline = threading.Event(), Lifeline()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ending.set())
    lanes = [_Lane(data, lane, lifeline) for lane in JobLane]
    try:
        while not ending.wait(WATCH):
            for lane in lanes:
                lane.keep_up()
    finally:
        for lane in lanes:
            lane.ask_to_end()
        for lane in lanes:
            lane.end()
        lifeline.close()


def run_for_parent(data: Path) -> None:
    """Do the jobs of a data directory until the process that holds our stdin has ended, or until a signal comes."""
    end_with(sys.stdin.fileno(), 2 * PATIENCE)
    run(data)


class _Lane:
    """The process of one lane. A new one is told the name of the worker before it, whose job it can take at once."""

    def __init__(self, data: Path, lane: JobLane, lifeline: Lifeline) -> None:
        self._data, self._lane, self._lifeline = data, lane, lifeline
        self._process: multiprocessing.process.BaseProcess | None = None
        self._name, self._ended = "", 0.0

    def keep_up(self) -> None:
        """Start the process, or start it again a second after it ended."""
        if self._process is not None and self._process.is_alive():
            return
        if self._process is not None and not self._ended:
            log.error("the worker of the lane %s ended with %s", self._lane, self._process.exitcode)
            self._ended = time.monotonic()
        if self._ended and time.monotonic() - self._ended < REST:
            return
        before, self._name, self._ended = self._name, new_name(), 0.0
        context = multiprocessing.get_context("fork")
        told = (self._data, self._lane, self._name, before, self._lifeline)
        self._process = context.Process(target=_work, args=told)
        self._process.start()

    def ask_to_end(self) -> None:
        """Ask the process to end."""
        if self._process is not None and self._process.is_alive():
            self._process.terminate()

    def end(self) -> None:
        """Wait until the process has ended, and end it where it does not."""
        if self._process is not None:
            self._process.join(PATIENCE)
            self._process.kill()
            self._process.join()


def _work(data: Path, lane: JobLane, name: str, before: str, lifeline: Lifeline) -> None:
    """The life of one process: it does the jobs of its lane until SIGTERM comes or the crew has ended."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICE[lane])
    lifeline.follow(PATIENCE)
    for part in ("huey", "huey.consumer", "huey.consumer.Worker", "huey.consumer.Scheduler"):
        logging.getLogger(part).addFilter(_on_one_line)
    try:
        worker, consumer = _begun(data, lane, name, before)
    except Exception as error:  # the database is away, say: the crew starts this process again
        log.error("the worker of the lane %s cannot begin: %s", lane, error)
        os._exit(1)
    consumer.run()
    worker.let_go()
    for child in multiprocessing.active_children():
        child.terminate()
    os._exit(0)  # the thread with the job in hand is not waited for: what it still writes is refused


def _begun(data: Path, lane: JobLane, name: str, before: str) -> tuple[Worker, _Consumer]:
    settings = Settings.load(data)
    db = Database(settings.database_url)
    guard.watch(db, settings)
    if before:
        leases.free_all_of(db, before)
    installation = Installation.open(settings)
    shop = Workshop(db, installation, name)
    if lane is JobLane.SLOW:  # one of the two is enough
        rounds.begin(db, installation)
    else:
        appending.begin(db, settings)
    # A file is asked for messages all the time. PostgreSQL tells of them, and waits are only for when it is away.
    longest = 0.3 if db.engine.dialect.name == "sqlite" else 5.0
    consumer = _Consumer(shop.queues[lane].consume(), initial_delay=0.1, backoff=1.5, max_delay=longest)
    shop.wake(lane, leases.LEASE.total_seconds() + 1)  # what a worker left that nobody saw end
    return shop.worker, consumer


@contextmanager
def beside(data: Path) -> Iterator[None]:
    """While the block runs, a crew does the jobs in processes of its own, and is started again if it ends."""
    ending = threading.Event()
    keeper = threading.Thread(target=_kept, args=(data, ending), name="jobs")
    keeper.start()
    try:
        yield
    finally:
        ending.set()
        keeper.join()


def _kept(data: Path, ending: threading.Event) -> None:
    command = [sys.executable, "-m", "yipin", "work", "--data", str(data), "--parent"]
    while not ending.is_set():
        # The crew ends when the other end of its stdin is closed, which is when this process has ended.
        with subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True) as crew:
            while crew.poll() is None and not ending.wait(WATCH):
                pass
            if crew.poll() is None:
                _ended(crew)
                return
        log.error("the workers ended with %s", crew.returncode)
        ending.wait(REST)


def _ended(crew: subprocess.Popen[bytes]) -> None:
    crew.terminate()
    try:
        crew.wait(2 * PATIENCE)
    except subprocess.TimeoutExpired:
        crew.kill()
