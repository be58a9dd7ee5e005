"""The monitor finds whatever a database administrator does to a history, and nothing in one that nobody touched."""

import os
import random
import secrets

import pytest
import sqlalchemy as sa

from world import Sold, World
from world.logged import WAYS, administrator, append, differences, found, history, leaves_of, public
from yipin.audit import holds
from yipin.models import Batch, Event

ROUNDS = int(os.environ.get("SOAK_LOG_EDITS", "24"))
EVENTS = int(os.environ.get("SOAK_LOG_EVENTS", "200"))
SEED = int(os.environ.get("SOAK_SEED", "0")) or secrets.randbits(32)


def test_the_first_false_row_is_named_whatever_an_administrator_does(world: World, sold: Sold) -> None:
    print("seed", SEED)
    chance = random.Random(SEED)
    history(world, sold.batch, EVENTS, chance)
    append(world)
    assert found(world) == []
    ways, tiles = [*WAYS], public(world)
    for number in range(ROUNDS):
        way = ways[number % len(ways)]
        with administrator(world) as session:
            first = WAYS[way](session, chance, leaves_of(session))
            told = differences(tiles, session)
        named = [-each.event if each.index is None and each.event else each.index for each in told]
        assert named[:1] == [first], (way, SEED, number, told[:2])
    assert found(world) == []


def test_a_batch_set_on_sale_without_an_act_is_found(world: World, sold: Sold) -> None:
    """The attack that nothing noticed: a recall undone in the table."""
    with world.db.write.begin() as session:
        holds.recall(session, world.chen, session.get_one(Batch, sold.batch.id), "农残超标")
    append(world)
    with administrator(world) as session:
        session.execute(sa.text("UPDATE batches SET state = 'on_sale' WHERE id = :id"), {"id": sold.batch.id})
        told = differences(public(world), session)
    assert [str(each.what) for each in told] == [
        f"批次 {sold.batch.id_number} 在登记库里是 on_sale，按日志应是 recalled"
    ]
    assert found(world) == []


def test_the_event_of_a_recall_deleted_and_the_batch_set_on_sale_is_found(world: World, sold: Sold) -> None:
    with world.db.write.begin() as session:
        holds.recall(session, world.chen, session.get_one(Batch, sold.batch.id), "农残超标")
    size = append(world)
    with administrator(world) as session:
        last = session.scalar(sa.select(sa.func.max(Event.id)))
        for table, column in (("log_positions", "event_id"), ("log_entries", "event_id"), ("events", "id")):
            session.execute(sa.text(f"DELETE FROM {table} WHERE {column} = :id"), {"id": last})
        session.execute(sa.text("UPDATE batches SET state = 'on_sale', state_reason = NULL"))
        told = differences(public(world), session)
    assert told[0].index == size - 1 and f"batch.recall {sold.batch.id_number}" in str(told[0].what)


def test_acts_that_are_not_published_yet_are_no_difference(world: World, sold: Sold) -> None:
    append(world)
    with world.db.write.begin() as session:
        holds.hold(session, world.chen, session.get_one(Batch, sold.batch.id), "待查")
    assert found(world) == []


@pytest.mark.parametrize("state", ["on_hold", "withdrawn"])
def test_a_state_that_no_act_gave_is_found(world: World, sold: Sold, state: str) -> None:
    append(world)
    with administrator(world) as session:
        session.execute(sa.text("UPDATE batches SET state = :state"), {"state": state})
        assert len(differences(public(world), session)) == session.scalar(sa.select(sa.func.count()).select_from(Batch))
