"""Where goods went: one step forward, and no pack to two customers."""

import pytest
import sqlalchemy as sa

from world import Sold, World
from world.chains import sent
from yipin.audit import holds
from yipin.chain.shipping import cancel, coming_in, shipments_of
from yipin.errors import Conflict, Invalid
from yipin.models import Batch, Partner, Producer, Shipment
from yipin.register import partners


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
        ({"quantity": "1", "phone": "123"}, "电话号码不对"),
        ({"quantity": "1", "customer": "谭某某", "place": "霞阳镇谭某某家"}, "会显示给消费者"),
        ({"quantity": "1", "place": "霞阳镇 １３８００００００００"}, "会显示给消费者"),
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


def test_goods_go_to_a_person_without_a_code_and_the_book_remembers_the_person(world: World, sold: Sold) -> None:
    row = sent(world, world.ama, sold.batch, quantity="10", customer="谭某某", phone="13800000001", remember=True)
    again = sent(world, world.ama, sold.batch, quantity="5", customer="谭某某 ")
    with world.db.read.begin() as session:
        (entry,) = session.scalars(sa.select(Partner)).all()
        assert (entry.name, entry.phone, entry.uscc, entry.producer_id) == (
            "谭某某",
            "13800000001",
            None,
            world.ama.producer_id,
        )
        assert session.get_one(Batch, sold.batch.id).used == 15
    assert [each.partner_id for each in (row, again)] == [entry.id] * 2
    assert (again.phone, row.to_producer_id) == ("13800000001", None)


def test_without_the_wish_nobody_enters_the_book(world: World, sold: Sold) -> None:
    row = sent(world, world.ama, sold.batch, quantity="10", customer="谭某某", phone="13800000001")
    assert (row.partner_id, row.phone) == (None, "13800000001")
    with world.db.read.begin() as session:
        assert session.scalars(sa.select(Partner)).all() == []


def test_a_customer_whose_code_the_book_has_takes_the_goods_in_if_it_is_here(world: World, sold: Sold) -> None:
    with world.db.write.begin() as session:
        partners.add(
            session, world.ama, partners.PartnerForm("Ben 的店", uscc=world.get(Producer, world.ben.producer_id).uscc)
        )
    sent(world, world.ama, sold.batch, quantity="10", customer="ben的店")
    with world.db.read.begin() as session:
        assert [row.quantity for row in coming_in(session, world.ben)] == [10]


def test_a_new_name_and_number_change_nothing_of_what_was_shipped(world: World, sold: Sold) -> None:
    row = sent(world, world.ama, sold.batch, quantity="10", customer="谭某某", phone="13800000001", remember=True)
    with world.db.write.begin() as session:
        entry = session.get_one(Partner, row.partner_id)
        partners.change(session, world.ama, entry, partners.PartnerForm("谭老板", phone="13900000002"))
    with world.db.read.begin() as session:
        kept = session.get_one(Shipment, row.id)
        assert (kept.customer, kept.phone) == ("谭某某", "13800000001")
        assert kept.phones == ("13900000002", "13800000001")
