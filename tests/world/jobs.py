"""Jobs to try the workers on: kinds that leave lines in a file, and workers in processes that can be killed or stopped."""

import multiprocessing.context
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from world import World, nursery
from yipin.access.actor import Actor
from yipin.jobs import desk, registry
from yipin.jobs.context import Context
from yipin.jobs.registry import Data, Kind
from yipin.jobs.worker import Worker
from yipin.models import Job, JobLane, JobState

WorkerProcess = multiprocessing.context.ForkServerProcess
SHORT_LEASE = 3.0  # seconds: long enough for a loaded machine, short enough for a test


def line(context: Context, word: str) -> None:
    with open(str(context.data["file"]), "a") as file:
        file.write(f"{word} {os.getpid()}\n")


def _slowly(context: Context) -> Data | None:
    """Tell ten steps, then write one note in the record and leave a line."""
    line(context, "began")
    for step in range(10):
        context.tell(step, 10)
        time.sleep(float(str(context.data["step"])))
    with context.db.transaction(writes=True) as session:
        session.add(_note(context))
    line(context, "finished")
    return {"by": os.getpid()}


def _note(context: Context) -> Job:
    """A row that shows in the record that the work was done: an ended job of a kind that nobody does."""
    at = context.actor.at
    return Job(
        kind="note", lane=JobLane.QUICK, started_by="note", data={}, state=JobState.DONE, due_at=at, created_at=at
    )


def _deaf(context: Context) -> Data | None:
    """Wait without a look at anything while the file `gate` is there, then write."""
    line(context, "began")
    while Path(str(context.data["gate"])).exists():
        time.sleep(0.05)
    with context.db.transaction(writes=True) as session:
        session.add(_note(context))
    line(context, "finished")
    return None


def _broken(context: Context) -> Data | None:
    line(context, "tried")
    raise ZeroDivisionError("of this job comes nothing")


def _dies(context: Context) -> Data | None:
    line(context, "tried")
    os.kill(os.getpid(), signal.SIGKILL)
    return None


for kind in (Kind("slowly", _slowly), Kind("deaf", _deaf), Kind("broken", _broken), Kind("dies", _dies)):
    registry.register(kind)


@dataclass
class Shop:
    """The jobs of one world, and the processes that do them."""

    world: World
    folder: Path
    processes: list[WorkerProcess] = field(default_factory=list)

    @property
    def file(self) -> Path:
        """Where the kinds leave their lines."""
        return self.folder / "lines"

    def lines(self, word: str) -> list[int]:
        """The processes that have left a line beginning with this word, in order."""
        text = self.file.read_text() if self.file.exists() else ""
        return [int(each.split()[1]) for each in text.splitlines() if each.startswith(word)]

    def add(self, kind: str, actor: Actor | None = None, **data: object) -> Job:
        with self.world.db.transaction(writes=True) as session:
            return desk.add(session, actor or self.world.ama, kind, file=str(self.file), **data)

    def job(self, job: Job) -> Job:
        return self.world.get(Job, job.id)  # type: ignore[no-any-return]

    def worker(self) -> Worker:
        """A worker in this process."""
        return Worker(self.world.db, self.world.installation)

    def notes(self) -> int:
        with self.world.db.transaction(writes=False) as session:
            return session.query(Job).filter_by(kind="note").count()

    def start(self, lease: float = SHORT_LEASE) -> WorkerProcess:
        """A worker in a process of its own, with a short lease; it looks at its lane ten times a second."""
        process = nursery.context().Process(target=as_told, args=(str(self.world.settings.data), lease))
        process.start()
        self.processes.append(process)
        return process

    def end(self) -> None:
        for process in self.processes:
            process.kill()
            process.join()


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something is true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "this did not happen"
        time.sleep(0.05)


def as_told(data: str, lease: float) -> None:
    """The life of a worker process: no queue, only the record."""
    from datetime import timedelta

    from yipin.db import Database
    from yipin.installation.installation import Installation
    from yipin.installation.settings import Settings
    from yipin.jobs import leases
    from yipin.web import jobkinds

    jobkinds.load()
    leases.LEASE = timedelta(seconds=lease)
    settings = Settings.load(data)
    worker = Worker(Database(settings.database_url), Installation.open(settings))
    parent = os.getppid()
    while os.getppid() == parent:  # a run of tests that is killed leaves no worker behind
        for lane in JobLane:
            worker.work(lane)
        time.sleep(0.1)


def work(data: str, each: float) -> None:
    """The life of `yipin work`, whose workers look at the record so often, in seconds."""
    from yipin.jobs import queue

    queue.EACH = each
    nursery.command("work", "--data", data)
