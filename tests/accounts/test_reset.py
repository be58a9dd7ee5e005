"""A forgotten password: a code on paper, once, for a week, from the right officer."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from world import NOW, PASSWORD, World, signed_in
from world.streets import open_street
from yipin import clock
from yipin.access.actor import Actor
from yipin.accounts import keeping, reset, signin
from yipin.errors import Conflict, Invalid
from yipin.models import Account, Action, Event, Producer

NEW = "山里的桃子 又红又大"


def code_of(world: World, login: str = "ama", at: datetime = NOW) -> str:
    with world.db.write.begin() as session:
        return reset.allow(session, replace(world.chen, at=at), signin.account_called(session, login))


def use(world: World, code: str, login: str = "ama", password: str = NEW, days: int = 0) -> None:
    with world.db.transaction(writes=True) as session:
        reset.set_by_code(world.db, session, login, code, password, NOW + timedelta(days=days))


def signs_in(app: Flask, password: str, login: str = "ama") -> bool:
    return app.test_client().post("/login", data={"login": login, "password": password}).status_code == 302


def test_a_code_sets_a_new_password_and_ends_every_session(world: World, app: Flask) -> None:
    browser, code = signed_in(app, "ama"), code_of(world)
    assert signs_in(app, PASSWORD)  # the old one is good until then
    use(world, code)
    assert browser.get("/producer/").status_code == 302
    assert signs_in(app, NEW) and not signs_in(app, PASSWORD)


@pytest.mark.parametrize("typed", ["{low}", " {code} ", "{plain}", "{spaced}", "{wide}"])
def test_a_code_is_read_however_it_is_typed(world: World, typed: str) -> None:
    code = code_of(world)
    plain = code.replace("-", "")
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in plain)
    use(world, typed.format(code=code, low=code.lower(), plain=plain, spaced=" ".join(plain), wide=wide))


def test_a_code_is_good_once(world: World) -> None:
    code = code_of(world)
    use(world, code)
    with pytest.raises(Invalid, match="用过"):
        use(world, code)


def test_a_code_is_good_for_a_week(world: World) -> None:
    code = code_of(world)
    with pytest.raises(Invalid, match="过了期"):
        use(world, code, days=8)
    use(world, code, days=6)


def test_a_new_code_ends_the_one_before(world: World) -> None:
    first, second = code_of(world), code_of(world)
    with pytest.raises(Invalid):
        use(world, first)
    use(world, second)


@pytest.mark.parametrize("code", ["", "-", "AAAA-AAAA-AAAA", "\0", "\ud800", "9" * 10_000, "黄桃"])
def test_what_is_no_code_is_refused(world: World, code: str) -> None:
    code_of(world)
    for login in ("ama", "ben", "nobody", "\0"):  # with a code, without one, not there
        with pytest.raises(Invalid) as refused:
            use(world, code, login)
        assert refused.value.field == "code"


@pytest.mark.parametrize("then", ["password", "disable"])
def test_a_code_ends_with_the_password_that_it_was_to_replace(world: World, then: str) -> None:
    """A slip that lies about does not open an account whose owner has remembered, nor one that was disabled meanwhile."""
    code = code_of(world)
    with world.db.write.begin() as session:
        account = signin.account_called(session, "ama")
        if then == "password":
            signin.change_own_password(session, Actor.of(account, NOW), account, PASSWORD, NEW)
        else:
            signin.disable(session, world.chen, account)
            keeping.enable(session, world.chen, account)
    with pytest.raises(Invalid, match="用过"):
        use(world, code)


def test_the_code_of_one_is_nothing_for_another(world: World) -> None:
    code = code_of(world)
    code_of(world, "ben")
    with pytest.raises(Invalid):
        use(world, code, "ben")


def test_an_easy_password_is_refused_and_the_code_stays_good(world: World) -> None:
    code = code_of(world)
    with pytest.raises(Invalid) as refused:
        use(world, code, password="short")
    assert refused.value.field == "password"
    use(world, code)


def test_a_disabled_account_gets_no_code_and_uses_none(world: World) -> None:
    code = code_of(world)
    with world.db.write.begin() as session:
        signin.disable(session, world.chen, signin.account_called(session, "ama"))
    with pytest.raises(Conflict, match="停用"):
        code_of(world)
    with pytest.raises(Invalid):
        use(world, code)


def test_only_the_hash_is_kept_and_the_log_names_who_gave_it(world: World) -> None:
    code = code_of(world).replace("-", "")
    with world.db.read.begin() as session:
        account = signin.account_called(session, "ama")
        event = session.scalars(sa.select(Event).where(Event.action == Action.ACCOUNT_RESET)).one()
        texts = [str(vars(account)), str(event.data)]
        assert event.actor_name == world.chen.name
    assert not any(code in text for text in texts)


@pytest.fixture
def people(world: World, app: Flask) -> dict[str, FlaskClient]:
    return open_street(world, app).browsers


def given(browser: FlaskClient, address: str, **data: str) -> str:
    """The code on the slip, or the status."""
    answer = browser.post(address, data=data)
    if answer.status_code != 200:
        return str(answer.status_code)
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.text.partition('class="once">')[2].partition("<")[0]


def test_the_county_helps_its_growers_and_the_administrator_everyone(
    world: World, app: Flask, people: dict[str, FlaskClient]
) -> None:
    with world.db.read.begin() as session:
        producer = session.get_one(Producer, world.ama.producer_id)
        account, chen = (signin.account_called(session, login).id for login in ("ama", "chen"))
        address = f"/bureau/producers/{producer.id}/reset"
    tried = {name: given(browser, address, account=str(account)) for name, browser in people.items()}
    wrong = {"nobody": "302", "officer-430203": "404"} | dict.fromkeys(
        ("ama", "ben", "insurer", "administrator"), "403"
    )
    assert {name: tried[name] for name in wrong} == wrong
    assert given(people["officer-430225"], address, account=str(chen)) == "422"  # no account of this producer
    code = given(people["officer-430225"], address, account=str(account))
    sent = app.test_client().post("/reset", data={"login": "ama", "code": code, "password": NEW})
    assert sent.status_code == 302 and signs_in(app, NEW)
    code = given(people["administrator"], f"/bureau/accounts/{chen}/reset")
    assert app.test_client().post("/reset", data={"login": "chen", "code": code, "password": NEW}).status_code == 302
    assert given(people["officer-430225"], f"/bureau/accounts/{chen}/reset") == "403"


def test_the_way_from_log_in_to_a_new_password_takes_two_pages(world: World, app: Flask) -> None:
    stranger, code = app.test_client(), code_of(world, at=clock.now())
    assert 'href="/reset"' in stranger.get("/login").text
    refused = stranger.post("/reset", data={"login": "ama", "code": "ABCD", "password": NEW})
    assert refused.status_code == 422 and "一次性密码不对" in refused.text and 'value="ama"' in refused.text
    sent = stranger.post("/reset", data={"login": "ama", "code": code, "password": NEW}, follow_redirects=True)
    assert sent.status_code == 200 and "新密码已设好" in sent.text  # and signed in


def test_a_guesser_pays_with_work(world: World, app: Flask) -> None:
    stranger = app.test_client()
    told = [
        stranger.post("/reset", data={"login": "ama", "code": "ABCD", "password": NEW}).status_code for _ in range(12)
    ]
    assert told == [422] * 10 + [429] * 2
    with world.db.read.begin() as session:
        assert session.scalars(sa.select(Account).where(Account.login == "ama")).one().reset_mark is None
