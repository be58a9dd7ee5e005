"""A table of many rows is looked at in the background: its page says how far it is, and can be left and found again."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from world import World, signed_in
from world.imported import counted, taken_in
from world.tables import filled, token_on, upload
from yipin.clock import now
from yipin.imports import background, uploads
from yipin.models import ImportState, TableImport

BOTH_DATABASES = True  # a thread writes in bulk

PRODUCERS = "/bureau/import/producers"
FARM = ["示范家庭农场", "家庭农场", "93430203000000003K", "", "炎陵县", "霞阳镇", "李某", "13900000000"]
COOP = ["示范合作社", "农民专业合作社", "93430225000001001L", "", "炎陵县", "霞阳镇", "李某", "13900000000"]


@pytest.fixture
def chen(app: Flask, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """An officer whose tables all count as long."""
    monkeypatch.setattr(uploads, "SMALL", 0)
    return signed_in(app, "chen")


def sent(browser: FlaskClient, *rows: list[str]) -> str:
    """Upload rows; the address at which they are looked at."""
    answer = upload(browser, PRODUCERS, filled(browser, PRODUCERS, *rows))
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def test_a_long_table_is_checked_left_found_again_confirmed_and_entered(world: World, chen: FlaskClient) -> None:
    address = sent(chen, FARM)
    background.settle()
    start = chen.get(PRODUCERS).text
    assert "已检查，等您确认" in start and address in start
    preview = chen.get(address)
    assert (
        preview.status_code == 200 and "1 行，都能导入" in preview.text and 'http-equiv="refresh"' not in preview.text
    )
    assert chen.post(PRODUCERS, data={"token": token_on(preview.text)}).location == address
    background.settle()
    assert "已导入 1 行" in chen.get(address).text and counted(world)["producers"] == 3
    assert "没办完的表格" not in chen.get(PRODUCERS).text


def test_the_page_says_how_far_it_is_and_comes_again_by_itself(world: World, chen: FlaskClient) -> None:
    row = taken_in(world, "producers", 1001, 1002)
    with world.db.engine.begin() as connection:
        connection.execute(sa.update(TableImport).values(done=1200, rows=5000))
    page = chen.get(f"{PRODUCERS}?upload={row.token}").text
    assert "1,200 / 5,000 行" in page and re.search(r'http-equiv="refresh" content="2"', page)
    assert "正在检查" in chen.get(PRODUCERS).text


def test_what_a_restart_left_behind_is_taken_up_when_its_page_is_looked_at(world: World, chen: FlaskClient) -> None:
    row = taken_in(world, "producers", 1001, 1002)
    address = f"{PRODUCERS}?upload={row.token}"
    chen.get(address)
    background.settle()
    assert world.get(TableImport, row.id).state is ImportState.CHECKING  # somebody may be at work on it
    with world.db.engine.begin() as connection:
        connection.execute(sa.update(TableImport).values(changed_at=now() - timedelta(minutes=1)))
    chen.get(address)
    background.settle()
    assert "2 行，都能导入" in chen.get(address).text


def test_wrong_rows_of_a_long_table_are_named_and_none_enters(world: World, chen: FlaskClient) -> None:
    address = sent(chen, FARM, FARM)
    background.settle()
    page = chen.get(address).text
    assert "1 行有错，一行也没有导入" in page and "<b>D7</b>" in page and 'name="token"' not in page
    assert "填好的表格" in page and not list((world.settings.data / "imports").iterdir())


def test_a_table_can_be_given_up(world: World, chen: FlaskClient) -> None:
    address = sent(chen, FARM)
    background.settle()
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
    background.settle()
    token = token_on(chen.get(address).text)
    world.officer_of("430225")
    other = signed_in(app, "officer-430225")
    assert other.get(address).status_code == 409 and "没办完的表格" not in other.get(PRODUCERS).text
    for more in ({}, {"leave": "1"}):
        assert other.post(PRODUCERS, data={"token": token, **more}).status_code == 409
    assert chen.get(address).status_code == 200
