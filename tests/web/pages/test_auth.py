"""Signing in, staying in and going out: nothing is told of who exists, nobody is led to another site, and a session
ends when it should."""

import re
import time
from datetime import timedelta

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from world import NOW, PASSWORD, World, signed_in
from world.paying import answer_to
from world.reading import digest, see, token_on
from yipin import clock
from yipin.access.actor import Actor
from yipin.accounts import signin
from yipin.models import Account, LoginFailure, Role
from yipin.web.app import create_app

LEAD_AWAY = [
    "//evil.example",
    "///evil.example",
    "////evil.example/x",
    "/\\evil.example",
    "\\/evil.example",
    "\\\\evil.example",
    "/\\/evil.example",
    "https://evil.example",
    "http:evil.example",
    "https:/evil.example",
    "HTTPS://evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.example",
    "@evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/\n/evil.example",
    "/\r\nLocation: //evil.example",
    "/\x00/evil.example",
    "\u3000//evil.example",
    "/\u2028/evil.example",
    "",
    ".",
    "?next=//evil.example",
    "#",
    "\ufeff//evil.example",
    "/\u200b/evil.example",
]


def attempt(browser: FlaskClient, login: str, password: str, **more: str) -> TestResponse:
    return browser.post("/login", data={"login": login, "password": password, **more})


def own_page(browser: FlaskClient) -> int:
    """200 while signed in as a producer, 302 to the log-in otherwise."""
    return browser.get("/producer/").status_code


def test_each_role_is_led_to_its_own_first_page(world: World, app: Flask) -> None:
    with world.db.write.begin() as session:
        for role in (Role.INSURER, Role.ADMINISTRATOR):
            signin.add_account(
                session,
                Actor("founder", NOW),
                world.installation.policy,
                login=role,
                name=role,
                role=role,
                password=PASSWORD,
            )
    for login, home in (
        ("ama", "/producer/"),
        ("chen", "/bureau/"),
        ("insurer", "/bureau/insurance"),
        ("administrator", "/bureau/accounts"),
    ):
        browser = app.test_client()
        assert attempt(browser, login, PASSWORD).headers["Location"] == home
        assert browser.get(home).status_code == 200


def test_the_log_in_leads_to_no_other_site(app: Flask) -> None:
    wrong = []
    for wanted in LEAD_AWAY:
        in_form = attempt(app.test_client(), "ama", PASSWORD, next=wanted)
        form = {"login": "ama", "password": PASSWORD}
        in_query = app.test_client().post("/login", query_string={"next": wanted}, data=form)
        for answer in (in_form, in_query):
            if (answer.status_code, answer.headers.get("Location")) != (302, "/producer/"):
                wrong.append(f"{wanted!r} -> {answer.headers.get('Location')}")
    assert not wrong, "\n".join(wrong)


def test_the_log_in_leads_back_to_the_page_that_was_wanted(app: Flask) -> None:
    browser = app.test_client()
    wanted = "/producer/batches/new?copy=1"
    asked = browser.get(wanted)
    assert asked.status_code == 302
    page = see(browser.get(asked.headers["Location"]).text)
    assert page.values["next"] == [wanted]
    assert attempt(browser, "ama", PASSWORD, next=page.values["next"][0]).headers["Location"] == wanted


def _answer_of(app: Flask, login: str, password: str) -> tuple[int, str, dict[str, str]]:
    """Status, page and headers of one attempt in a fresh browser, but for what differs in every answer."""
    answer = attempt(app.test_client(), login, password)
    page = answer.text.replace(token_on(answer.text), "…").replace(login, "…")
    headers = {name: re.sub(r"session=[^;]+", "session=…", value) for name, value in answer.headers if name != "Date"}
    headers.pop("Content-Length")  # of the same page; the name that was typed is repeated in it
    return answer.status_code, page, headers


def test_an_unknown_user_a_wrong_password_and_a_disabled_account_get_the_same_answer(world: World, app: Flask) -> None:
    with world.db.write.begin() as session:
        signin.disable(session, world.chen, session.scalars(sa.select(Account).where(Account.login == "ben")).one())
    answers = [
        _answer_of(app, "ama", "wrong password"),
        _answer_of(app, "nobody-here", "wrong password"),
        _answer_of(app, "ben", PASSWORD),
        _answer_of(app, "ben", "wrong password"),
    ]
    assert answers[0][0] == 401 and "登录名或密码不对" in answers[0][1]
    assert all(answer == answers[0] for answer in answers)


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("untraced")
def test_an_unknown_user_takes_as_long_as_a_wrong_password(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """With hashes as strong as in earnest; in tests they are cheap."""
    strong = PasswordHasher(time_cost=4, memory_cost=16_384, parallelism=1)
    monkeypatch.setattr(signin, "HASHER", strong)
    monkeypatch.setattr(signin, "_NOBODY", strong.hash("nobody has this password"))
    with app.extensions["yipin"].db.write.begin() as session:
        account = session.scalars(sa.select(Account).where(Account.login == "ama")).one()
        signin.set_password(session, Actor("founder", NOW), account, PASSWORD)
    took: dict[str, list[float]] = {"ama": [], "nobody-here": []}
    for number in range(8):
        for login, times in took.items():
            start = time.process_time()
            app.test_client().post(
                "/login",
                data={"login": login, "password": "wrong password"},
                environ_overrides={"REMOTE_ADDR": f"203.0.113.{number}"},
            )
            times.append(time.process_time() - start)
    known, unknown = map(min, took.values())  # other work only adds to it
    assert abs(known - unknown) < 0.25 * known


def test_after_five_failures_even_the_right_password_needs_a_proof_of_work(world: World, app: Flask) -> None:
    browser = app.test_client()
    assert [attempt(browser, "ama", "wrong password").status_code for _ in range(5)] == [401] * 5
    answer = attempt(browser, "AMA ", PASSWORD)
    page = see(answer.text)
    assert answer.status_code == 429 and "要多确认一下" in page.messages[0] and page.values["login"] == ["AMA "]
    assert answer.headers["Content-Security-Policy"].endswith("; script-src 'self'")
    (ticket,) = page.values["ticket"]
    assert attempt(app.test_client(), "ama", PASSWORD, ticket=ticket, proof="0").status_code == 429  # no answer to it
    paid = {"ticket": ticket, "proof": answer_to(ticket)}
    assert attempt(app.test_client(), "ama", PASSWORD, **paid).status_code == 302
    assert attempt(app.test_client(), "ama", "wrong password", **paid).status_code == 401  # forgiven: it is free again
    assert own_page(browser) == 302
    assert attempt(app.test_client(), "ben", PASSWORD).status_code == 302  # who did nothing is not kept waiting
    elsewhere = app.test_client().post(
        "/login", data={"login": "ama", "password": PASSWORD}, environ_overrides={"REMOTE_ADDR": "198.51.100.7"}
    )
    assert elsewhere.status_code == 302
    with world.db.write.begin() as session:
        session.execute(sa.update(LoginFailure).values(since=clock.now() - timedelta(minutes=16)))
    assert attempt(browser, "ama", PASSWORD).status_code == 302


def test_one_address_that_tries_many_names_must_wait(app: Flask) -> None:
    browser = app.test_client()
    tried = [attempt(browser, f"guess-{number}", "wrong password").status_code for number in range(41)]
    assert tried == [401] * 40 + [429]
    assert attempt(browser, "ama", PASSWORD).status_code == 429


def test_two_server_processes_count_failures_together(world: World, app: Flask) -> None:
    other = create_app(world.settings)
    other.config["WTF_CSRF_ENABLED"] = False
    try:
        for number in range(5):
            attempt((app, other)[number % 2].test_client(), "ama", "wrong password")
        assert attempt(other.test_client(), "ama", PASSWORD).status_code == 429
    finally:
        other.extensions["yipin"].db.dispose()


def test_the_cookie_is_out_of_reach_of_scripts_other_sites_and_plain_http(app: Flask) -> None:
    cookies = attempt(app.test_client(), "ama", PASSWORD).headers.getlist("Set-Cookie")
    paths = {cookie.partition("=")[0]: {part.strip().lower() for part in cookie.split(";")[1:]} for cookie in cookies}
    for name, path in (("session", "path=/"), ("device", "path=/login")):
        assert {"httponly", "secure", "samesite=lax", path} <= paths[name]
        assert any(flag.startswith("expires=") for flag in paths[name])


def test_a_browser_that_signed_in_before_passes_whatever_strangers_do(app: Flask) -> None:
    known = signed_in(app, "ama")
    known.post("/logout")
    for _ in range(40):
        attempt(app.test_client(), "ama", "wrong password")
    assert attempt(app.test_client(), "ama", PASSWORD).status_code == 429
    assert attempt(known, "ama", PASSWORD).status_code == 302


def test_many_changes_of_one_password_are_paid_for(app: Flask) -> None:
    browser = signed_in(app, "ama")
    wrong = {"old": "wrong", "password": "another pear entirely"}
    assert [browser.post("/password", data=wrong).status_code for _ in range(11)] == [422] * 10 + [429]
    (ticket,) = see(browser.get("/password").text).values["ticket"]
    right = {"old": PASSWORD, "password": "another pear entirely", "ticket": ticket, "proof": answer_to(ticket)}
    assert browser.post("/password", data=right).status_code == 302


def test_accounts_of_one_network_beyond_the_free_ones_are_paid_for_and_its_neighbours_get_theirs(app: Flask) -> None:
    def join(number: int, **more: str) -> TestResponse:
        data = {"login": f"grower{number}", "name": "Dora", "password": "some plain sentence"} | more
        return app.test_client().post("/join", data=data, environ_overrides={"REMOTE_ADDR": f"203.0.113.{number}"})

    assert [join(number).status_code for number in range(31)] == [302] * 30 + [429]
    (ticket,) = see(app.test_client().get("/join", environ_overrides={"REMOTE_ADDR": "203.0.113.99"}).text).values[
        "ticket"
    ]
    assert join(99, ticket=ticket, proof=answer_to(ticket)).status_code == 302
    assert join(98, ticket=ticket, proof=answer_to(ticket)).status_code == 429  # good once


def _session_of(browser: FlaskClient) -> str:
    cookie = browser.get_cookie("session")
    assert cookie is not None
    return cookie.value


def test_signing_in_begins_a_new_session(app: Flask) -> None:
    browser = app.test_client()
    before_token = token_on(browser.get("/login").text)
    before = _session_of(browser)
    attempt(browser, "ama", PASSWORD)
    assert _session_of(browser) != before
    assert token_on(browser.get("/password").text) != before_token
    planted = app.test_client()  # someone who knows the earlier session knows nothing now
    planted.set_cookie("session", before)
    assert own_page(planted) == 302


def test_a_changed_cookie_is_no_session(app: Flask) -> None:
    good = _session_of(signed_in(app, "ama"))
    for bad in (good[:-9] + good[-9:].swapcase(), good[:20], "x" + good, good + good, "e30.e30.e30", "\x00", ""):
        browser = app.test_client()
        browser.set_cookie("session", bad)
        assert own_page(browser) == 302


def test_changing_the_password_ends_every_other_session_at_once(app: Flask) -> None:
    here, elsewhere = signed_in(app, "ama"), signed_in(app, "ama")
    answer = here.post("/password", data={"old": PASSWORD, "password": "another pear entirely"})
    assert answer.status_code == 302
    assert "密码已改" in "".join(see(here.get("/producer/").text).flashes)
    assert own_page(here) == 200 and own_page(elsewhere) == 302
    assert attempt(app.test_client(), "ama", PASSWORD).status_code == 401
    assert attempt(app.test_client(), "ama", "another pear entirely").status_code == 302


def test_a_password_is_changed_only_by_who_knows_the_old_one(world: World, app: Flask) -> None:
    browser, before = signed_in(app, "ama"), digest(world.db)
    refusals = (
        ("wrong", "another pear entirely", "原密码不对"),
        ("", "", "原密码不对"),
        (PASSWORD, "short", "10 个字符以上"),
        (PASSWORD, "ama-ama-ama-12", "太容易猜"),
        (PASSWORD, "aaaaaaaaaaaa", "太容易猜"),
    )
    for old, new, told in refusals:
        answer = browser.post("/password", data={"old": old, "password": new})
        assert answer.status_code == 422 and told in see(answer.text).messages[0]
        assert "another pear" not in answer.text and PASSWORD not in answer.text  # a password is never repeated
    assert digest(world.db) == before and own_page(browser) == 200


def test_disabling_an_account_ends_its_sessions_at_once(world: World, app: Flask) -> None:
    browser = signed_in(app, "ama")
    assert own_page(browser) == 200
    with world.db.write.begin() as session:
        signin.disable(session, world.chen, session.scalars(sa.select(Account).where(Account.login == "ama")).one())
    assert own_page(browser) == 302
    assert attempt(browser, "ama", PASSWORD).status_code == 401


def test_a_disabled_account_has_no_session_even_if_its_epoch_was_forgotten(world: World, app: Flask) -> None:
    browser = signed_in(app, "ama")
    with world.db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE accounts SET disabled_at = created_at WHERE login = 'ama'"))
    assert own_page(browser) == 302


def test_signing_out_ends_the_session_of_this_browser(app: Flask) -> None:
    browser = signed_in(app, "ama")
    assert browser.get("/logout").status_code in (404, 405)  # a link or picture must not sign anyone out
    assert own_page(browser) == 200
    assert browser.post("/logout").headers["Location"] == "/"
    assert own_page(browser) == 302


def test_a_copy_of_a_cookie_opens_nothing_after_the_log_out_and_another_device_stays_signed_in(app: Flask) -> None:
    browser, elsewhere, thief = signed_in(app, "ama"), signed_in(app, "ama"), app.test_client()
    copied = browser.get_cookie("session")
    assert copied
    thief.set_cookie("session", copied.value)
    assert own_page(thief) == 200
    browser.post("/logout")
    assert (own_page(thief), own_page(elsewhere)) == (302, 200)


def test_a_producer_opens_an_account_and_is_led_to_its_record(world: World, app: Flask) -> None:
    browser = app.test_client()
    answer = browser.post("/join", data={"login": "Dora-1", "name": "Dora", "password": "some plain sentence"})
    assert answer.headers["Location"] == "/producer/profile"
    assert browser.get("/producer/", follow_redirects=True).status_code == 200
    with world.db.read.begin() as session:
        made = session.scalars(sa.select(Account).where(Account.login == "dora-1")).one()
    assert (made.role, made.producer_id) == (Role.PRODUCER, None)


def test_who_joins_cannot_choose_a_role(world: World, app: Flask) -> None:
    form = {
        "login": "mallory",
        "name": "M",
        "password": "some plain sentence",
        "role": "administrator",
        "county": "",
        "producer_id": "1",
    }
    assert app.test_client().post("/join", data=form).status_code == 302
    made = next(account for account in _accounts(world) if account.login == "mallory")
    assert (made.role, made.producer_id) == (Role.PRODUCER, None)


def _accounts(world: World) -> list[Account]:
    with world.db.read.begin() as session:
        return list(session.scalars(sa.select(Account)))


def test_a_login_name_can_be_had_once(world: World, app: Flask) -> None:
    before = digest(world.db)
    answer = app.test_client().post("/join", data={"login": "AMA", "name": "Ama B", "password": "some plain sentence"})
    page = see(answer.text)
    assert answer.status_code == 422 and "已经有人用了" in page.messages[0]
    assert page.values["login"] == ["AMA"] and page.values["name"] == ["Ama B"]
    assert "some plain sentence" not in answer.text
    assert digest(world.db) == before


def test_hostile_log_ins_get_the_common_answer(app: Flask) -> None:
    for number, login in enumerate(
        ("", "\x00", "a\x00b", "' OR 1=1--", "x" * 10_000, "🍑", "\u202e", "ama\x00", "%", "_", "AMA'--")
    ):
        answer = app.test_client().post(
            "/login",
            data={"login": login, "password": "\x00" + "x" * 5000},
            environ_overrides={"REMOTE_ADDR": f"203.0.113.{number}"},
        )
        assert answer.status_code == 401, repr(login)
