"""The worker processes as they are run: labels soon, ended with their parent, and no job lost with the queue."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from world import World, nursery
from world.jobs import until, work
from world.nursery import Begun
from world.pace import Took, in_time
from yipin.codes.label.stock import stocks
from yipin.jobs import printing, queue
from yipin.jobs.workshop import Workshop
from yipin.models import CodeRange, Job, JobState, PrintRun, PrintState
from yipin.printing import plans

POSTGRESQL_IN_SOAK = True  # the processes are the same; tests/jobs/test_workers.py asks both


@pytest.fixture
def crew(world: World) -> Iterator[Begun]:
    """`yipin work` of this data directory."""
    process = started(world)
    try:
        yield process
    finally:
        end(process)


def end(crew: Begun) -> None:
    """Kill the crew, and wait until its workers have ended too: they use the database of the test."""
    workers = children(crew.pid)
    crew.kill()
    crew.wait()
    until(lambda: not any(map(is_there, workers)))


def started(world: World, each: float = queue.EACH) -> Begun:
    """`yipin work`, which looks at the record so often, in seconds."""
    process = nursery.begin(work, str(world.settings.data), each, log=world.settings.data / "crew.log")
    try:
        until(lambda: len(children(process.pid)) == 2)
    except BaseException:
        end(process)
        raise
    return process


def children(of: int) -> list[int]:
    """The processes that this one has started and that still run."""
    path = Path(f"/proc/{of}/task/{of}/children")
    try:
        return [int(each) for each in path.read_text().split()]
    except FileNotFoundError:
        return []


def is_there(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def ordered(world: World, count: int, key: str = "print-1") -> tuple[PrintRun, Job]:
    """A run of a new batch, and its job, as a page would order it."""
    codes = world.issue(world.declare(quantity=str(count * 3)), count)
    with world.db.transaction(writes=True) as session:
        row = session.get_one(CodeRange, codes.id)
        wanted = plans.PrintOrder(stocks()["a4-24"], row.first + 1, row.count)
        run = plans.plan_print(session, world.ama, world.installation, row, wanted, key)
        return run, printing.order(session, world.ama, run)


def is_ready(world: World, run: PrintRun) -> bool:
    return world.get(PrintRun, run.id).state is PrintState.READY


def test_a_sheet_of_labels_is_there_within_moments(world: World, crew: Begun) -> None:
    shop = Workshop(world.db, world.installation)  # as the pages have it
    ordered(world, 3)
    until(lambda: world.get(PrintRun, 1).state is PrintState.READY)  # the workers have started

    def labels(round_: int) -> list[Took]:
        began = time.monotonic()
        run, job = ordered(world, 24, f"print-{round_ + 2}")
        until(lambda: is_ready(world, run))
        took = time.monotonic() - began
        until(lambda: world.get(Job, job.id).state is JobState.DONE)
        return [Took("24 labels", took, 10)]  # one to two seconds on a machine that has nothing else to do

    in_time(labels)
    shop.close()


def test_a_lost_queue_loses_no_job(world: World) -> None:
    shop = Workshop(world.db, world.installation)
    run, _ = ordered(world, 2)
    shop.close()
    for path in world.settings.data.glob(f"{queue.FILE}*"):
        path.unlink()
    assert queue.EACH <= 60  # within a minute, says the page
    process = started(world, each=2)
    try:
        until(lambda: is_ready(world, run))
        (world.settings.data / queue.FILE).unlink(missing_ok=True)  # and once more while the workers run
        other = Workshop(world.db, world.installation)
        run, _ = ordered(world, 2, "print-2")
        until(lambda: is_ready(world, run))  # no message came, and yet they look
        other.close()
    finally:
        end(process)


def test_a_queue_file_that_is_none_is_made_anew(world: World) -> None:
    if world.db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL keeps the queue in tables")
    (world.settings.data / queue.FILE).write_bytes(b"no database" * 99)
    shop = Workshop(world.db, world.installation)
    ordered(world, 2)
    assert (world.settings.data / queue.FILE).read_bytes()[:6] == b"SQLite"
    assert (world.settings.data / queue.FILE).stat().st_mode & 0o777 == 0o600
    shop.close()


@pytest.mark.soak
def test_a_killed_worker_is_started_again_and_its_run_is_made(world: World, crew: Begun) -> None:
    shop = Workshop(world.db, world.installation)
    run, job = ordered(world, 1200)
    until(lambda: world.get(Job, job.id).state is JobState.RUNNING)
    for process in children(crew.pid):
        os.kill(process, signal.SIGKILL)
    until(lambda: world.get(Job, job.id).attempts == 2)  # well before the lease has run out: the crew saw it end
    until(lambda: is_ready(world, run), 300)
    until(lambda: world.get(Job, job.id).state is JobState.DONE)
    assert world.get(Job, job.id).attempts == 2
    shop.close()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_the_workers_end_with_their_crew_whatever_is_at_work(world: World, how: signal.Signals) -> None:
    shop = Workshop(world.db, world.installation)
    jobs = list[Job]()

    def ended(round_: int) -> list[Took]:
        process = started(world)
        try:
            _, job = ordered(world, 2400, f"print-{round_}")
            jobs.append(job)
            until(lambda: JobState.RUNNING in {world.get(Job, each.id).state for each in jobs})
            workers = children(process.pid)
            process.send_signal(how)
            began = time.monotonic()
            process.wait(60)
            until(lambda: not any(map(is_there, workers)))
            return [Took("the end", time.monotonic() - began, 10)]
        finally:
            end(process)

    in_time(ended)
    left = world.get(Job, jobs[0].id)
    assert (left.state, left.attempts) == (JobState.WAITING, 0), "it was put back, and that was no attempt"
    shop.close()


def test_a_crew_for_a_parent_ends_when_its_stdin_ends(world: World) -> None:
    command = [sys.executable, "-m", "yipin", "work", "--data", str(world.settings.data), "--parent"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.write(b"nobody reads this\n")
        process.stdin.flush()
        until(lambda: len(children(process.pid)) == 2)
        workers = children(process.pid)
        process.stdin.close()
        assert process.wait(10) == 0
    until(lambda: not any(map(is_there, workers)), 10)


@pytest.mark.soak
def test_the_workers_end_when_the_process_that_they_are_for_has_ended(world: World) -> None:
    parent = subprocess.Popen([sys.executable, "-c", BESIDE, str(world.settings.data)])
    try:
        until(lambda: len(family(parent.pid)) == 3)
        workers = family(parent.pid)
    finally:
        parent.kill()
        parent.wait()
    until(lambda: not any(map(is_there, workers)), 10)


BESIDE = "import pathlib, sys, time; from yipin.jobs import crew\nwith crew.beside(pathlib.Path(sys.argv[1])): time.sleep(99)"


def family(of: int) -> list[int]:
    """The processes that this one and its children have started; a crew is started by another thread than the first."""
    found = [int(each) for path in Path(f"/proc/{of}/task").glob("*/children") for each in path.read_text().split()]
    return found + [each for one in found for each in children(one)]
