"""The address book of a producer: one entry for a name, and what is mended stays to be seen."""

import pytest
import sqlalchemy as sa

from world import World
from yipin.errors import Conflict, Invalid
from yipin.models import Action, Event, Partner, Producer
from yipin.register import archiving, partners
from yipin.register.partners import PartnerForm


@pytest.fixture
def shop(world: World) -> Partner:
    with world.db.write.begin() as session:
        return partners.add(session, world.ama, PartnerForm("演示超市", "93430225000000002C", "13800000001", "后门"))


@pytest.mark.parametrize(
    ("form", "words"),
    [
        (PartnerForm("演示 超市"), "已经有“演示超市”"),
        (PartnerForm("x"), "至少 2 个字"),
        (PartnerForm("别的店", uscc="93430225000000002C"), "记在“演示超市”名下"),
        (PartnerForm("别的店", uscc="123"), "应为 18 位"),
        (PartnerForm("别的店", phone="12"), "电话号码不对"),
        (PartnerForm("别的店", note="好" * 201), "最多 200 个字"),
    ],
)
def test_a_wrong_entry_is_told_what_is_wrong(world: World, shop: Partner, form: PartnerForm, words: str) -> None:
    with world.db.write.begin() as session, pytest.raises(Invalid, match=words):
        partners.add(session, world.ama, form)


def test_each_producer_has_a_book_of_its_own(world: World, shop: Partner) -> None:
    with world.db.write.begin() as session:
        partners.add(session, world.ben, PartnerForm("演示超市"))
    for who in (world.ama, world.ben):
        with world.db.read.begin() as session:
            assert [row.producer_id for row in partners.offered(session, who)] == [who.producer_id]
    with world.db.read.begin() as session:
        assert partners.offered(session, world.chen) == []


def test_what_is_mended_stands_in_the_log_with_its_old_value(world: World, shop: Partner) -> None:
    with world.db.write.begin() as session:
        partners.change(session, world.ama, session.get_one(Partner, shop.id), PartnerForm("演示超市（河西店）"))
    with world.db.read.begin() as session:
        told = session.scalars(sa.select(Event).where(Event.action == Action.PARTNER_CHANGE)).one()
    assert told.data["corrected"]["partner_name"] == ["演示超市", "演示超市（河西店）"]
    assert told.data["corrected"]["partner_phone"] == ["13800000001", None]
    with world.db.write.begin() as session, pytest.raises(Conflict):
        partners.change(session, world.ama, session.get_one(Partner, shop.id), PartnerForm("演示超市（河西店）"))


def test_who_is_archived_is_not_offered_and_its_name_is_not_given_again(world: World, shop: Partner) -> None:
    with world.db.write.begin() as session:
        archiving.archive(session, world.ama, session.get_one(Partner, shop.id))
    with world.db.write.begin() as session:
        assert partners.offered(session, world.ama) == []
        with pytest.raises(Invalid, match="已归档的里面有"):
            partners.add(session, world.ama, PartnerForm("演示超市"))


def test_who_is_met_again_keeps_its_number_and_gets_one_where_it_had_none(world: World) -> None:
    for number, kept in ((None, None), ("13800000001", "13800000001"), ("13900000002", "13800000001")):
        with world.db.write.begin() as session:
            ama = session.get_one(Producer, world.ama.producer_id)
            row = partners.met(session, world.ama, ama, "菜市场王姐", number, remember=True)
            assert row is not None and row.phone == kept
