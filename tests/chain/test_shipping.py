"""Where goods went: one step forward, and no pack to two customers."""

import pytest

from world import Sold, World
from world.chains import sent
from yipin.audit import holds
from yipin.chain.shipping import cancel, coming_in, shipments_of
from yipin.errors import Conflict, Invalid
from yipin.models import Batch, Shipment


def test_packs_and_loose_goods_leave_a_batch(world: World, sold: Sold) -> None:
    sent(world, world.ama, sold.batch, first="1", last="2")
    sent(world, world.ama, sold.batch, quantity="100.5", customer="渌口区演示集市")
    with world.db.read.begin() as session:
        batch = session.get_one(Batch, sold.batch.id)
        gone = [(row.customer, row.quantity, row.first, row.count) for row in shipments_of(session, batch)]
        assert batch.left == 250 - 3 * batch.pack_size - batch.used
    assert gone == [("渌口区演示集市", 100.5, None, None), ("天元区演示超市", 5, 0, 2)]


def test_no_pack_goes_to_two_customers(world: World, sold: Sold) -> None:
    sent(world, world.ama, sold.batch, first="1", last="2")
    with pytest.raises(Invalid, match="第 1—2 枚已经发给 天元区演示超市"):
        sent(world, world.ama, sold.batch, first="2", last="3")
    assert sent(world, world.ama, sold.batch, first="3", last="3").count == 1


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"first": "1", "last": "4"}, "1 到 3"),
        ({"first": "3", "last": "2"}, "小于首号"),
        ({"quantity": "999"}, "只剩 242.5 kg"),
        ({}, "两样只填一样"),
        ({"quantity": "1", "first": "1", "last": "1"}, "两样只填一样"),
        ({"quantity": "1", "day": "2026-07-17"}, "2026年7月18日到"),
        ({"quantity": "1", "customer": "x"}, "至少 2 个字"),
        ({"quantity": "1", "uscc": "91430200000000000X"}, "没有这个统一社会信用代码"),
    ],
)
def test_a_wrong_form_is_told_what_is_wrong(world: World, sold: Sold, form: dict[str, str], words: str) -> None:
    with pytest.raises(Invalid, match=words):
        sent(world, world.ama, sold.batch, **form)


def test_what_did_not_leave_after_all_is_back(world: World, sold: Sold) -> None:
    for form in ({"quantity": "100"}, {"first": "1", "last": "3"}):
        row = sent(world, world.ama, sold.batch, **form)
        with world.db.write.begin() as session:
            cancel(session, world.ama, session.get_one(Shipment, row.id), "车坏了")
    assert world.get(Batch, sold.batch.id).used == 0
    sent(world, world.ama, sold.batch, first="1", last="3")
    with world.db.write.begin() as session, pytest.raises(Conflict, match="已经撤销"):
        cancel(session, world.ama, session.get_one(Shipment, row.id), "再撤一次")


def test_nothing_leaves_a_batch_that_is_held(world: World, sold: Sold) -> None:
    with world.db.write.begin() as session:
        holds.hold(session, world.chen, session.get_one(Batch, sold.batch.id), "待查")
    with pytest.raises(Conflict, match="已冻结或召回"):
        sent(world, world.ama, sold.batch, quantity="1")


def test_the_receiver_sees_what_is_coming_and_nobody_else_does(world: World, sold: Sold) -> None:
    sent(world, world.ama, sold.batch, first="1", last="2", uscc="9343 0225 0000 0000 2c")
    with world.db.read.begin() as session:
        assert [row.quantity for row in coming_in(session, world.ben)] == [5]
        assert [*coming_in(session, world.ama), *coming_in(session, world.chen)] == []
