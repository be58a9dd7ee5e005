"""Growers in their first days, in each state that the review of their record can be in."""

from world import NOW, PASSWORD, World
from world.imported import uscc
from yipin.access.actor import Actor
from yipin.accounts import signin
from yipin.models import Role
from yipin.register import producers

STATES = ("no record", "waiting", "returned", "approved")  # of a grower who has just come


def login(state: str) -> str:
    return f"new-{state.replace(' ', '-')}"


def come(world: World, state: str) -> None:
    """A grower who has got as far as this."""
    with world.db.write.begin() as session:
        account = signin.add_account(
            session,
            Actor("founder", NOW),
            world.installation.policy,
            login=login(state),
            name=state,
            role=Role.PRODUCER,
            password=PASSWORD,
        )
        if state == "no record":
            return
        form = producers.ProducerForm(
            f"{state} 合作社",
            "cooperative",
            uscc(800 + STATES.index(state)),
            "",
            "430225",
            "霞阳镇",
            "Neu",
            "13900000000",
        )
        row = producers.submit_producer(
            session, Actor.of(account, NOW), world.installation.policy, world.installation.secrets, form
        )
        if state == "returned":
            producers.return_producer(session, world.chen, row, "地址写清楚")
        if state == "approved":
            producers.approve_producer(session, world.chen, row)
