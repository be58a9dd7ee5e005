"""The record of the farm: written once, corrected by appending, and what it means for coding."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from world import NOW, World
from world.chains import do, made, product_of, works_of
from world.farms import correct, form, write
from world.listing import listed
from yipin.access.actor import Actor
from yipin.access.visibility import find, visible
from yipin.audit import log
from yipin.chain import acts
from yipin.chain.balance import Taken
from yipin.errors import Conflict, Invalid, NotFound
from yipin.farm import clearance, draw_seeds, entries, farmers, input_list, inspections, record, rulings, sampling
from yipin.farm.holds import held_of
from yipin.farm.lists import FARM_CASES
from yipin.models import (
    AttachedFarmer,
    Batch,
    BatchState,
    DrawSeed,
    Event,
    FarmCase,
    FarmEntry,
    Inspection,
    Plot,
    StoppedBy,
)
from yipin.recall import roots
from yipin.scan import id_numbers, lookup


def report(**changes: object) -> inspections.InspectionForm:
    made = inspections.InspectionForm(
        "commissioned", "某检测中心", "R-1", "2026-07-18", "2026-07-19", [inspections.Item("阿维菌素", "未检出")], True
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def test_a_draft_sent_twice_is_one_entry(world: World) -> None:
    first, again = (write(world, world.ama, "draft-0001") for _ in range(2))
    assert first.id == again.id
    with world.db.read.begin() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(FarmEntry)) == 1
    assert write(world, world.ben, "draft-0001").id != first.id  # a draft of someone else's


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"day": "2026-07-21"}, "day"),
        ({"last_day": "2026-06-30"}, "last_day"),
        ({"maker": ""}, "maker"),
        ({"dose": ""}, "dose"),
        ({"source": ""}, "source"),
        ({"target": ""}, "target"),
        ({"season": "2024"}, "season"),
        ({"interval_days": "400"}, "interval_days"),
        ({"plot": "2"}, "plot"),
        ({"farmer": "1"}, "farmer"),
        ({"kind": "work", "what": ""}, "what"),
        ({"kind": "harvest", "quantity": "0", "unit": "kg"}, "quantity"),
        ({"key": "x"}, "key"),
    ],
)
def test_a_field_that_is_wrong_is_named(world: World, changes: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as told:
        write(world, world.ama, **{"key": "draft-0001"} | changes)
    assert told.value.field == field


@pytest.mark.parametrize(
    "statement", ["UPDATE farm_entries SET crop = 'x'", "DELETE FROM farm_entries", "TRUNCATE farm_entries"]
)
def test_the_database_itself_refuses_to_change_the_record(world: World, statement: str) -> None:
    entry = write(world, world.ama, "draft-0001")
    if "TRUNCATE" in statement and world.db.engine.dialect.name == "sqlite":
        statement = "REPLACE INTO farm_entries SELECT * FROM farm_entries"
    with pytest.raises(sa.exc.DBAPIError), world.db.write.begin() as session:
        session.execute(sa.text(statement))
    assert world.get(FarmEntry, entry.id).crop == "黄桃"


def test_a_correction_stands_in_the_place_of_the_old_entry_and_both_stay(world: World) -> None:
    old = write(world, world.ama, "draft-0001")
    new = correct(world, world.ama, old, "draft-0002", day="2026-07-02")
    with world.db.read.begin() as session:
        assert [row.id for row in session.scalars(record.standing())] == [new.id]
        assert [row.id for row in record.history(session, session.get_one(Plot, old.plot_id), 2026)] == [old.id, new.id]
    with pytest.raises(Conflict, match="更正过"):
        correct(world, world.ama, old, "draft-0003")
    with pytest.raises(Invalid), world.db.write.begin() as session:
        entries.withdraw(session, world.ama, session.get_one(FarmEntry, new.id), "")
    with world.db.write.begin() as session:
        entries.withdraw(session, world.ama, session.get_one(FarmEntry, new.id), "写到别的地块上了")
    with world.db.read.begin() as session:
        assert session.scalars(record.standing()).all() == []


def test_a_harvest_within_the_interval_is_not_coded_until_the_record_says_otherwise(world: World) -> None:
    entry, batch = write(world, world.ama, "draft-0001", day="2026-07-12"), world.declare()  # harvested on the 18th
    with pytest.raises(Conflict, match="2026年7月19日起才能采收"):
        world.issue(batch, 1)
    with world.db.write.begin() as session, pytest.raises(Conflict, match="不能由监管人员放行"):
        rulings.ask(session, world.ama, session.get_one(Batch, batch.id))
    correct(world, world.ama, entry, "draft-0002", day="2026-07-11")
    assert world.issue(batch, 1).count == 1


def test_an_unknown_interval_waits_for_an_officer_whose_release_covers_what_was_known(world: World) -> None:
    write(world, world.ama, "draft-0001", interval_days="")
    batch = world.declare()
    with pytest.raises(Conflict, match="无法判定"):
        world.issue(batch, 1)
    case = do(world, lambda session, who: rulings.ask(session, who, session.get_one(Batch, batch.id)), world.ama)
    do(
        world,
        lambda session, who: rulings.decide(session, who, session.get_one(FarmCase, case.id), True, "查过标签"),
        world.chen,
    )
    assert world.issue(batch, 1).count == 1
    write(world, world.ama, "draft-0002", interval_days="", input_name="另一种药")
    assert world.get(Batch, batch.id).state is BatchState.ON_HOLD


def test_a_passed_test_settles_an_unknown_interval_but_not_the_growers_own(world: World) -> None:
    write(world, world.ama, "draft-0001", interval_days="")
    batch = world.declare()
    do(
        world,
        lambda session, who: inspections.enter(session, who, session.get_one(Batch, batch.id), report(kind="self")),
        world.ama,
    )
    with pytest.raises(Conflict, match="无法判定"):
        world.issue(batch, 1)
    do(
        world,
        lambda session, who: inspections.enter(session, who, session.get_one(Batch, batch.id), report()),
        world.ama,
    )
    assert world.issue(batch, 1).count == 1


def test_a_correction_after_coding_that_makes_the_batch_unfit_holds_it_and_tells_the_officer(world: World) -> None:
    entry, batch = write(world, world.ama, "draft-0001"), world.declare()
    codes = world.issue(batch, 2)
    part = do(world, acts.split, world.ama, batch.id_number, [("10", "1")])[0]
    correct(world, world.ama, entry, "draft-0002", day="2026-07-15")
    with world.db.read.begin() as session:
        held = [session.get_one(Batch, number).state for number in (batch.id, part.id)]
        assert held == [BatchState.ON_HOLD] * 2
        case = listed(session, FARM_CASES, world.chen)[0]
        assert (case.batch_id, case.held) == (batch.id, True) and "2026年7月22日" in case.why
        assert {session.get_one(Batch, number).stopped_by for number in (batch.id, part.id)} == {StoppedBy.RECORD}
        assert [row.id for row in held_of(session, batch.producer_id)] == [batch.id, part.id]
        assert [event.action for event in log.events_of(session, batch)][-1] == "batch.hold"
        seen = lookup.present(session, world.installation, world.codes(codes)[0], NOW)
        assert seen.answer.verdict == "on_hold"
    with world.db.write.begin() as session, pytest.raises(Conflict, match="不能由监管人员放行"):
        rulings.decide(session, world.chen, session.get_one(FarmCase, case.id), True, "没事")
    again = world.get(FarmEntry, entry.id + 1)
    correct(world, world.ama, again, "draft-0003", day="2026-07-01")
    do(
        world,
        lambda session, who: rulings.decide(session, who, session.get_one(FarmCase, case.id), True, "又更正"),
        world.chen,
    )
    for number in (batch.id, part.id):  # what was made of it is let go with it
        assert (world.get(Batch, number).state, world.get(Batch, number).stopped_by) == (BatchState.ON_SALE, None)


def test_what_an_officer_does_not_let_go_is_held_by_the_officer(world: World) -> None:
    batch = world.declare()
    world.issue(batch, 2)
    part = do(world, acts.split, world.ama, batch.id_number, [("10", "1")])[0]
    write(world, world.ama, "draft-0001", day="2026-07-15")
    refuse = partial(decided, grant=False)
    do(world, refuse, world.chen)
    for number in (batch.id, part.id):
        row = world.get(Batch, number)
        assert (row.state, row.stopped_by) == (
            BatchState.ON_HOLD,
            StoppedBy.OFFICER,
        ) and "2026年7月22日" in row.state_reason
    with world.db.read.begin() as session:
        assert held_of(session, batch.producer_id) == []


def decided(session: Session, who: Actor, grant: bool) -> None:
    """The one case that waits is decided."""
    (case,) = listed(session, FARM_CASES, who)
    rulings.decide(session, who, case, grant, "查过标签")


def test_a_question_of_the_growers_becomes_a_hold_which_a_release_ends(world: World) -> None:
    write(world, world.ama, "draft-0001", interval_days="")
    batch = world.declare()
    do(world, lambda session, who: rulings.ask(session, who, session.get_one(Batch, batch.id)), world.ama)
    bad = report(items=[inspections.Item("克百威", "0.3 mg/kg", "0.02", False)])
    do(world, lambda session, who: inspections.enter(session, who, session.get_one(Batch, batch.id), bad), world.ama)
    assert world.get(Batch, batch.id).stopped_by is StoppedBy.TEST
    with world.db.read.begin() as session:
        (case,) = listed(session, FARM_CASES, world.chen)
        assert case.held and "克百威" in case.why
    do(world, partial(decided, grant=True), world.chen)
    assert world.get(Batch, batch.id).state is BatchState.ON_SALE


def test_what_is_made_of_a_harvest_that_was_let_go_is_coded(world: World) -> None:
    write(world, world.ama, "draft-0001", interval_days="")
    batch = world.declare()
    part = do(world, acts.split, world.ama, batch.id_number, [("10", "1")])[0]
    do(world, lambda session, who: rulings.ask(session, who, session.get_one(Batch, batch.id)), world.ama)
    with pytest.raises(Conflict, match="无法判定"):
        world.issue(part, 1)
    do(world, partial(decided, grant=True), world.chen)
    assert world.issue(part, 1).count == 1


def test_an_entry_tells_which_coded_batches_it_makes_unfit_and_the_same_draft_sent_again_none(world: World) -> None:
    coded, plain = world.declare(), world.declare(harvest_date="2026-07-17")
    world.issue(coded, 1)
    late = form(world, world.ama, "draft-0001", day="2026-07-15")
    done, again = (do(world, entries.record_entry, world.ama, late) for _ in range(2))
    assert ([batch.id for batch in done.held], again.held) == ([coded.id], ())
    assert (done.entry.id, plain.id) == (again.entry.id, coded.id + 1)
    early = form(world, world.ama, "draft-0002", day="2026-07-01")
    with world.db.write.begin() as session:
        corrected = entries.correct(session, world.ama, session.get_one(FarmEntry, done.entry.id), early, "日期记错了")
    assert list(corrected.held) == []


def test_goods_made_of_an_unfit_harvest_are_not_coded_either(world: World) -> None:
    write(world, world.ama, "draft-0001", day="2026-07-15")
    batch = world.declare()
    part = do(world, acts.split, world.ama, batch.id_number, [("10", "1")])[0]
    with pytest.raises(Conflict, match="2026年7月22日起才能采收"):
        world.issue(part, 1)
    with world.db.read.begin() as session:
        assert [use.input_name for use in clearance.uses_of(session, session.get_one(Batch, part.id))] == ["阿维菌素"]


def test_what_is_made_of_an_unfit_harvest_elsewhere_is_not_coded_either(world: World) -> None:
    """The works has a clean record of its own: what counts is the field of the beans."""
    write(world, world.ama, "draft-0001", day="2026-07-15")
    goods = made(product_of(world, world.ama, "黄桃干"), works_of(world, world.ama), "5")
    dried = do(world, acts.process, world.ama, [Taken(world.declare().id_number, "10")], goods)
    with pytest.raises(Conflict, match="2026年7月22日起才能采收"):
        world.issue(dried, 1)


def test_a_late_use_of_the_season_before_still_holds_back_an_early_harvest(world: World) -> None:
    write(world, world.ama, "draft-0001", day="2025-12-20", season="2025", interval_days="30")
    with pytest.raises(Conflict, match="2026年1月19日起才能采收"):
        world.issue(world.declare(harvest_date="2026-01-18"), 1)
    assert world.issue(world.declare(harvest_date="2026-01-19"), 1).count == 1


def test_what_officers_list_judges_and_examples_do_not(world: World) -> None:
    write(world, world.ama, "draft-0001")
    batch = world.declare()
    assert all(line.source and line.example for line in input_list.examples())
    row = do(world, input_list.enter, world.chen, name="阿维菌素", source="演示公告", crop_kind="fruit", banned=True)
    with pytest.raises(Conflict, match="禁止用于黄桃"):
        world.issue(batch, 1)
    do(world, lambda session, who: input_list.end(session, who, session.merge(row), "登记有误"), world.chen)
    assert world.issue(batch, 1).count == 1
    with pytest.raises(Invalid), world.db.write.begin() as session:
        input_list.enter(session, world.chen, name="某药", source="标签上写的")


def test_a_failed_inspection_holds_the_batch_at_once(world: World) -> None:
    batch = world.declare()
    bad = report(items=[inspections.Item("克百威", "0.3 mg/kg", "0.02", False)])
    row = do(
        world, lambda session, who: inspections.enter(session, who, session.get_one(Batch, batch.id), bad), world.ama
    )
    assert not row.passed and world.get(Batch, batch.id).state is BatchState.ON_HOLD
    assert "克百威" in (world.get(Batch, batch.id).state_reason or "")
    with world.db.read.begin() as session:
        assert [case.batch_id for case in listed(session, FARM_CASES, world.chen)] == [batch.id]
        assert inspections.passed(session, batch) == []
    with pytest.raises(Invalid), world.db.write.begin() as session:
        inspections.enter(session, world.ama, session.get_one(Batch, batch.id), report(kind="sampling"))


def test_a_lot_of_pesticide_is_a_cause_of_a_recall(world: World) -> None:
    write(world, world.ama, "draft-0001", lot="A-7")
    write(
        world, world.ama, "draft-0002", lot="A-7", day="2025-06-20", season="2025"
    )  # of the harvest of the year before
    write(world, world.ben, "draft-0001", lot="B-9")
    after, before = world.declare(), world.declare(harvest_date="2026-06-30")
    world.declare(world.ben)
    with world.db.read.begin() as session:
        assert roots.roots_of_input(session, world.chen, "阿维菌素", "A-7") == [after.id]
        assert len(roots.roots_of_input(session, world.chen, "阿维菌素")) == 2
        assert before.id not in roots.roots_of_input(session, world.chen, "阿维菌素")


def test_an_attached_farmer_stays_on_the_batch_and_the_scan_page(world: World) -> None:
    farmer = do(world, farmers.add_farmer, world.ama, name="老谭", place="山垄村")
    batch = world.declare(farmer=str(farmer.id))
    with world.db.read.begin() as session:
        assert session.get_one(Batch, batch.id).attached_farmer.name == "老谭"  # type: ignore[union-attr]
        answer = id_numbers.look_up_batch(session, world.installation, batch.id_number, NOW)
        assert any("老谭" in str(step) for step in answer.steps)
        with pytest.raises(NotFound):
            find(session, world.ben, AttachedFarmer, str(farmer.id))
    with pytest.raises(Invalid):
        world.declare(world.ben, farmer=str(farmer.id))


def test_a_draw_can_be_drawn_again_from_what_was_published(world: World) -> None:
    world.declare()
    world.declare(world.ben)
    row = do(world, sampling.draw, world.chen, "1", "2026-07-20 3D 528")
    assert [each.id for each in sampling.result(row)] == [
        each.id for each in sampling.drawn(row.seed, sampling.pool_of(row), 1)
    ]
    assert len(sampling.pool_of(row)) == 2 and {each.weight for each in sampling.pool_of(row)} == {4}


def test_a_draw_takes_the_seed_that_was_committed_to_before_it(world: World) -> None:
    world.declare()
    do(world, draw_seeds.ready, world.chen)
    do(world, draw_seeds.ready, world.chen)  # one is enough
    published = do(world, lambda session, actor: draw_seeds.open_one(session), world.chen)
    later = world.actor("chen", NOW + timedelta(days=3))
    row = do(world, sampling.draw, later, "1", "3D 528")
    with world.db.read.begin() as session:
        seeds = session.scalars(sa.select(DrawSeed).order_by(DrawSeed.id)).all()
        told = session.scalars(sa.select(Event).where(Event.object_kind == "draw_seeds").order_by(Event.id)).all()
    assert draw_seeds.begins_with(row.seed, published.commitment) and row.seed.endswith("+3D 528")
    assert [seed.draw_id for seed in seeds] == [row.id, None]  # the next one is committed to at once
    assert seeds[0].committed_at == NOW and not draw_seeds.begins_with(row.seed, seeds[1].commitment)
    assert seeds[1].secret not in str([each.data for each in told]) and told[0].data == {
        "commitment": published.commitment
    }


def test_who_failed_is_drawn_more_often() -> None:
    pool = [sampling.Candidate(number, str(number), 2 if number == 1 else 0, 0, 1, True) for number in range(1, 11)]
    assert [each.weight for each in pool] == [7] + [1] * 9
    times = sum(sampling.drawn(str(seed), pool, 1)[0].id == 1 for seed in range(2000))
    assert 0.38 < times / 2000 < 0.50  # 7 of 16


def test_visible_rows_are_the_producers_own(world: World) -> None:
    write(world, world.ama, "draft-0001")
    with world.db.read.begin() as session:
        assert len(session.scalars(visible(world.ama, FarmEntry)).all()) == 1
        assert session.scalars(visible(world.ben, FarmEntry)).all() == []
        assert session.scalars(visible(world.ben, Inspection)).all() == []


def test_an_entry_asks_no_more_of_a_plot_with_many_coded_harvests_than_of_one_with_few(world: World) -> None:
    asked: list[str] = []
    sa.event.listen(world.db.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))

    def writing(key: str) -> int:
        asked.clear()
        write(world, world.ama, key, kind="work", what="除草")
        return len(asked)

    def harvests(first: int, last: int) -> None:
        for number in range(first, last):
            batch = world.declare(key=f"harvest-{number:04d}")
            world.issue(batch, 3, f"form-{number}")

    harvests(0, 2)
    few = writing("draft-0001")
    harvests(2, 12)
    assert writing("draft-0002") == few
