"""What the record knows of packs that may have been copied."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from world import NOW, Sold, World
from yipin.chain.shipping import ShippingForm, ship, shipments_of
from yipin.models import Batch, Product, UnitScans
from yipin.policy.clones import CloneRule, CloneSign
from yipin.printing.runs import void_units
from yipin.register.product_kinds import ProductKind, set_kind
from yipin.scan import looks, pack_facts
from yipin.scan.looks import Look, Reader
from yipin.scan.verdicts import Verdict

BOTH_DATABASES = True
PHONE = "Mozilla/5.0 (iPhone)"


def read_by(world: World, sold: Sold, many: int, at: datetime = NOW, ordinal: int = 0) -> None:
    """So many people in as many networks look at a pack."""
    readers = [Reader.of(f"10.{number // 250}.{number % 250}.1", PHONE) for number in range(many)]
    with world.db.looks.write.begin() as session:
        unit = sold.batch.id, ordinal
        looks.count(session, [Look(one, unit, Verdict.GENUINE, at) for one in readers], world.installation.policy.clone)


def found(world: World, sold: Sold, rule: CloneRule | None = None) -> list[pack_facts.LikelyCopied]:
    with world.db.read.begin() as session:
        batch = session.get_one(Batch, sold.batch.id)
        policy = world.installation.policy
        return pack_facts.likely_copied(session, batch, replace(policy, clone=rule) if rule else policy)


def test_more_readers_than_a_pack_can_have_make_it_one_to_look_at(world: World, sold: Sold) -> None:
    read_by(world, sold, 59)
    assert not found(world, sold)
    read_by(world, sold, 60, NOW + timedelta(days=1))
    [pack] = found(world, sold)
    assert (pack.ordinal, pack.facts.readers, pack.days, pack.first_at) == (0, 119, 2, NOW)


def test_one_person_who_looks_a_hundred_times_is_one_reader(world: World, sold: Sold) -> None:
    for hour in range(100):
        read_by(world, sold, 1, NOW + timedelta(minutes=hour))
    assert not found(world, sold, CloneRule(50, 24, signs=(CloneSign("", 10, {"readers": 2}),)))


def test_readers_of_a_void_label_count_from_the_moment_it_was_void(world: World, sold: Sold) -> None:
    read_by(world, sold, 9, NOW - timedelta(hours=1), ordinal=1)
    with world.db.write.begin() as session:
        void_units(session, world.ama, session.get_one(Batch, sold.batch.id), "2", "贴坏了")
    assert not found(world, sold)
    read_by(world, sold, 3, NOW + timedelta(days=1), ordinal=1)
    [pack] = found(world, sold)
    assert (pack.ordinal, pack.facts.readers_after_void) == (1, 3)


def test_readers_after_the_shelf_life_count_where_it_is_known(world: World, sold: Sold) -> None:
    rule = CloneRule(50, 24, signs=(CloneSign("", 10, {"readers_after_shelf_life": 5}),))
    day = NOW + timedelta(days=60)
    read_by(world, sold, 5, day)
    assert not found(world, sold, rule)
    for days, late in (("90", 0), ("20", 1)):
        with world.db.write.begin() as session:
            product = session.get_one(Product, sold.batch.product_id)
            set_kind(session, world.chen, product, ProductKind("processed", days, "SC10343022500012"))
        assert len(found(world, sold, rule)) == late


def test_the_packs_with_the_most_readers_come_first_and_not_more_than_a_page_has(
    world: World, sold: Sold, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pack_facts, "MOST", 3)
    for ordinal in range(5):
        read_by(world, sold, 5 + ordinal, ordinal=ordinal)
    rule = CloneRule(50, 24, signs=(CloneSign("", 10, {"readers": 5}),))
    assert [pack.facts.readers for pack in found(world, sold, rule)] == [9, 8, 7]


def test_another_batchs_packs_are_not_asked_for(world: World, sold: Sold) -> None:
    with world.db.looks.write.begin() as session:
        many = {"scans": 99, "readers": 99, "days": 1, "first_at": NOW, "last_at": NOW}
        session.add(UnitScans(batch_id=sold.batch.id + 1, ordinal=0, **many))
    assert not found(world, sold)


@pytest.mark.parametrize(("ordinal", "places"), [(0, ["炎陵"]), (9, ["炎陵", "长沙"])])
def test_a_pack_went_where_its_own_shipment_went_and_else_where_its_batch_did(
    world: World, sold: Sold, ordinal: int, places: list[str]
) -> None:
    with world.db.write.begin() as session:
        batch = session.get_one(Batch, sold.batch.id)
        common = {"day": "2026-07-20"}
        ship(session, world.ama, batch, ShippingForm(customer="甲店", place="炎陵", first="1", last="2", **common))
        ship(session, world.ama, batch, ShippingForm(customer="乙店", place="长沙", quantity="1", **common))
        assert sorted(pack_facts.shipped_to(shipments_of(session, batch), ordinal)) == sorted(places)
