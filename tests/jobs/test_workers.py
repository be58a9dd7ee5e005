"""Workers hold a job on a lease: killed, stopped or many at once, they do each job once, and what comes late is refused."""

import os
import signal

import pytest

from world import World, told
from world.jobs import Shop, until
from yipin.jobs import desk, leases
from yipin.jobs.context import Context, Lost, fenced
from yipin.models import Action, Job, JobLane, JobState


def test_a_job_is_done_and_tells_who_started_it_and_how_far_it_is(shop: Shop) -> None:
    job = shop.add("slowly", step=0)
    assert (job.state, job.started_by, job.account_id) == (JobState.WAITING, "Ama", shop.world.ama.account_id)
    assert shop.worker().work(JobLane.SLOW) == 1
    done = shop.job(job)
    assert (done.state, done.percent, done.attempts, done.result) == (JobState.DONE, 100, 1, {"by": os.getpid()})
    assert done.started_at and done.ended_at and shop.notes() == 1
    assert shop.worker().work(JobLane.SLOW) == 0  # and not once more


def test_the_row_tells_how_far_a_running_job_is(shop: Shop) -> None:
    job = shop.add("slowly", step=0.4)
    shop.start()
    until(lambda: shop.job(job).state is JobState.RUNNING and 0 < shop.job(job).percent < 100)
    until(lambda: shop.job(job).state is JobState.DONE)


def test_a_job_whose_worker_is_killed_is_done_once_by_the_next(shop: Shop) -> None:
    job = shop.add("slowly", step=0.2)
    first = shop.start()
    until(lambda: len(shop.lines("began")) == 1)
    os.kill(first.pid, signal.SIGKILL)
    second = shop.start()
    until(lambda: shop.job(job).state is JobState.DONE)
    assert shop.lines("began") == [first.pid, second.pid] and shop.lines("finished") == [second.pid]
    assert (shop.job(job).attempts, shop.job(job).result, shop.notes()) == (2, {"by": second.pid}, 1)


def test_what_a_stopped_worker_writes_late_is_refused(shop: Shop) -> None:
    """Its lease runs out while it sleeps, the next one does the job, and then the first wakes up and wants to write."""
    gate = shop.folder / "gate"
    gate.touch()
    job = shop.add("deaf", gate=str(gate))
    first = shop.start()
    until(lambda: len(shop.lines("began")) == 1)
    os.kill(first.pid, signal.SIGSTOP)
    second = shop.start()
    until(lambda: len(shop.lines("began")) == 2)
    gate.unlink()
    until(lambda: shop.job(job).state is JobState.DONE)
    ended = shop.job(job)
    os.kill(first.pid, signal.SIGCONT)
    other = shop.add("slowly", step=0)  # the first takes the next job, so it has given up this one
    os.kill(second.pid, signal.SIGKILL)
    until(lambda: shop.job(other).state is JobState.DONE)
    assert shop.lines("finished") == [second.pid, first.pid]  # of the two jobs
    assert shop.notes() == 2  # one for each
    after = shop.job(job)
    assert (after.ended_at, after.token, after.attempts) == (ended.ended_at, 2, 2)


def test_two_workers_never_both_finish_one_job(shop: Shop) -> None:
    jobs = [shop.add("slowly", step=0.01) for _ in range(12)]
    shop.start()
    shop.start()
    until(lambda: all(shop.job(job).state is JobState.DONE for job in jobs))
    assert [shop.job(job).attempts for job in jobs] == [1] * 12
    assert (len(shop.lines("finished")), shop.notes()) == (12, 12)


def test_a_write_is_refused_once_another_worker_has_the_job(shop: Shop, world: World) -> None:
    shop.add("slowly", step=0)
    old = leases.claim(world.db, JobLane.SLOW, "first")
    assert old is not None
    leases.free_all_of(world.db, "first")
    new = leases.claim(world.db, JobLane.SLOW, "second")
    assert new is not None and new.token > old.token
    with pytest.raises(Lost), fenced(world.db, old).transaction(writes=True) as session:
        desk.add(session, world.ama, "slowly", step=0)
    with pytest.raises(Lost), world.db.transaction(writes=True) as session:
        Context(world.db, world.installation, old, world.ama).complete(session)
    assert not leases.renew(world.db, old, 1, 2) and leases.renew(world.db, new, 1, 2)
    with world.db.transaction(writes=True) as session:
        Context(world.db, world.installation, new, world.ama).complete(session, rows=3)
    with world.db.transaction(writes=False) as session:
        (job,) = desk.recent(session, world.ama, 1)
        assert (job.state, job.result) == (JobState.DONE, {"rows": 3})


def test_a_job_that_kills_its_worker_each_time_is_given_up(shop: Shop) -> None:
    job = shop.add("dies")
    until_failed = shop.start(1.0)
    for attempt in range(leases.MOST_ATTEMPTS):
        until_failed.join(60)
        assert len(shop.lines("tried")) == attempt + 1
        until_failed = shop.start(1.0)
    until(lambda: shop.job(job).state is JobState.FAILED)
    failure = desk.failure_of(shop.job(job))
    assert failure is not None and "试了 3 次都没有做成" in str(failure)
    assert len(shop.lines("tried")) == leases.MOST_ATTEMPTS


def test_who_asked_is_told_of_a_long_job_that_is_done_and_of_any_that_failed(shop: Shop) -> None:
    shop.add("slowly", step=0)
    unknown = shop.add("slowly", step=0)
    with shop.world.db.transaction(writes=True) as session:
        session.get_one(Job, unknown.id).kind = "of a newer program"
    assert shop.worker().work(JobLane.SLOW) == 2
    with shop.world.db.transaction(writes=False) as session:
        lines = told.lines(session, shop.world.ama)
        assert [line.event.action for line in lines[:2]] == [Action.JOB_FAIL, Action.JOB_DONE]
