"""A table of many rows is a job: its page says how far it is, and can be left and found again."""

import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from world import World, signed_in
from world.imported import counted, taken_in
from world.tables import filled, token_on, upload
from yipin.imports import uploads
from yipin.jobs import desk
from yipin.models import ImportState, Job, JobLane, JobState, TableImport

BOTH_DATABASES = True  # rows are written in bulk
POSTGRESQL_IN_SOAK = True  # its rows enter as tests/imports/test_entering.py asks on both

PRODUCERS = "/bureau/import/producers"
FARM = ["示范家庭农场", "家庭农场", "93430203000000003K", "", "炎陵县", "霞阳镇", "李某", "13900000000"]
COOP = ["示范合作社", "农民专业合作社", "93430225000001001L", "", "炎陵县", "霞阳镇", "李某", "13900000000"]


@pytest.fixture
def chen(app: Flask, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """An officer whose tables all count as long."""
    monkeypatch.setattr(uploads, "SMALL", 0)
    return signed_in(app, "chen")


@pytest.fixture
def waiting(app: Flask, chen: FlaskClient) -> FlaskClient:
    """The same officer, while no worker hears of jobs."""
    app.extensions["yipin"].db.write.configure(info={"wake": lambda lane: None})
    return chen


def work(app: Flask) -> None:
    """A worker comes by."""
    for lane in JobLane:
        app.extensions["yipin"].jobs.worker.work(lane)


def jobs_of(world: World) -> list[JobState]:
    with world.db.transaction(writes=False) as session:
        return [job.state for job in reversed(desk.recent(session, world.chen, 1))]


def the_import(world: World) -> ImportState | None:
    with world.db.transaction(writes=False) as session:
        return session.scalar(sa.select(TableImport.state))


def sent(browser: FlaskClient, *rows: list[str]) -> str:
    """Upload rows; the address at which they are looked at."""
    answer = upload(browser, PRODUCERS, filled(browser, PRODUCERS, *rows))
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def test_a_long_table_is_checked_left_found_again_confirmed_and_entered(world: World, chen: FlaskClient) -> None:
    address = sent(chen, FARM)
    start = chen.get(PRODUCERS).text
    assert "已检查，等您确认" in start and address in start
    preview = chen.get(address)
    assert (
        preview.status_code == 200 and "1 行，都能导入" in preview.text and 'http-equiv="refresh"' not in preview.text
    )
    assert chen.post(PRODUCERS, data={"token": token_on(preview.text)}).location == address
    assert "已导入 1 行" in chen.get(address).text and counted(world)["producers"] == 3
    assert "没办完的表格" not in chen.get(PRODUCERS).text


def test_the_page_says_how_far_it_is_and_comes_again_by_itself(world: World, chen: FlaskClient) -> None:
    row = taken_in(world, "producers", 1001, 1002)
    with world.db.engine.begin() as connection:
        connection.execute(sa.update(TableImport).values(done=1200, rows=5000))
    page = chen.get(f"{PRODUCERS}?upload={row.token}").text
    assert "1,200 / 5,000 行" in page and re.search(r'http-equiv="refresh" content="2"', page)
    assert "正在检查" in chen.get(PRODUCERS).text


def test_the_pages_only_write_down_what_is_to_be_done(world: World, app: Flask, waiting: FlaskClient) -> None:
    address = sent(waiting, FARM)
    assert the_import(world) is ImportState.CHECKING and jobs_of(world) == [JobState.WAITING]
    assert "正在检查" in waiting.get(address).text
    work(app)
    token = token_on(waiting.get(address).text)
    waiting.post(PRODUCERS, data={"token": token})
    assert the_import(world) is ImportState.ENTERING and counted(world)["producers"] == 2
    assert jobs_of(world) == [JobState.DONE, JobState.WAITING]
    work(app)
    assert the_import(world) is ImportState.DONE and counted(world)["producers"] == 3
    assert jobs_of(world) == [JobState.DONE, JobState.DONE]


def test_the_page_of_jobs_names_both_works_and_leads_to_the_table(world: World, chen: FlaskClient) -> None:
    address = sent(chen, FARM)
    chen.post(PRODUCERS, data={"token": token_on(chen.get(address).text)})
    page = chen.get("/jobs/").text
    assert "导入生产主体：检查 1 行" in page and "导入生产主体：存入 1 行" in page and f'href="{address}"' in page
    with world.db.transaction(writes=True) as session:
        session.execute(sa.delete(TableImport))  # as after an hour
    assert f'href="{address}"' not in chen.get("/jobs/").text


@pytest.mark.parametrize("confirmed", [False, True])
def test_a_table_that_is_at_work_can_be_given_up_on_its_page_or_on_that_of_jobs(
    world: World, app: Flask, waiting: FlaskClient, confirmed: bool
) -> None:
    for number, on_jobs in enumerate([False, True]):
        address = sent(waiting, FARM)
        token = address.rpartition("=")[2]
        if confirmed:
            work(app)
            waiting.post(PRODUCERS, data={"token": token})
        page = waiting.get(address).text
        assert "不导入了" in page and 'http-equiv="refresh"' in page
        job = max(each.id for each in all_jobs(world))
        if on_jobs:
            assert "已取消" in waiting.post(f"/jobs/{job}/cancel", follow_redirects=True).text
        else:
            given_up = waiting.post(PRODUCERS, data={"token": token, "leave": "1"}, follow_redirects=True)
            assert "没有导入" in given_up.text
        assert world.get(Job, job).state is JobState.CANCELLED and the_import(world) is None
        work(app)
        assert waiting.get(address).status_code == 409 and counted(world)["producers"] == 2, number


def all_jobs(world: World) -> list[Job]:
    with world.db.transaction(writes=False) as session:
        return list(desk.recent(session, world.chen, 1))


def test_a_table_that_has_entered_is_not_said_to_be_given_up(world: World, chen: FlaskClient) -> None:
    """Somebody presses the button in the moment in which the rows enter."""
    address = sent(chen, FARM)
    token = token_on(chen.get(address).text)
    chen.post(PRODUCERS, data={"token": token})
    late = chen.post(PRODUCERS, data={"token": token, "leave": "1"})
    assert late.status_code == 409 and "已经导入，不能取消" in late.text
    assert "已导入 1 行" in chen.get(address).text


def test_what_was_given_up_or_refused_is_not_offered_once_more(world: World, app: Flask, waiting: FlaskClient) -> None:
    sent(waiting, FARM)
    (job,) = all_jobs(world)
    waiting.post(f"/jobs/{job.id}/cancel")
    assert "再做一次" not in waiting.get("/jobs/").text
    again = waiting.post(f"/jobs/{job.id}/again")
    assert again.status_code == 409 and "重新上传" in again.text


def test_rows_that_cannot_enter_any_more_fail_their_job_and_their_page_says_why(
    world: World, app: Flask, waiting: FlaskClient
) -> None:
    first, second = sent(waiting, FARM), sent(waiting, FARM)
    work(app)
    for address in (first, second):
        waiting.post(PRODUCERS, data={"token": address.rpartition("=")[2]})
    work(app)
    assert jobs_of(world) == [JobState.DONE, JobState.DONE, JobState.DONE, JobState.FAILED]
    assert "请打开这份表格的页面看原因" in waiting.get("/jobs/").text
    assert "已经登记过" in waiting.get(second).text and counted(world)["producers"] == 3


def test_wrong_rows_of_a_long_table_are_named_and_none_enters(world: World, chen: FlaskClient) -> None:
    address = sent(chen, FARM, ["示范二场", *FARM[1:]])
    page = chen.get(address).text
    assert "1 行有错，一行也没有导入" in page and "<b>D7</b>" in page and 'name="token"' not in page
    assert "填好的表格" in page and not list((world.settings.data / "imports").iterdir())


def test_a_table_can_be_given_up(world: World, chen: FlaskClient) -> None:
    address = sent(chen, FARM)
    token = token_on(chen.get(address).text)
    assert "没有导入" in chen.post(PRODUCERS, data={"token": token, "leave": "1"}, follow_redirects=True).text
    assert chen.get(address).status_code == 409
    assert counted(world)["producers"] == 2 and not list((world.settings.data / "imports").iterdir())


def test_one_person_cannot_have_any_number_of_tables_at_work(world: World, chen: FlaskClient) -> None:
    for number in (1001, 1002, 1003):
        taken_in(world, "producers", number)
    refused = upload(chen, PRODUCERS, filled(chen, PRODUCERS, FARM))
    assert refused.status_code == 422 and "请等它们办完再上传" in refused.text
    with world.db.engine.begin() as connection:
        connection.execute(sa.update(TableImport).values(state=ImportState.JUDGED))
    assert sent(chen, FARM)


def test_a_table_is_its_owner_s_alone(world: World, app: Flask, chen: FlaskClient) -> None:
    address = sent(chen, FARM)
    token = token_on(chen.get(address).text)
    world.officer_of("430225")
    other = signed_in(app, "officer-430225")
    assert other.get(address).status_code == 409 and "没办完的表格" not in other.get(PRODUCERS).text
    for more in ({}, {"leave": "1"}):
        assert other.post(PRODUCERS, data={"token": token, **more}).status_code == 409
    assert chen.get(address).status_code == 200
