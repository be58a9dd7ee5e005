"""Where one is signed in: seen, ended one by one or all at once, and dead everywhere once it is ended."""

import re
import time
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from world import PASSWORD, World, signed_in
from world.locks import record_locked
from yipin.accounts import sessions
from yipin.db import LOCK_WAIT_MS
from yipin.models import Event, SignIn
from yipin.web import browsers

PHONE = (
    "Mozilla/5.0 (Linux; Android 12; HUAWEI) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0 Mobile Safari/537.36"
)


def own_page(browser: FlaskClient) -> int:
    return browser.get("/producer/").status_code


def copy_of(app: Flask, browser: FlaskClient) -> FlaskClient:
    cookie, thief = browser.get_cookie("session"), app.test_client()
    assert cookie
    thief.set_cookie("session", cookie.value)
    return thief


def turn_back(world: World, **columns: timedelta) -> None:
    """As if these moments of every session were so much earlier."""
    with world.db.write.begin() as session:
        for row in session.scalars(sa.select(SignIn)):
            for name, span in columns.items():
                setattr(row, name, getattr(row, name) - span)


def test_a_copied_cookie_is_dead_after_the_log_out_however_long_one_waits_and_whatever_page_signs_it_anew(
    world: World, app: Flask
) -> None:
    browser = signed_in(app, "chen")
    thief = copy_of(app, browser)
    assert thief.get("/bureau/").status_code == 200
    browser.post("/logout")
    with world.db.write.begin() as session:  # all that the log-out left is forgotten
        session.execute(sa.delete(SignIn).where(SignIn.ended_at.is_not(None)))
    for page in ("/", "/guide", "/login"):
        thief.get(page)
    assert thief.get("/bureau/").status_code == 302


def test_a_session_that_is_used_ends_with_its_last_day_and_one_that_is_not_much_sooner(
    world: World, app: Flask
) -> None:
    browser = signed_in(app, "ama")
    limits = sessions.LIMITS[world.ama.role]
    turn_back(world, started_at=limits.idle * 2)
    assert own_page(browser) == 200
    turn_back(world, started_at=limits.whole)
    assert own_page(browser) == 302
    unused = signed_in(app, "ama")
    turn_back(world, started_at=limits.idle, seen_at=limits.idle)
    assert own_page(unused) == 302


def test_a_page_now_and_then_keeps_a_session(world: World, app: Flask) -> None:
    browser = signed_in(app, "ama")
    for _ in range(3):
        turn_back(world, started_at=timedelta(days=6), seen_at=timedelta(days=6))
        assert own_page(browser) == 200
        app.extensions["yipin"].seen.settle()
    with world.db.read.begin() as session:
        row = session.scalars(sa.select(SignIn)).one()
        assert row.seen_at - row.started_at > timedelta(days=17)


def test_a_busy_database_keeps_no_page_from_its_reader(world: World, app: Flask) -> None:
    browser = signed_in(app, "ama")
    turn_back(world, seen_at=timedelta(hours=1))
    with record_locked(world):
        start = time.monotonic()
        assert own_page(browser) == 200
        assert time.monotonic() - start < LOCK_WAIT_MS / 2_000
    app.extensions["yipin"].seen.settle()
    with world.db.read.begin() as session:
        row = session.scalars(sa.select(SignIn)).one()
        assert row.seen_at > row.started_at - timedelta(minutes=1)


def test_the_page_names_each_device_and_ends_the_one_that_is_pressed(app: Flask) -> None:
    here = signed_in(app, "ama")
    there = app.test_client()
    there.post("/login", data={"login": "ama", "password": PASSWORD}, headers={"User-Agent": PHONE})
    page = here.get("/sessions").text
    assert "Chrome · Android" in page and "这台设备" in page and "127.0.0" in page
    number = page.partition("/sessions/")[2].partition("/end")[0]
    assert here.post(f"/sessions/{number}/end").headers["Location"] == "/sessions"
    assert "那台设备已退出" in here.get("/sessions").text and "Android" not in here.get("/sessions").text
    assert (own_page(here), own_page(there)) == (200, 302)


def test_all_others_end_at_once(app: Flask) -> None:
    here, others = signed_in(app, "ama"), [signed_in(app, "ama") for _ in range(3)]
    assert here.post("/sessions/end-others", follow_redirects=True).text.count("别的 3 台设备都已退出") == 1
    assert [own_page(each) for each in (here, *others)] == [200, 302, 302, 302]


def test_nobody_ends_the_session_of_another(world: World, app: Flask) -> None:
    ama, ben, chen = (signed_in(app, login) for login in ("ama", "ben", "chen"))
    with world.db.read.begin() as session:
        row = session.scalars(sa.select(SignIn).join(SignIn.account).where(SignIn.account.has(login="ama"))).one()
    for other in (ben, chen):
        assert other.post(f"/sessions/{row.id}/end").status_code == 404
    assert app.test_client().post(f"/sessions/{row.id}/end").status_code == 302
    assert own_page(ama) == 200


def test_signing_in_again_in_a_browser_ends_what_it_had(world: World, app: Flask) -> None:
    browser = signed_in(app, "ama")
    thief = copy_of(app, browser)
    browser.post("/login", data={"login": "ama", "password": PASSWORD})
    assert (own_page(browser), own_page(thief)) == (200, 302)


def test_a_person_is_told_of_a_device_that_never_signed_in_before(world: World, app: Flask) -> None:
    known = signed_in(app, "ama")
    assert "没有用过的设备" not in known.get("/inbox/").text
    known.post("/logout")
    known = signed_in(app, "ama")
    assert "没有用过的设备" not in known.get("/inbox/").text
    app.test_client().post("/login", data={"login": "ama", "password": PASSWORD}, headers={"User-Agent": PHONE})
    assert "没有用过的设备" in known.get("/inbox/").text
    with world.db.read.begin() as session:
        (event,) = session.scalars(sa.select(Event).where(Event.action == "account.device"))
    assert event.data == {"browser": "Chrome · Android", "network": "127.0.0.0/24"}
    line, *_ = re.findall(r"/inbox/(\d+)/open", known.get("/inbox/").text)
    assert known.post(f"/inbox/{line}/open").headers["Location"] == "/sessions"


def test_browsers_are_named_by_program_and_system() -> None:
    for agent, name in (
        (PHONE, "Chrome · Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 16_0 like Mac OS X) MicroMessenger/8.0 Safari/604.1", "微信 · iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64) Chrome/120 Safari/537.36 Edg/120.0", "Edge · Windows"),
        ("curl/8.0", ""),
        ("", ""),
    ):
        assert browsers.named(agent) == name
