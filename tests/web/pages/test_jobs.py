"""The page of jobs: everybody's own, what came of them, and large lists made in the background."""

import io
from datetime import timedelta

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from world import PASSWORD, World, signed_in
from world.imported import taken_in
from world.prints import plan
from world.reading import see
from yipin import clock
from yipin.access.actor import Actor
from yipin.accounts import signin
from yipin.indicators import reports
from yipin.jobs import desk, registry
from yipin.models import Account, Job, JobState, PrintRun, PrintState, Role
from yipin.web import export_address
from yipin.web.pages import reports as report_pages


@pytest.fixture
def chen(app: Flask) -> FlaskClient:
    return signed_in(app, "chen")


@pytest.fixture
def root(world: World, app: Flask) -> FlaskClient:
    """The administrator's browser."""
    with world.db.write.begin() as session:
        signin.add_account(
            session,
            Actor("founder", clock.now()),
            world.installation.policy,
            login="root",
            name="Root",
            role=Role.ADMINISTRATOR,
            password=PASSWORD,
        )
    return signed_in(app, "root")


def waiting(world: World, login: str = "ama", kind: str = "export", **data: object) -> Job:
    """A job that no worker has heard of."""
    actor = world.actor(login, clock.now())
    with world.db.transaction(writes=True) as session:
        return desk.add(session, actor, kind, **data or {"list": "batches", "typed": {"lang": "zh"}})


def job(world: World, number: int) -> Job:
    return world.get(Job, number)  # type: ignore[no-any-return]


def test_a_page_without_jobs_says_what_will_stand_here(ama: FlaskClient) -> None:
    page = see(ama.get("/jobs/").text)
    assert "最近没有后台任务" in page.text


def test_everybody_sees_their_own_jobs_and_the_administrator_all(
    world: World, ama: FlaskClient, chen: FlaskClient, root: FlaskClient
) -> None:
    waiting(world)
    assert "批次清单" in ama.get("/jobs/").text and "批次清单" not in chen.get("/jobs/").text
    page = root.get("/jobs/").text
    assert "批次清单" in page and "Ama" in page and "再做一次" not in page


def test_a_job_is_cancelled_on_the_page_and_asked_for_again(world: World, ama: FlaskClient) -> None:
    found = waiting(world)
    page = ama.get("/jobs/").text
    assert 'http-equiv="refresh"' in page and "排队中" in page
    assert ama.post(f"/jobs/{found.id}/cancel").status_code == 302
    page = ama.get("/jobs/").text
    assert "已取消" in page and 'http-equiv="refresh"' not in page
    assert ama.post(f"/jobs/{found.id}/cancel").status_code == 409
    assert ama.post(f"/jobs/{found.id}/again").status_code == 302
    assert job(world, found.id + 1).account_id == world.ama.account_id


def test_the_administrator_cancels_a_job_of_another_but_neither_repeats_it_nor_takes_its_file(
    world: World, root: FlaskClient
) -> None:
    found = waiting(world, "chen")
    assert root.get(f"/jobs/{found.id}/result").status_code == 409
    assert root.post(f"/jobs/{found.id}/cancel").status_code == 302
    assert job(world, found.id).cancelled_by == world.actor("root").account_id
    assert root.post(f"/jobs/{found.id}/again").status_code == 409


def test_the_row_shows_how_far_a_job_is_and_why_one_failed(world: World, ama: FlaskClient) -> None:
    running, failed = waiting(world), waiting(world)
    with world.db.transaction(writes=True) as session:
        row = session.get_one(Job, running.id)
        row.state, row.lease_until, row.done, row.total = JobState.RUNNING, clock.now(), 30, 120
        row = session.get_one(Job, failed.id)
        row.state, row.failure = JobState.FAILED, {"template": "缺字：%(chars)s", "values": {"chars": "𰻝"}}
    page = ama.get("/jobs/").text
    assert '<progress max="100" value="25"' in page and "缺字：𰻝" in page and "再做一次" in page


def listed(world: World, count: int) -> None:
    """As many finished jobs of Ama's, of all kinds."""
    row = taken_in(world, "batches", 1, 2)
    table = {"token": row.token, "table": row.kind, "rows": row.rows, "state": row.state.value}
    data = {"print": {"run": 1, "count": 2}, "export": {"list": "batches", "typed": {"lang": "zh"}}, "import": table}
    now, ama = clock.now(), world.actor("ama")
    with world.db.transaction(writes=True) as session:
        for n in range(count):
            kind = [*data][n % 3]
            lane, state = registry.work_for(kind).lane(data[kind]), JobState.CANCELLED if n % 2 else JobState.DONE
            job = Job(kind=kind, lane=lane, account_id=ama.account_id, started_by="Ama", data=data[kind], state=state)
            job.created_at = job.due_at = job.ended_at = now
            session.add(job)


def test_a_long_list_comes_a_page_at_a_time_and_says_how_long_it_is(world: World, ama: FlaskClient) -> None:
    listed(world, 120)
    first, last, beyond = (see(ama.get(f"/jobs/?page={n}").text) for n in (1, 3, 9))
    assert "共 120 件" in first.text and "1 / 3" in first.text and "/jobs/?page=2" in first.links
    assert "3 / 3" in last.text and "/jobs/?page=2" in last.links and "/jobs/?page=4" not in last.links
    assert "3 / 3" in beyond.text


def test_a_page_of_jobs_asks_no_more_questions_than_a_row(world: World, ama: FlaskClient) -> None:
    asked: list[str] = []
    sa.event.listen(world.db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))

    def questions() -> int:
        asked.clear()
        assert ama.get("/jobs/").status_code == 200
        return len(asked)

    listed(world, 3)
    few = questions()
    listed(world, 45)
    assert questions() == few


def test_a_job_that_nobody_begins_is_told_of(world: World, ama: FlaskClient) -> None:
    found = waiting(world)
    assert "后台程序可能没有在运行" not in ama.get("/jobs/").text
    with world.db.transaction(writes=True) as session:
        session.get_one(Job, found.id).due_at -= timedelta(minutes=4)
    assert "后台程序可能没有在运行" in ama.get("/jobs/").text


def test_cancelling_a_print_job_stops_its_run_and_again_makes_it(world: World, app: Flask, ama: FlaskClient) -> None:
    other = plan(world, 2)
    found = waiting(world, kind="print", run=other.id, count=2)
    ama.post(f"/jobs/{found.id}/cancel")
    assert world.get(PrintRun, other.id).state is PrintState.STOPPED
    ama.post(f"/jobs/{found.id}/again")  # done at once, as this application does its jobs itself
    assert world.get(PrintRun, other.id).state is PrintState.READY
    assert job(world, found.id + 1).state is JobState.DONE
    page = see(ama.get("/jobs/").text)
    assert (
        page.links.count(f"/producer/prints/{other.id}") == 3 and "查看结果" in page.text
    )  # two titles and the result


def test_a_large_list_is_made_in_the_background_with_the_filter_and_language_of_the_page(
    world: World, chen: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = world.declare(), world.declare(world.ben)
    monkeypatch.setattr(export_address, "AT_ONCE_UP_TO", 0)
    address = "/bureau/exports/batches.xlsx?product=黄桃&lang=en"
    offer = chen.get(address)
    assert offer.mimetype == "text/html" and "2 rows" in offer.text
    assert chen.post(address).headers["Location"] == "/jobs/"
    done = job(world, 1)
    assert (done.state, done.result and done.result["rows"]) == (JobState.DONE, 2)
    file = chen.get("/jobs/1/result")
    rows = list(openpyxl.load_workbook(io.BytesIO(file.data)).active.iter_rows(values_only=True))
    assert first.id_number in [row[0] for row in rows] and "On sale" in rows[-1]
    kept = world.settings.data / "results"
    assert kept.stat().st_mode & 0o777 == 0o700
    assert [path.stat().st_mode & 0o777 for path in kept.iterdir()] == [0o600]


def test_a_file_is_its_owners_alone_and_gone_is_told(world: World, app: Flask, chen: FlaskClient) -> None:
    chen.post("/bureau/exports/batches.xlsx")
    assert signed_in(app, "ama").get("/jobs/1/result").status_code == 404
    for path in (world.settings.data / "results").iterdir():
        path.unlink()
    gone = chen.get("/jobs/1/result")
    assert gone.status_code == 409 and "已过期删除" in gone.text
    assert "/jobs/1/result" not in chen.get("/jobs/").text


def test_a_list_is_made_with_the_rights_that_the_person_has_by_then(world: World, app: Flask) -> None:
    found = waiting(world, "chen")
    with world.db.engine.begin() as connection:
        table = Account.__table__
        connection.execute(table.update().where(table.c.login == "chen").values(role="insurer"))
    app.extensions["yipin"].jobs.worker.work(found.lane)
    failed = job(world, found.id)
    assert failed.state is JobState.FAILED and "您的账号不能办这件事" in str(desk.failure_of(failed))
    assert list((world.settings.data / "results").glob("*")) == []


def test_the_workbook_of_a_large_report_is_made_in_the_background(
    world: World, chen: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world.db.write.begin() as session:
        report = reports.freeze(session, world.chen, world.installation.policy, "2026-07-20")
    monkeypatch.setattr(report_pages, "AT_ONCE_UP_TO", -1)
    address = f"/bureau/reports/{report.id}/report.xlsx"
    assert "在后台做" in chen.get(address).text
    chen.post(address)
    assert job(world, 1).state is JobState.DONE and "2026年第三季度报告" in chen.get("/jobs/").text
    made = openpyxl.load_workbook(io.BytesIO(chen.get("/jobs/1/result").data))
    assert made.sheetnames[:2] == ["指标", "分县"]
