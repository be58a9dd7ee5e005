"""Labels that may have been copied come before the officers, and genuine ones do not: by the service's own way of a look, from
addresses through networks and shipments to the case."""

import io
import random
from datetime import timedelta

import sqlalchemy as sa

from world import NOW, Sold, World
from yipin import clock
from yipin.access.actor import Actor
from yipin.chain import sales
from yipin.chain.shipping import ShippingForm, ship
from yipin.jobs.clone_watch import EACH, CloneWatch, watch
from yipin.models import Batch, CloneCase, CloneState, Event
from yipin.printing.runs import void_units
from yipin.scan import clone_cases, looks, network_lists
from yipin.scan.looks import Look, Reader
from yipin.scan.regions import Regions
from yipin.scan.verdicts import Verdict

BOTH_DATABASES = True
PLACES = ("炎陵县", "茶陵县", "攸县", "长沙市", "衡阳市", "岳阳市")
PROGRAM = Actor("calendar", NOW + timedelta(days=30))


def open_shop(world: World, sold: Sold) -> Regions:
    """A table of networks, a place in each; the whole batch was shipped to 炎陵."""
    table = "\n".join(f"10.{number}.0.0/16,{place}" for number, place in enumerate(PLACES))
    with world.db.write.begin() as session:
        rows = network_lists.enter(
            session, world.chen, world.installation.policy, ("n.csv", io.BytesIO(table.encode()))
        )
        form = ShippingForm("甲店", "炎陵县霞阳镇", "2026-07-20", first="1", last=str(sold.batch.reserved))
        ship(session, world.ama, session.get_one(Batch, sold.batch.id), form)
        return Regions.read(rows.content)


def read(world: World, sold: Sold, regions: Regions, ordinal: int, *readers: tuple[int, int, int]) -> None:
    """Readers look at a pack: the number of the place, of the network in it, and the day."""
    people = [
        Look(
            Reader.of(f"10.{place}.{network}.7", "iPhone"),
            (sold.batch.id, ordinal),
            Verdict.GENUINE,
            NOW + timedelta(days=day),
        )
        for place, network, day in readers
    ]
    with world.db.looks.write.begin() as session:
        looks.count(session, people, world.installation.policy.clone, regions.of)


def raised(world: World) -> list[tuple[int, CloneState]]:
    watch(world.db, world.installation.policy, PROGRAM, NOW - timedelta(days=1))
    with world.db.read.begin() as session:
        return [(row.ordinal, row.state) for row in session.scalars(sa.select(CloneCase).order_by(CloneCase.ordinal))]


def test_copies_in_many_places_are_raised_and_a_family_a_shelf_and_a_present_are_not(world: World, sold: Sold) -> None:
    regions, chance = open_shop(world, sold), random.Random(15)
    copies = [(chance.randrange(len(PLACES)), number, chance.randrange(20)) for number in range(20)]
    read(world, sold, regions, 0, *copies)  # a fifth of a hundred copies
    read(world, sold, regions, 1, *((0, 1, day) for day in range(5)))  # a family at home
    read(
        world, sold, regions, 2, *((0, number, number % 9) for number in range(40)), (3, 1, 2)
    )  # a shelf, and a visitor
    read(world, sold, regions, 3, (0, 1, 0), (3, 1, 4), (3, 1, 5))  # a present
    assert raised(world) == [(0, CloneState.NEW)]
    with world.db.read.begin() as session:
        case = session.scalars(sa.select(CloneCase)).one()
        assert (case.readers, case.places) == (20, 6)
        [event] = session.scalars(sa.select(Event).where(Event.action == "clone.raise"))
        assert event.data["number"] == 1 and event.data["batch"] == sold.batch.id_number


def test_a_pack_that_was_sold_or_void_and_is_read_elsewhere_is_raised(world: World, sold: Sold) -> None:
    regions = open_shop(world, sold)
    with world.db.write.begin() as session:
        batch = session.get_one(Batch, sold.batch.id)
        sales.sell(session, world.ama, batch, 0)
        void_units(session, world.ama, batch, "2", "贴坏了")
    read(world, sold, regions, 0, *((3, number, 9) for number in range(12)))
    read(world, sold, regions, 1, *((0, number, 1) for number in range(3)))
    assert [ordinal for ordinal, _ in raised(world)] == [0, 1]


def test_where_goods_went_to_a_place_that_no_table_knows_nowhere_is_elsewhere(world: World, sold: Sold) -> None:
    regions = open_shop(world, sold)
    with world.db.write.begin() as session:
        session.execute(sa.text("UPDATE shipments SET place = '红旗路'"))
    read(world, sold, regions, 0, *((place, place, 1) for place in range(4)))
    assert raised(world) == []
    read(world, sold, regions, 0, (4, 1, 1), (5, 1, 1))
    assert [ordinal for ordinal, _ in raised(world)] == [0]


def test_an_explained_pack_comes_back_only_when_many_more_have_looked(world: World, sold: Sold) -> None:
    regions = open_shop(world, sold)
    read(world, sold, regions, 0, *((place, 1, 1) for place in range(6)))
    assert raised(world) == [(0, CloneState.NEW)]
    with world.db.write.begin() as session:
        case = session.scalars(sa.select(CloneCase)).one()
        clone_cases.look_into(session, world.chen, case)
        clone_cases.explain(session, world.chen, case, "礼盒样品在六地巡展")
    read(world, sold, regions, 0, *((place, 2, 2) for place in range(5)))
    assert raised(world) == [(0, CloneState.EXPLAINED)]
    read(world, sold, regions, 0, (5, 2, 2))
    assert raised(world) == [(0, CloneState.NEW)]
    with world.db.read.begin() as session:
        told = session.scalars(sa.select(Event.action).where(Event.object_kind == "clone_cases").order_by(Event.id))
        assert list(told) == ["clone.raise", "clone.look", "clone.explain", "clone.raise"]


def test_every_pack_is_judged_however_many_are_taken_at_once(world: World, sold: Sold) -> None:
    regions, at_once = open_shop(world, sold), clone_cases.AT_ONCE
    for ordinal in range(5):
        read(world, sold, regions, ordinal, *((place, 1, 1) for place in range(6)))
    clone_cases.AT_ONCE = 2
    try:
        assert len(raised(world)) == 5
    finally:
        clone_cases.AT_ONCE = at_once


def test_a_process_looks_now_and_then_and_not_at_every_round(world: World, sold: Sold) -> None:
    regions, one = open_shop(world, sold), CloneWatch()
    policy = world.installation.policy
    assert one.go(world.db, policy) == 0
    read(world, sold, regions, 0, *((place, 1, (clock.now() - NOW).days) for place in range(6)))
    assert one.go(world.db, policy) == 0 and EACH > timedelta(minutes=1)
