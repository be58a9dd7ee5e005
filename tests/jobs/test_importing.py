"""Imports as jobs: whoever dies, each row enters once; whoever gives a table up, none does."""

import os
import signal
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from world import World
from world.imported import confirm, confirmed, counted, taken_in
from world.jobs import Shop, until
from yipin.clock import now
from yipin.errors import Conflict
from yipin.imports import staging, uploads, work
from yipin.imports.outcome import found
from yipin.jobs import desk, importing, leases
from yipin.jobs.workshop import Workshop
from yipin.models import ImportState, Job, JobLane, JobState, TableImport

POSTGRESQL_IN_SOAK = True  # its rows enter as tests/imports/test_entering.py asks on both
MANY = range(1001, 1501)


def ordered(world: World, row: TableImport) -> Job:
    with world.db.transaction(writes=True) as session:
        return importing.order(session, world.chen, row)


def stands(world: World, row: TableImport) -> TableImport:
    return world.get(TableImport, row.id)  # type: ignore[no-any-return]


def long_ago(world: World, row: TableImport, **ago: int) -> None:
    with world.db.engine.begin() as connection:
        moved = sa.update(TableImport).where(TableImport.id == row.id)
        connection.execute(moved.values(changed_at=now() - timedelta(**ago)))


def test_checking_and_entering_are_two_jobs_and_each_is_asked_for_once(shop: Shop, world: World) -> None:
    row = taken_in(world, "producers", 1001, 1002)
    first = ordered(world, row)
    assert ordered(world, row).id == first.id
    shop.worker().work(first.lane)
    assert (shop.job(first).state, stands(world, row).state) == (JobState.DONE, ImportState.JUDGED)
    second = ordered(world, confirm(world, row))
    assert second.id != first.id
    shop.worker().work(second.lane)
    assert (shop.job(second).state, stands(world, row).state) == (JobState.DONE, ImportState.DONE)
    assert counted(world)["producers"] == 4


def test_long_tables_give_way_to_small_jobs(world: World) -> None:
    row = taken_in(world, "producers", 1001)
    lanes = []
    for row.token, row.rows in (("a", importing.SLOW_FROM - 1), ("b", importing.SLOW_FROM)):
        lanes.append(ordered(world, row).lane)
    assert lanes == [JobLane.QUICK, JobLane.SLOW]


@pytest.mark.parametrize("state", [ImportState.CHECKING, ImportState.ENTERING])
def test_a_table_whose_worker_is_killed_is_finished_by_the_next(shop: Shop, world: World, state: ImportState) -> None:
    row = (taken_in if state is ImportState.CHECKING else confirmed)(world, "products", *MANY)
    job = ordered(world, row)
    before = counted(world)
    first = shop.start()
    until(lambda: 0 < stands(world, row).done < len(MANY))
    os.kill(first.pid, signal.SIGKILL)
    assert stands(world, row).state is state and counted(world) == before
    shop.start()
    until(lambda: shop.job(job).state is JobState.DONE)
    assert shop.job(job).attempts == 2
    if state is ImportState.CHECKING:
        assert stands(world, row).state is ImportState.JUDGED and found(stands(world, row).found).wrong == 0
    else:
        assert stands(world, row).state is ImportState.DONE
        assert counted(world)["products"] == before["products"] + len(MANY)


def test_a_job_that_is_cancelled_while_rows_are_looked_at_gives_the_table_up(shop: Shop, world: World) -> None:
    row = confirmed(world, "products", *MANY)
    job = ordered(world, row)
    before = counted(world)["products"]
    shop.start()
    until(lambda: stands(world, row).done > 0)
    with world.db.transaction(writes=True) as session:
        desk.cancel(session, world.ama, session.get_one(Job, job.id))
    other = ordered(world, taken_in(world, "products", 3001))
    until(lambda: shop.job(other).state is JobState.DONE)  # the same worker has ended the first
    assert shop.job(job).state is JobState.CANCELLED and counted(world)["products"] == before
    with world.db.transaction(writes=False) as session:
        assert session.scalar(sa.select(TableImport).where(TableImport.token == row.token)) is None


def test_a_job_cannot_be_cancelled_once_its_rows_have_entered(world: World) -> None:
    row = confirmed(world, "producers", 1001)
    job = ordered(world, row)
    work.enter(world.db, world.installation, row.id)
    with pytest.raises(Conflict, match="已经导入"), world.db.transaction(writes=True) as session:
        desk.cancel(session, world.chen, session.get_one(Job, job.id))
    assert world.get(Job, job.id).state is JobState.WAITING


def test_what_had_entered_when_the_worker_died_is_done_without_a_second_time(shop: Shop, world: World) -> None:
    row = confirmed(world, "producers", 1001)
    job = ordered(world, row)
    assert leases.claim(world.db, job.lane, "died") is not None
    work.enter(world.db, world.installation, row.id)
    leases.free_all_of(world.db, "died")
    shop.worker().work(job.lane)
    assert shop.job(job).state is JobState.DONE and counted(world)["producers"] == 3


def test_a_work_that_breaks_each_time_is_given_up_and_the_page_of_the_table_says_so(
    shop: Shop, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = taken_in(world, "producers", 1001)
    job = ordered(world, row)
    monkeypatch.setattr(leases, "MOST_ATTEMPTS", 1)
    [path] = (world.settings.data / "imports").iterdir()
    path.write_text("not what was kept")
    shop.worker().work(job.lane)
    assert shop.job(job).state is JobState.FAILED and stands(world, row).state is ImportState.REFUSED
    assert "请重新上传" in str(found(stands(world, row).found).faults[0].message) and not path.exists()
    with pytest.raises(Conflict, match="重新上传"), world.db.transaction(writes=True) as session:
        desk.again(session, world.chen, session.get_one(Job, job.id))


def test_a_job_that_failed_while_its_table_still_waits_can_be_done_again(shop: Shop, world: World) -> None:
    row = taken_in(world, "producers", 1001)
    job = ordered(world, row)
    with world.db.transaction(writes=True) as session:
        session.get_one(Job, job.id).state = JobState.FAILED
    with world.db.transaction(writes=True) as session:
        desk.again(session, world.chen, session.get_one(Job, job.id))
    shop.worker().work(job.lane)
    assert stands(world, row).state is ImportState.JUDGED


def test_a_table_that_waited_for_over_an_hour_is_swept_and_its_job_says_so(shop: Shop, world: World) -> None:
    row = taken_in(world, "producers", 1001)
    job = ordered(world, row)
    long_ago(world, row, hours=2)
    importing.sweep(world.db, world.installation)
    assert not list((world.settings.data / "imports").iterdir())
    shop.worker().work(job.lane)
    assert shop.job(job).state is JobState.FAILED and "重新上传" in str(desk.failure_of(shop.job(job)))


def test_a_file_that_no_import_knows_of_is_swept_after_an_hour(world: World) -> None:
    kept = taken_in(world, "producers", 1001)
    given_up = taken_in(world, "producers", 1002)
    with world.db.transaction(writes=True) as session:
        uploads.withdraw(session, given_up.token)
    importing.sweep(world.db, world.installation)
    folder = world.settings.data / "imports"
    assert len(list(folder.iterdir())) == 2
    (path,) = folder.glob(f"*{given_up.token}*")
    os.utime(path, (0, now().timestamp() - staging.KEPT - 1))
    importing.sweep(world.db, world.installation)
    assert [each.name for each in folder.iterdir()] == [f"producers-{kept.account_id}-{kept.token}.json"]


def test_a_short_table_whose_page_died_is_taken_up_as_a_job(shop: Shop, world: World) -> None:
    """Nothing is asked for while somebody may still be at work on it, or while a job waits."""
    row = taken_in(world, "producers", 1001)
    importing.sweep(world.db, world.installation)
    with world.db.transaction(writes=False) as session:
        assert desk.recent(session, world.chen, 1).total == 0
    long_ago(world, row, minutes=2)
    importing.sweep(world.db, world.installation)
    importing.sweep(world.db, world.installation)
    with world.db.transaction(writes=False) as session:
        (job,) = desk.recent(session, world.chen, 1)
    shop.worker().work(job.lane)
    assert stands(world, row).state is ImportState.JUDGED


def test_the_next_table_with_the_number_of_one_that_is_gone_has_jobs_of_its_own(shop: Shop, world: World) -> None:
    """SQLite gives the number of a deleted row to the next one; a job of the first must not touch the second."""
    first = taken_in(world, "producers", 1001)
    old = ordered(world, first)
    with world.db.transaction(writes=True) as session:
        session.execute(sa.delete(TableImport))
    second = taken_in(world, "producers", 1002)
    new = ordered(world, second)
    assert new.id != old.id
    with world.db.transaction(writes=True) as session:
        desk.cancel(session, world.chen, session.get_one(Job, old.id))
    shop.worker().work(new.lane)
    assert stands(world, second).state is ImportState.JUDGED


def test_a_process_that_does_its_jobs_at_once_comes_back_from_one_that_is_to_be_tried_again(shop: Shop) -> None:
    """Such a job wakes its lane from within the look that was woken."""
    Workshop(shop.world.db, shop.world.installation).at_once()
    asked = threading.Thread(target=shop.add, args=("broken",), daemon=True)
    asked.start()
    asked.join(30)
    assert not asked.is_alive() and len(shop.lines("tried")) == 1
