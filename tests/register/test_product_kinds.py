"""What a batch needs before it is coded, by the rules its product is under."""

from dataclasses import replace
from datetime import date

import pytest

from world import NOW, World
from world.chains import do, made, product_of, works_of
from yipin.audit import log
from yipin.chain import acts
from yipin.chain.balance import Taken
from yipin.commitment import certificates
from yipin.commitment.certificates import CommitmentForm
from yipin.errors import Conflict, Invalid
from yipin.issue.requirements import Checklist
from yipin.models import Action, Batch, Origin, Producer, ProducerKind, Product, Regime
from yipin.register import product_kinds
from yipin.register.product_kinds import ProductKind

LAW = frozenset({ProducerKind.COMPANY, ProducerKind.COOPERATIVE})  # 农产品质量安全法 art. 39
SC = "SC12543022300013"


def under(world: World, batch: Batch, kind: ProductKind) -> None:
    """An officer puts the batch's product under these rules."""
    with world.db.write.begin() as session:
        product_kinds.set_kind(session, world.chen, session.get_one(Product, batch.product_id), kind)


def lacks(world: World, batch: Batch, required_of: frozenset[ProducerKind] = LAW) -> list[str]:
    rules = replace(world.installation.policy.commitment, required_of=required_of)
    installation = replace(world.installation, policy=replace(world.installation.policy, commitment=rules))
    with world.db.read.begin() as session:
        unmet = Checklist(session, installation, session.get_one(Batch, batch.id), NOW).unmet()
        return [str(each.reason) for each in unmet.values()]


def certify(world: World, batch: Batch, quantity: str) -> None:
    with world.db.write.begin() as session:
        row = session.get_one(Batch, batch.id)
        certificates.issue(session, world.ama, world.installation.policy, row, CommitmentForm(quantity, ["control"]))


def test_a_cooperatives_fresh_goods_are_not_coded_before_they_are_certified(world: World) -> None:
    batch = world.declare()
    assert lacks(world, batch) == []
    under(world, batch, ProductKind("fresh"))
    with pytest.raises(Conflict, match="先开具承诺达标合格证"):
        world.issue(batch, 1)
    certify(world, batch, "10")
    world.issue(batch, 4)
    with pytest.raises(Conflict, match="只开了 10 kg，这次赋码后共 12.5 kg"):
        world.issue(batch, 1, "form-2")
    certify(world, batch, "2.5")
    world.issue(batch, 1, "form-2")


def test_a_voided_certificate_stops_further_codes(world: World) -> None:
    batch = world.declare()
    under(world, batch, ProductKind("fresh"))
    certify(world, batch, "250")
    with world.db.write.begin() as session:
        row = certificates.live_of(session, batch.id)
        assert row
        certificates.void(session, world.ama, row, "写错了")
    with pytest.raises(Conflict, match="先开具"):
        world.issue(batch, 1)


def test_a_farmer_is_encouraged_and_not_obliged(world: World) -> None:
    batch = world.declare()
    under(world, batch, ProductKind("fresh"))
    with world.db.write.begin() as session:
        producer = session.get_one(Producer, batch.producer_id)
        producer.kind = ProducerKind.FAMILY_FARM
        log.record(session, world.chen, Action.CASE_NOTE, producer)
    assert lacks(world, batch) == []
    assert lacks(world, batch, required_of=frozenset({ProducerKind.FAMILY_FARM}))
    world.issue(batch, 1)


def test_the_policy_says_whom_the_law_obliges(world: World) -> None:
    assert world.installation.policy.commitment.required_of == LAW


def test_processed_food_needs_a_licence_a_shelf_life_and_inputs_on_record(world: World) -> None:
    beans = world.declare(product=product_of(world, world.ama, "大豆"), harvest_date="2026-07-10")
    tofu, works = product_of(world, world.ama, "香干"), works_of(world, world.ama)
    harvested = world.declare(product=tofu)
    with world.db.write.begin() as session:
        product = session.get_one(Product, int(tofu))
        product.regime = Regime.PROCESSED  # as a product of before the rules may stand in the record
        log.record(session, world.chen, Action.CASE_NOTE, product)
    assert [word in text for word, text in zip(("SC", "保质期", "原料"), lacks(world, harvested), strict=True)] == [
        True
    ] * 3
    under(world, harvested, ProductKind("processed", "30", SC))
    assert len(lacks(world, harvested)) == 1
    with pytest.raises(Conflict, match="由原料批次加工而来"):
        world.issue(harvested, 1)
    batch = do(world, acts.process, world.ama, [Taken(beans.id_number, "100", "", "1.6")], made(tofu, works, "160"))
    world.issue(batch, 1)
    with world.db.read.begin() as session:
        row = session.get_one(Batch, batch.id)
        assert product_kinds.is_made(row) and row.origin is Origin.PROCESSED
        assert product_kinds.best_before(row) == date(2026, 8, 17)
        assert product_kinds.best_before(session.get_one(Batch, beans.id)) is None


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        (ProductKind("hearsay"), "regime"),
        (ProductKind("processed", "", SC), "shelf_life"),
        (ProductKind("processed", "3651", SC), "shelf_life"),
        (ProductKind("processed", "30", ""), "food_licence"),
        (ProductKind("processed", "30", SC[:-1] + "4"), "food_licence"),
    ],
)
def test_a_kind_that_lacks_something_is_refused(kind: ProductKind, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        kind.values()
    assert refused.value.field == field


def test_only_processed_food_has_a_licence_and_a_shelf_life() -> None:
    assert ProductKind("fresh", "30", SC).values() == {
        "regime": Regime.FRESH,
        "shelf_life_days": None,
        "food_licence": None,
    }


def test_an_officer_changes_nothing_by_saying_the_same_again(world: World) -> None:
    batch = world.declare()
    under(world, batch, ProductKind("herb"))
    with pytest.raises(Conflict, match="没有改动"):
        under(world, batch, ProductKind("herb"))
