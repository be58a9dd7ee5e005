"""A print run as a job: one fate for both, whoever stops it, and however it fails."""

from dataclasses import replace

import pytest

from world import World
from world.prints import on_one_database, plan
from yipin.installation.installation import Installation
from yipin.jobs import desk, leases, printing
from yipin.jobs.worker import Worker
from yipin.models import Job, JobLane, JobState, PrintRun, PrintState
from yipin.printing import press, progress, runs

pytestmark = on_one_database


def ordered(world: World, run: PrintRun) -> Job:
    with world.db.transaction(writes=True) as session:
        return printing.order(session, world.ama, run)


def states(world: World, job: Job, run: PrintRun) -> tuple[JobState, PrintState]:
    return world.get(Job, job.id).state, world.get(PrintRun, run.id).state


def work(world: World, lane: JobLane = JobLane.QUICK) -> None:
    Worker(world.db, world.installation).work(lane)


def test_a_run_is_made_and_its_job_done(world: World) -> None:
    run = plan(world, 2)
    job = ordered(world, run)
    work(world)
    assert states(world, job, run) == (JobState.DONE, PrintState.READY)


def test_small_runs_have_a_lane_of_their_own(world: World) -> None:
    small, large = plan(world, 2), replace_count(plan(world, 3), printing.SLOW_FROM)
    assert [ordered(world, run).lane for run in (small, large)] == [JobLane.QUICK, JobLane.SLOW]


def replace_count(run: PrintRun, count: int) -> PrintRun:
    run.count = count
    return run


def test_a_run_that_was_stopped_while_it_waited_is_not_made(world: World) -> None:
    run = plan(world, 2)
    job = ordered(world, run)
    with world.db.write.begin() as session:
        runs.stop_run(session, world.ama, session.get_one(PrintRun, run.id))
    work(world)
    assert states(world, job, run) == (JobState.CANCELLED, PrintState.STOPPED)


def test_a_run_that_was_made_by_the_command_line_meanwhile_is_left_as_it_is(world: World) -> None:
    run = plan(world, 2)
    job = ordered(world, run)
    press.make(world.db, world.installation, run.id)
    sha256 = world.get(PrintRun, run.id).sha256
    work(world)
    assert states(world, job, run) == (JobState.DONE, PrintState.READY)
    assert world.get(PrintRun, run.id).sha256 == sha256


def test_a_run_at_which_somebody_else_is_waits_and_that_is_no_attempt(world: World) -> None:
    run = plan(world, 2)
    job = ordered(world, run)
    with progress.alone(world.installation, run.id):
        work(world)
    assert states(world, job, run) == (JobState.WAITING, PrintState.PLANNED)
    assert world.get(Job, job.id).attempts == 0


def test_what_cannot_be_drawn_is_told_by_run_and_job_alike(world: World) -> None:
    run = plan(world, 2)
    job = ordered(world, run)
    without = Installation(
        replace(world.settings, font="/nowhere.ttf"), world.installation.policy, world.installation.secrets
    )
    Worker(world.db, without).work(JobLane.QUICK)
    assert states(world, job, run) == (JobState.FAILED, PrintState.FAILED)
    with world.db.transaction(writes=False) as session:
        told = runs.failure_of(session, session.get_one(PrintRun, run.id))
    assert told is not None and str(told) == str(desk.failure_of(world.get(Job, job.id)))
    with world.db.transaction(writes=True) as session:
        again = desk.again(session, world.ama, session.get_one(Job, job.id))
    work(world)
    assert states(world, again, run) == (JobState.DONE, PrintState.READY)


def test_a_run_that_fails_without_a_reason_is_failed_at_the_last_attempt(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = plan(world, 2)
    job = ordered(world, run)
    monkeypatch.setattr(leases, "MOST_ATTEMPTS", 1)
    world.settings.labels.mkdir(exist_ok=True)
    with world.db.write.begin() as session:
        row = session.get_one(PrintRun, run.id)
        session.connection().execute(
            PrintRun.__table__.update().where(PrintRun.id == row.id).values(job={"of": "another program"})
        )
    work(world)
    assert states(world, job, run) == (JobState.FAILED, PrintState.FAILED)
