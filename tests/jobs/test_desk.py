"""Jobs as people meet them: bounded, cancelled, tried again, and told of when they fail."""

from datetime import timedelta

import pytest

from world import World
from world.jobs import Shop, until
from yipin.errors import Conflict
from yipin.jobs import desk, leases
from yipin.models import Job, JobLane, JobState


def rest(shop: Shop) -> None:
    """The rest between two attempts is over."""
    with shop.world.db.transaction(writes=True) as session:
        for job in session.query(Job):
            job.due_at -= timedelta(days=1)


def test_a_job_that_fails_is_tried_again_after_a_while_and_a_bounded_number_of_times(shop: Shop) -> None:
    job = shop.add("broken")
    for attempt in range(1, leases.MOST_ATTEMPTS):
        assert shop.worker().work(JobLane.SLOW) == 1 and shop.worker().work(JobLane.SLOW) == 0  # it rests
        waiting = shop.job(job)
        assert (waiting.state, waiting.attempts) == (JobState.WAITING, attempt)
        rest(shop)
    assert shop.worker().work(JobLane.SLOW) == 1
    failed = shop.job(job)
    assert (failed.state, len(shop.lines("tried"))) == (JobState.FAILED, leases.MOST_ATTEMPTS)
    assert "试了 3 次都没有做成" in str(desk.failure_of(failed)) and failed.ended_at
    rest(shop)
    assert shop.worker().work(JobLane.SLOW) == 0


def test_each_rest_is_longer_than_the_one_before(shop: Shop) -> None:
    lease = leases.claim(shop.world.db, shop.add("broken").lane, "worker")
    assert lease is not None and lease.back_off == timedelta(seconds=10)
    assert leases.Lease(1, 2, "broken", JobLane.SLOW, 2, None, "", {}).back_off == timedelta(seconds=40)


def test_a_kind_that_the_program_does_not_know_ends_with_a_clear_message(shop: Shop) -> None:
    job = shop.add("broken")
    with shop.world.db.transaction(writes=True) as session:
        session.get_one(Job, job.id).kind = "of a newer version"
    shop.worker().work(JobLane.SLOW)
    assert shop.job(job).state is JobState.FAILED
    assert "请升级程序" in str(desk.failure_of(shop.job(job)))


def test_a_job_that_waits_is_cancelled_and_never_done(shop: Shop, world: World) -> None:
    job = shop.add("slowly", step=0)
    with world.db.transaction(writes=True) as session:
        desk.cancel(session, world.ama, session.get_one(Job, job.id))
    assert shop.worker().work(JobLane.SLOW) == 0
    cancelled = shop.job(job)
    assert (cancelled.state, cancelled.cancelled_by) == (JobState.CANCELLED, world.ama.account_id)
    with pytest.raises(Conflict, match="已经结束"), world.db.transaction(writes=True) as session:
        desk.cancel(session, world.ama, session.get_one(Job, job.id))


def test_a_running_job_that_is_cancelled_ends_and_writes_nothing(shop: Shop, world: World) -> None:
    job = shop.add("slowly", step=0.3)
    process = shop.start()
    until(lambda: len(shop.lines("began")) == 1)
    with world.db.transaction(writes=True) as session:
        desk.cancel(session, world.ama, session.get_one(Job, job.id))
    other = shop.add("slowly", step=0)
    until(lambda: shop.job(other).state is JobState.DONE)
    assert shop.lines("finished") == [process.pid] and shop.notes() == 1  # of the other
    assert shop.job(job).state is JobState.CANCELLED


def test_a_cancelled_job_can_be_asked_for_again(shop: Shop, world: World) -> None:
    job = shop.add("slowly", step=0)
    with pytest.raises(Conflict, match="不用重来"), world.db.transaction(writes=True) as session:
        desk.again(session, world.ama, session.get_one(Job, job.id))
    with world.db.transaction(writes=True) as session:
        desk.cancel(session, world.ama, session.get_one(Job, job.id))
    with world.db.transaction(writes=True) as session:
        second = desk.again(session, world.ama, session.get_one(Job, job.id))
    shop.worker().work(JobLane.SLOW)
    assert [shop.job(each).state for each in (job, second)] == [JobState.CANCELLED, JobState.DONE]


def test_one_live_job_of_a_kind_is_enough_for_a_thing(shop: Shop) -> None:
    first = shop.add("slowly", step=0, about="run:7")
    assert shop.add("slowly", step=0, about="run:7").id == first.id
    assert shop.add("slowly", step=0, about="run:8").id != first.id
    shop.worker().work(JobLane.SLOW)
    assert shop.add("slowly", step=0, about="run:7").id != first.id


def test_an_account_has_a_bounded_number_of_jobs_waiting(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "MOST_LIVE", 2)
    shop.add("slowly", step=0)
    shop.add("slowly", step=0)
    with pytest.raises(Conflict, match="2 件任务"):
        shop.add("slowly", step=0)
    shop.add("slowly", shop.world.ben, step=0)  # a neighbour is not told off for it


def test_everybody_sees_their_own_jobs_and_old_ones_go(shop: Shop, world: World) -> None:
    mine, old = shop.add("slowly", step=0), shop.add("slowly", step=0)
    shop.add("slowly", world.ben, step=0)
    with world.db.transaction(writes=True) as session:
        row = session.get_one(Job, old.id)
        row.state, row.created_at = JobState.DONE, row.created_at - timedelta(days=8)
    with world.db.transaction(writes=False) as session:
        assert [job.id for job in desk.recent(session, world.ama, 1)] == [mine.id]
        assert desk.recent(session, world.chen, 1).total == 0


def test_a_clock_that_was_wrong_for_a_moment_keeps_no_job_waiting(shop: Shop, world: World) -> None:
    job = shop.add("slowly", step=0)
    assert leases.claim(world.db, JobLane.SLOW, "worker") is not None
    with world.db.transaction(writes=True) as session:
        row = session.get_one(Job, job.id)
        assert row.lease_until is not None
        row.lease_until += timedelta(days=366)
    assert shop.worker().work(JobLane.SLOW) == 1
    assert shop.job(job).state is JobState.DONE
