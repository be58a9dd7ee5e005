"""What a producer's account may do before its producer is entered, and before it is approved."""

from dataclasses import replace

import pytest

from world import World
from yipin.access.actor import own_producer
from yipin.errors import Conflict
from yipin.models import Review


def test_an_account_without_a_producer_is_told_to_enter_it(world: World) -> None:
    with world.db.read.begin() as session, pytest.raises(Conflict, match="请先填写生产主体信息"):
        own_producer(session, replace(world.ama, producer_id=None))


def test_a_producer_that_is_not_approved_waits(world: World) -> None:
    with world.db.read() as session:
        producer = own_producer(session, world.ama)
        assert producer.id == world.ama.producer_id
        producer.state = Review.SUBMITTED
        with session.no_autoflush, pytest.raises(Conflict, match="还没有审核通过"):
            own_producer(session, world.ama)
        session.rollback()
