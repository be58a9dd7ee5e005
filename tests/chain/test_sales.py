"""A shop says that a pack is sold, by its account, and takes it back."""

from datetime import timedelta

import pytest

from world import NOW, USCC, Sold, World
from yipin.access.actor import Actor
from yipin.chain import sales
from yipin.chain.shipping import ShippingForm, ship
from yipin.errors import Conflict, NotFound
from yipin.models import Batch, SoldUnit


def sell(world: World, sold: Sold, who: Actor, ordinal: int = 0) -> SoldUnit:
    with world.db.write.begin() as session:
        return sales.sell(session, who, session.get_one(Batch, sold.batch.id), ordinal)


def test_a_shop_sells_what_was_shipped_to_it_and_nothing_else(world: World, sold: Sold) -> None:
    with pytest.raises(NotFound):
        sell(world, sold, world.ben)
    with world.db.write.begin() as session:
        form = ShippingForm("Ben", "茶陵县", "2026-07-20", first="1", last="2", uscc=USCC["ben"])
        ship(session, world.ama, session.get_one(Batch, sold.batch.id), form)
    assert sell(world, sold, world.ben, 1).county == "430225"
    with pytest.raises(NotFound):
        sell(world, sold, world.ben, 2)
    with pytest.raises(Conflict):
        sell(world, sold, world.ama, 1)


def test_said_twice_it_is_sold_once_and_undone_it_may_be_sold_again(world: World, sold: Sold) -> None:
    first = sell(world, sold, world.ama)
    later = world.actor("ama", NOW + timedelta(days=2))
    assert sell(world, sold, later).at == first.at == NOW
    with world.db.write.begin() as session:
        sales.unsell(session, later, session.get_one(SoldUnit, first.id))
    with world.db.write.begin() as session:
        assert sales.sold(session, session.get_one(Batch, sold.batch.id), 0) is None
        with pytest.raises(Conflict):
            sales.unsell(session, later, session.get_one(SoldUnit, first.id))
    assert sell(world, sold, later).at == later.at
