"""Accounts are mended: enabled again, renamed, given another county or company; the log keeps what was."""

import pytest
import sqlalchemy as sa
from flask import Flask

from world import NOW, PASSWORD, World, signed_in
from world.streets import open_street
from yipin.access.actor import Actor
from yipin.accounts import keeping, signin
from yipin.errors import Conflict, Invalid
from yipin.insurance import insurers
from yipin.models import Account, Action, Event, Role

ADMINISTRATOR = Actor("administrator", NOW)


def account(world: World, role: Role, login: str = "someone", **more: str) -> None:
    with world.db.write.begin() as session:
        words = {"login": login, "name": "张三", "role": role, "password": PASSWORD} | more
        signin.add_account(session, ADMINISTRATOR, world.installation.policy, **words)


def change(world: World, login: str = "someone", actor: Actor = ADMINISTRATOR, **to: str) -> dict[str, object]:
    """Change an account; what the event keeps of it."""
    with world.db.write.begin() as session:
        row = signin.account_called(session, login)
        keeping.change(session, actor, world.installation.policy, row, **({"name": row.name} | to))
        session.flush()
        events = sa.select(Event).where(Event.action == Action.ACCOUNT_CHANGE).order_by(Event.id.desc())
        return dict(session.scalars(events.limit(1)).one().data["corrected"])


def test_an_officer_gets_another_name_and_county(world: World) -> None:
    account(world, Role.OFFICER, county="430225")
    assert change(world, name="李四", county="430223") == {"name": ["张三", "李四"], "county": ["430225", "430223"]}
    assert change(world, county="") == {"county": ["430223", None]}
    with world.db.read.begin() as session:
        row = signin.account_called(session, "someone")
        assert (row.name, row.county) == ("李四", None)


def test_an_insurer_gets_another_company(world: World) -> None:
    account(world, Role.INSURER, insurer="甲保险公司")
    assert change(world, insurer="乙保险公司") == {"insurer": ["甲保险公司", "乙保险公司"]}
    with world.db.read.begin() as session:
        assert insurers.company_of(session, signin.account_called(session, "someone")) == "乙保险公司"
    with pytest.raises(Conflict, match="没有要改的"):
        change(world, insurer="乙保险公司")


@pytest.mark.parametrize(
    ("role", "to", "field"),
    [
        (Role.OFFICER, {"county": "110000"}, "county"),
        (Role.PRODUCER, {"county": "430225"}, "county"),
        (Role.OFFICER, {"insurer": "甲保险公司"}, "insurer"),
        (Role.OFFICER, {"name": " "}, "name"),
        (Role.OFFICER, {"name": "张" * 41}, "name"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(world: World, role: Role, to: dict[str, str], field: str) -> None:
    account(world, role)
    with pytest.raises(Invalid) as refused:
        change(world, **to)
    assert refused.value.field == field


def test_nobody_widens_their_own_county(world: World) -> None:
    account(world, Role.OFFICER, county="430225")
    with world.db.read.begin() as session:
        own = Actor.of(signin.account_called(session, "someone"), NOW)
    with pytest.raises(Conflict, match="别的管理员"):
        change(world, actor=own, county="")


def test_a_disabled_account_is_enabled_again_with_its_password(world: World, app: Flask) -> None:
    with world.db.write.begin() as session:
        with pytest.raises(Conflict, match="没有停用"):
            keeping.enable(session, ADMINISTRATOR, signin.account_called(session, "ama"))
        signin.disable(session, ADMINISTRATOR, signin.account_called(session, "ama"))
    assert app.test_client().post("/login", data={"login": "ama", "password": PASSWORD}).status_code == 401
    with world.db.write.begin() as session:
        keeping.enable(session, ADMINISTRATOR, signin.account_called(session, "ama"))
    assert signed_in(app, "ama").get("/producer/").status_code == 200


def test_the_administrator_mends_an_account_on_its_page_and_nobody_else_sees_it(world: World, app: Flask) -> None:
    people = open_street(world, app).browsers
    with world.db.read.begin() as session:
        ama = session.scalars(sa.select(Account.id).where(Account.login == "ama")).one()
    address = f"/bureau/accounts/{ama}"
    answers = {name: browser.get(address).status_code for name, browser in people.items()}
    assert answers.pop("administrator") == 200 and answers.pop("nobody") == 302 and set(answers.values()) == {403}
    browser = people["administrator"]
    assert browser.post(address, data={"name": "阿妈"}).status_code == 302
    assert "阿妈" in (page := browser.get(address).text) and "更正账号" in page
    same = browser.post(address, data={"name": "阿妈"})
    assert same.status_code == 422 and "没有要改的" in same.text
    assert browser.post(f"{address}/disable").status_code == 302
    assert "恢复账号" in browser.get(address).text
    assert browser.post(f"{address}/enable").status_code == 302
    assert "停用账号" in browser.get(address).text
