"""Whatever goes wrong in a request, it holds the write lock no longer than itself, and does no slow work under it."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import InvalidRequestError, OperationalError
from sqlalchemy.orm import Session

from world import PASSWORD, World, signed_in
from world.pace import Took, in_time
from yipin.accounts import signin
from yipin.db import LOCK_WAIT_MS, watch
from yipin.models import Account
from yipin.web.app import create_app


@contextmanager
def somebody_else_writes(world: World) -> Iterator[None]:
    """Another program holds the database, as a backup or a careless shell does."""
    with world.db.engine.connect() as other, other.begin() as held:  # BEGIN IMMEDIATE
        yield
        held.rollback()


def assert_free(world: World) -> None:
    """The lock can be taken at once."""
    with closing(world.db.engine.raw_connection()) as other:
        cursor = other.cursor()
        cursor.execute("PRAGMA busy_timeout = 200")
        cursor.execute("BEGIN IMMEDIATE")
        cursor.execute("ROLLBACK")
        cursor.execute(f"PRAGMA busy_timeout = {LOCK_WAIT_MS}")


@pytest.fixture
def hasty(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """An application that waits for the lock a fifth of a second only."""
    monkeypatch.setattr("yipin.db.LOCK_WAIT_MS", 200)
    app = create_app(world.settings)
    app.config["WTF_CSRF_ENABLED"] = False
    yield app
    app.extensions["yipin"].db.dispose()


def forms(app: Flask, blueprints: tuple[str, ...]) -> list[str]:
    """The addresses of all forms of these parts that name no object."""
    rules = [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ()) and not rule.arguments]
    return sorted(rule.rule for rule in rules if rule.endpoint.split(".")[0] in blueprints)


@pytest.mark.parametrize("login", ["ama", "chen"])
def test_no_form_sent_while_the_database_is_held_holds_it_afterwards(world: World, hasty: Flask, login: str) -> None:
    addresses = forms(hasty, ("producer", "public", "auth") if login == "ama" else ("bureau",))
    assert len(addresses) > 5
    for address in addresses:
        if address == "/logout":
            continue
        browser = signed_in(hasty, login)
        with somebody_else_writes(world):
            answer = browser.post(address, data={"login": "nobody", "password": "wrong", "old": "wrong"})
            assert answer.status_code < 500 or answer.status_code == 503, (address, answer.status_code)
        assert_free(world)


def test_a_page_that_tells_of_a_locked_database_asks_it_for_nothing(world: World, hasty: Flask) -> None:
    browser = signed_in(hasty, "ama")

    def told(_: int) -> list[Took]:
        began = time.monotonic()
        answer = browser.post("/logout")
        took = time.monotonic() - began
        assert answer.status_code == 503 and "数据库正忙" in answer.text
        return [Took("one wait, and not another for the page", took, 3)]

    with somebody_else_writes(world):
        in_time(told)
    assert_free(world)


@pytest.mark.parametrize("step", ["commit", "flush"])
def test_a_step_that_fails_gives_the_lock_back(
    world: World, app: Flask, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    browser = signed_in(app, "ama")

    def fail(session: Session, *_: object) -> None:
        raise OperationalError(step, {}, sqlite3.OperationalError("disk I/O error"))

    with monkeypatch.context() as broken:
        broken.setattr(Session, step, fail)
        assert browser.post("/logout").status_code == 503
    assert_free(world)
    assert browser.post("/logout").status_code == 302


def test_a_session_that_has_ended_cannot_be_used(world: World) -> None:
    with world.db.transaction(writes=True) as session:
        session.scalar(sa.select(Account.id))
    with pytest.raises(InvalidRequestError, match="permanently closed"):
        session.scalar(sa.select(Account.id))
    assert_free(world)


def test_wrong_passwords_are_compared_without_the_lock(world: World, app: Flask) -> None:
    """`app` fails this test if a hash is made, or much is computed, while the lock is held."""
    assert app.test_client().post("/login", data={"login": "ama", "password": "wrong"}).status_code == 401
    browser = signed_in(app, "ama")
    wrong = {"old": "wrong", "password": "another pear tree", "again": "another pear tree"}
    assert browser.post("/password", data=wrong).status_code == 422
    right = wrong | {"old": PASSWORD}
    assert browser.post("/password", data=right).status_code == 302
    joined = {"login": "newcomer", "name": "New", "password": "a plum in a tree"}
    assert app.test_client().post("/join", data=joined).status_code == 302


def test_slow_work_under_the_lock_is_told(world: World) -> None:
    watch.complaints.clear()
    with watch.watching(), world.db.transaction(writes=True) as session:
        account = session.scalars(sa.select(Account)).first()
        assert account is not None
        signin.set_password(session, world.chen, account, "a cherry in a tree")
    assert ["signin.hashed" in told for told in watch.complaints] == [True]
    watch.complaints.clear()
