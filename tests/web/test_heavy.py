"""Files and tables are made and read by a few threads alone, so that scans have the interpreter when they need it."""

import io
from collections.abc import Iterator
from contextlib import ExitStack
from threading import Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient

from world import World, signed_in
from world.streets import ROLES, open_street
from yipin.web import heavy
from yipin.web.guard import TABLES
from yipin.web.rights import RULES

FILE, PAGE = "/bureau/exports/batches.xlsx", "/bureau/batches"


@pytest.fixture
def officer(app: Flask, world: World) -> Iterator[FlaskClient]:
    return signed_in(app, "chen")


@pytest.fixture
def taken() -> Iterator[ExitStack]:
    """All turns are taken by others until the stack is closed."""
    with ExitStack() as others:
        for work, places in heavy.AT_ONCE.items():
            for _ in range(places):
                others.enter_context(heavy.turn(work))
        yield others


def test_a_file_waits_for_its_turn_and_a_page_does_not(officer: FlaskClient, taken: ExitStack) -> None:
    answers: list[int] = []
    asks = Thread(target=lambda: answers.append(officer.get(FILE).status_code))
    asks.start()
    asks.join(0.3)
    assert answers == [] and officer.get(PAGE).status_code == 200
    taken.close()
    asks.join(20)
    assert answers == [200]


def test_whose_turn_does_not_come_is_asked_to_try_again(
    officer: FlaskClient, taken: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heavy, "PATIENCE", 0.01)
    answer = officer.get(FILE)
    assert answer.status_code == 503 and answer.headers["Retry-After"]
    assert "请过几秒再试一次" in answer.text
    sent = officer.post("/bureau/import/certificates", data={"file": (io.BytesIO(b"x"), "x.xlsx")})
    assert sent.status_code == 503


def test_a_turn_is_given_back_by_one_that_fails() -> None:
    for work, places in heavy.AT_ONCE.items():
        for _ in range(places + 1):
            with pytest.raises(RuntimeError), heavy.turn(work):
                raise RuntimeError


def test_every_file_that_needs_no_object_and_every_table_waits_for_a_turn(
    app: Flask, world: World, taken: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heavy, "PATIENCE", 0.001)
    street, asked = open_street(world, app), 0
    for rule in app.url_map.iter_rules():
        is_file = heavy.is_file(rule.rule)
        if rule.arguments or not (is_file or rule.endpoint in TABLES):
            continue
        allowed = RULES[rule.endpoint, "GET"].roles
        browser = next(street.browsers[name] for name, (role, *_) in ROLES.items() if not allowed or role in allowed)
        answer = (
            browser.get(rule.rule) if is_file else browser.post(rule.rule, data={"file": (io.BytesIO(b"x"), "x.xlsx")})
        )
        assert answer.status_code == 503, rule.rule
        asked += 1
    assert asked > 20
