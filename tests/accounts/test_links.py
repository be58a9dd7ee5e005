"""A producer that an officer entered or imported gets the account of its grower, and each account has one producer."""

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from world import NOW, PASSWORD, World, signed_in
from yipin.access.actor import Actor
from yipin.accounts import signin
from yipin.models import Event, Producer, Role
from yipin.register import producers

on_one_database = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)


@on_one_database
def test_the_grower_of_an_imported_producer_gets_in_once_an_officer_bound_its_account(world: World, app: Flask) -> None:
    chen = signed_in(app, "chen")
    with world.db.write.begin() as session:
        form = producers.ProducerForm(
            "攸县香干厂", "company", "93430223000000003J", "", "430223", "联星街道", "Dan", "13800000000"
        )
        producer = producers.submit_producer(
            session, world.chen, world.installation.policy, world.installation.secrets, form
        )
        for login, role in (("dan", Role.PRODUCER), ("eve", Role.OFFICER)):
            signin.add_account(
                session,
                Actor("founder", NOW),
                world.installation.policy,
                login=login,
                name=login,
                role=role,
                password=PASSWORD,
            )
        number = producer.id

    def bind(login: str) -> TestResponse:
        return chen.post(f"/bureau/producers/{number}/account", data={"login": login})

    assert "还没有人能用这个主体登录" in chen.get(f"/bureau/producers/{number}").text
    for login in ("nobody", "eve", "ama"):  # not there, no grower, bound already
        refused = bind(login)
        assert refused.status_code == 422 and f'value="{login}"' in refused.text
    assert bind(" Dan ").status_code == 302
    assert world.actor("dan").producer_id == number
    assert "还没有人能用" not in chen.get(f"/bureau/producers/{number}").text
    assert bind("dan").status_code == 422
    with world.db.read.begin() as session:
        assert session.scalars(sa.select(Event.data).where(Event.action == "account.link")).all()[-1] == {
            "producer": number
        }
        assert session.get_one(Producer, number).name == "攸县香干厂"
