"""What a producer typed wrongly of a batch without codes is mended by the rules of a new one, and the old values stay on record."""

from dataclasses import replace

import pytest

from world import NOW, World
from world.chains import product_of
from world.farms import write
from yipin.access.actor import Actor
from yipin.audit import log
from yipin.audit.sure import EVERYTHING, NOTHING, Said, Unsure
from yipin.errors import Conflict, Invalid, TraceError
from yipin.farm import amounts, farmers, harvests, rulings
from yipin.issue.requirements import Checklist, Key
from yipin.models import AmountState, Batch
from yipin.provenance import allowance
from yipin.register import plots


def correct(world: World, batch: Batch, reason: str = "点错了一天", said: Said = NOTHING, **changes: str) -> Batch:
    form = replace(world.batch_form(world.ama, **changes), said=said)
    with world.db.write.begin() as session:
        row = session.get_one(Batch, batch.id)
        harvests.correct(session, world.ama, world.installation.policy, row, form, reason)
        return row


def plot_in(world: World, who: Actor, county: str = "430225") -> str:
    with world.db.write.begin() as session:
        policy = world.installation.policy
        return str(plots.add_plot(session, who, policy, name="河边", county=county, place="中村乡", area_mu="8").id)


def told(world: World, batch: Batch) -> list[tuple[str, str | None, object]]:
    with world.db.read.begin() as session:
        return [(each.action, each.reason, each.data.get("corrected")) for each in log.events_of(session, batch)][1:]


def test_what_was_typed_is_mended_and_the_event_keeps_what_was(world: World) -> None:
    batch, plot = world.declare(), plot_in(world, world.ama)
    with world.db.write.begin() as session:
        farmer = farmers.add_farmer(session, world.ama, name="老李", place="中村")
    values = {"plot": plot, "farmer": str(farmer.id), "harvest_date": "2026-07-17", "quantity": "300", "pack_size": "5"}
    mended = correct(world, batch, **values, unit="只")
    assert (mended.id_number, mended.quota, mended.net_content) == (batch.id_number, 60, "5 只")
    corrected = {
        "harvest_date": ["2026-07-18", "2026-07-17"],
        "plot": ["屋后坡", "河边"],
        "farmer": [None, "老李"],
        "quantity": ["250", "300"],
        "unit": ["kg", "只"],
        "pack_size": ["2.5", "5"],
    }
    assert told(world, batch) == [("batch.correct", "点错了一天", corrected)]


def test_a_correction_obeys_the_rules_of_a_new_batch_and_changes_nothing_if_refused(world: World) -> None:
    batch, elsewhere = world.declare(), plot_in(world, world.ama, "430224")
    wrong: dict[str, dict[str, str]] = {
        "harvest_date": {"harvest_date": "2026-07-21"},
        "quantity": {"quantity": "两百"},
        "pack_size": {"pack_size": "251"},
        "unit": {"unit": "吨"},
        "plot": {"plot": plot_in(world, world.ben)},
        "farmer": {"farmer": "999"},
        "reason": {"reason": " ", "quantity": "10"},
    }
    for field, changes in wrong.items():
        with pytest.raises(Invalid) as answer:
            correct(world, batch, **changes)
        assert answer.value.field == field
    with pytest.raises(Invalid, match="“河边”在另一个县市区，而身份证号里写着产地"):
        correct(world, batch, plot=elsewhere)
    with pytest.raises(Conflict, match="没有要改的"):
        correct(world, batch)
    assert told(world, batch) == []


def test_a_corrected_amount_is_weighed_without_the_batch_itself_and_waits_for_the_county_anew(world: World) -> None:
    batch = world.declare()
    for number in range(3):
        world.declare(quantity=str(240 + number))
    assert correct(world, batch, quantity="2400").amount_state is None  # less than ten times what the others are
    with pytest.raises(Unsure, match="2,600 kg"):
        correct(world, batch, quantity="2600")
    assert correct(world, batch, quantity="10000000", said=EVERYTHING).amount_state is AmountState.WAITING
    with world.db.write.begin() as session:
        amounts.decide(session, world.chen, session.get_one(Batch, batch.id), True, "看过过磅单")
    assert correct(world, batch, "不是河边", quantity="10000000", pack_size="5", said=EVERYTHING).amount_word is None
    mended = correct(world, batch, quantity="250")
    assert (mended.amount_state, mended.amount_why, mended.amount_at) == (None, None, None)


def test_what_the_county_refused_or_was_asked_is_not_mended_behind_its_back(world: World) -> None:
    huge, early = world.declare(), world.declare(harvest_date="2026-07-19")
    correct(world, huge, quantity="10000000", said=EVERYTHING)
    with world.db.write.begin() as session:
        amounts.decide(session, world.chen, session.get_one(Batch, huge.id), False, "地里只有八亩")
    with pytest.raises(Conflict, match="数量不属实.*撤销这个批次"):
        correct(world, huge, quantity="10")
    write(world, world.ama, "form-spray", day="2026-07-18", interval_days="")
    with world.db.write.begin() as session:
        rulings.ask(session, world.ama, session.get_one(Batch, early.id))
    with pytest.raises(Conflict, match="已提请监管人员判定"):
        correct(world, early, harvest_date="2026-07-17")


def test_the_farm_record_judges_the_day_and_the_plot_that_the_batch_has_now(world: World) -> None:
    write(world, world.ama, "form-spray", day="2026-07-14", interval_days="7")
    batch = world.declare(harvest_date="2026-07-13")

    def fit() -> bool:
        with world.db.read.begin() as session:
            row = session.get_one(Batch, batch.id)
            return Key.FARM_RECORD not in Checklist(session, world.installation, row, NOW).unmet()

    assert fit()
    correct(world, batch, harvest_date="2026-07-18")
    assert not fit()
    correct(world, batch, harvest_date="2026-07-18", plot=plot_in(world, world.ama))
    assert fit()


def test_a_day_out_of_season_takes_the_brand_and_an_officers_leave_with_it(world: World) -> None:
    batch = world.declare()
    assert batch.brand_id is not None
    moved = correct(world, batch, harvest_date="2026-03-01")
    assert moved.brand_id is None
    assert told(world, batch)[-1][2] == {"harvest_date": ["2026-07-18", "2026-03-01"], "brand": ["炎陵黄桃", None]}
    with world.db.write.begin() as session:
        allowance.allow(session, world.chen, session.get_one(Batch, batch.id), "早熟品种，看过")
    kept = correct(world, batch, harvest_date="2026-03-01", quantity="260")
    assert kept.brand_reason == "早熟品种，看过"
    assert correct(world, batch, harvest_date="2026-03-02", quantity="260").brand_reason is None


def test_a_coded_batch_is_not_mended_but_withdrawn(world: World) -> None:
    batch = world.declare()
    world.issue(batch, 10)
    with pytest.raises(TraceError, match="已赋码 10 枚.*请撤销这个批次"):
        correct(world, batch, quantity="260")


def test_only_goods_of_the_same_product_are_meant(world: World) -> None:
    """The form of a batch names a product as well: a correction does not read it."""
    batch, other = world.declare(), product_of(world, world.ama, "大豆")
    assert correct(world, batch, product=other, quantity="260").product_id == batch.product_id
