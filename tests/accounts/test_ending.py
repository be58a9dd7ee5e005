"""Accounts that end: at once, by another person, and once."""

import pytest
from flask import Flask

from world import World, signed_in
from yipin.accounts import signin
from yipin.errors import Conflict, NotFound


def test_nobody_disables_themselves_or_twice(world: World) -> None:
    with world.db.write.begin() as session:
        with pytest.raises(Conflict, match="正在用"):
            signin.disable(session, world.chen, signin.account_called(session, "chen"))
        signin.disable(session, world.chen, signin.account_called(session, "ama"))
        with pytest.raises(Conflict, match="已经停用"):
            signin.disable(session, world.chen, signin.account_called(session, "ama"))


def test_an_account_that_is_not_there_is_named(world: World) -> None:
    with pytest.raises(NotFound, match="nobody"), world.db.read.begin() as session:
        signin.account_called(session, "nobody")


@pytest.mark.parametrize("end", ["password", "disable"])
def test_every_session_of_an_account_ends_at_once(world: World, app: Flask, end: str) -> None:
    browsers = [signed_in(app, "ama"), signed_in(app, "ama")]
    other = signed_in(app, "ben")
    assert [browser.get("/producer/").status_code for browser in browsers] == [200, 200]
    with world.db.write.begin() as session:
        account = signin.account_called(session, "ama")
        if end == "password":
            signin.set_password(session, world.chen, account, "another pear tree")
        else:
            signin.disable(session, world.chen, account)
    for browser in browsers:
        answer = browser.get("/producer/")
        assert answer.status_code == 302 and answer.location.startswith("/login")
    assert other.get("/producer/").status_code == 200
