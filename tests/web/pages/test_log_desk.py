"""Officers and administrators see how the public log stands, and how far each witness is behind."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from world import Sold, World, signed_in
from world.logged import append, checkpoint
from world.witnesses import answering, asked, found, http, policy, running
from yipin.log.witness_state import WitnessState
from yipin.web.logwords import lag

PATH = "/bureau/log"


@pytest.fixture
def chen(app: Flask) -> FlaskClient:
    return signed_in(app, "chen")


def test_the_page_says_when_nothing_is_published_and_when_nobody_watches(
    world: World, sold: Sold, chen: FlaskClient, ama: FlaskClient
) -> None:
    assert "还没有公布过" in chen.get(PATH).text
    append(world)
    page = chen.get(PATH).text
    assert "还没有见证" in page and checkpoint(world).root.hex() in page and "log.policy" in page
    assert ama.get(PATH).status_code == 403


def test_each_witness_is_told_with_what_it_signed_its_lag_and_its_trouble(
    world: World, sold: Sold, chen: FlaskClient
) -> None:
    size = append(world)
    with running(world, "market") as offices, answering(http(422, b"")) as fork:
        dead, liar = found(world, "dead", "http://127.0.0.1:1/"), found(world, "liar", fork)
        policy(world, [*offices, dead, liar], 2)
        asked(world)
    page = chen.get(PATH).text
    for words in (
        "没有落后",
        "连不上",
        f"天 / {size} 条",
        "它看到过另一份历史",
        "yipin log monitor",
        "至少 2 家签字才算",
    ):
        assert words in page, words
    assert page.count("还没有签过") == 2


def test_a_list_of_witnesses_that_cannot_be_read_is_told_with_the_line(world: World, chen: FlaskClient) -> None:
    append(world)
    world.settings.log_policy.write_text("quorum none\nwitness\n", "utf-8")
    page = chen.get(PATH).text
    assert "第 2 行不对" in page and "还没有见证" not in page


AT = datetime(2026, 7, 20, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("behind", "ago", "words"),
    [
        (0, timedelta(days=3), "没有落后"),
        (2, timedelta(seconds=59), "落后不到 1 分钟 / 2 条"),
        (12, timedelta(minutes=3, seconds=50), "落后 3 分钟 / 12 条"),
        (40, timedelta(hours=5), "落后 5 小时 / 40 条"),
        (900, timedelta(days=2), "落后 2 天 / 900 条"),
    ],
)
def test_lag_is_told_in_time_and_entries(behind: int, ago: timedelta, words: str) -> None:
    assert str(lag(WitnessState("w", "w/1", behind=behind, behind_since=AT - ago), AT)) == words
