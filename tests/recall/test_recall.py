"""One act stops everything that a cause reaches; a drill measures it and changes nothing."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from bench.tracing import OFFICER, graph

from world import NOW, World
from world.chains import do, harvest, made, product_of, sent, works_of
from world.scans import look
from yipin.access.actor import Actor
from yipin.audit import holds
from yipin.chain import acts
from yipin.chain.balance import Taken
from yipin.db import Database
from yipin.errors import Conflict, Invalid, NotFound
from yipin.models import Batch, BatchState, Event, Plot, RecallAct, RecallKind, Visitor
from yipin.recall import acts as recall_acts
from yipin.recall import notices, roots
from yipin.recall import reach as recall_reach
from yipin.scan import lookup
from yipin.scan.facts_cache import BatchFactsCache
from yipin.scan.looks import Reader
from yipin.scan.verdicts import Verdict

Chain = dict[str, Batch]


@pytest.fixture
def chained(world: World) -> Chain:
    """beans → tofu → two parts, one of them with codes and a shipment; other beans stay aside."""
    ama = world.ama
    beans, tofu, works = product_of(world, ama, "八月黄豆"), product_of(world, ama, "手工香干"), works_of(world, ama)
    first, other = harvest(world, ama, beans, "300"), harvest(world, ama, beans, "200", "2026-07-12")
    done = do(world, acts.process, ama, [Taken(first.id_number, "100", "0", "2")], made(tofu, works, "200"))
    small, large = do(world, acts.split, ama, done.id_number, [("50", "0.5"), ("100", "0.5")])
    run = world.print(world.issue(small, 4), "roll-50x30")
    world.release(run)
    sent(world, ama, small, first="1", last="2")
    return {"first": first, "other": other, "tofu": done, "small": small, "large": large}


def names(reach: recall_reach.Reach, chained: Chain) -> list[str]:
    known = {batch.id: name for name, batch in chained.items()}
    return [known[row.id] for row in reach.batches]


def acted(world: World, who: Actor, kind: RecallKind, begun: list[int], reason: str = "检出违禁农药") -> RecallAct:
    with world.db.write.begin() as session:
        return recall_acts.act(session, who, kind, begun, cause="一批大豆", reason=reason)


def states(world: World, chained: Chain) -> dict[str, str]:
    return {name: str(world.get(Batch, batch.id).state) for name, batch in chained.items()}


def test_a_cause_reaches_all_that_its_goods_went_into_and_nothing_else(world: World, chained: Chain) -> None:
    with world.db.read.begin() as session:
        first = roots.roots_of_batch(session, world.chen, chained["first"].id_number)
        found = recall_reach.reach(session, world.chen, first)
    assert names(found, chained) == ["first", "tofu", "small", "large"]
    assert (found.units, found.customers, found.elsewhere) == (4, 1, 0)
    assert [(each.customer, each.first, each.count) for each in found.deliveries] == [("天元区演示超市", 0, 2)]


def test_a_plot_and_its_days_are_a_cause(world: World, chained: Chain) -> None:
    with world.db.read.begin() as session:
        plot = session.get_one(Plot, chained["first"].plot_id)
        day = chained["other"].harvest_date
        assert roots.roots_of_plot(session, world.chen, plot, day, day) == [chained["other"].id]


def test_a_supplier_and_its_lot_are_a_cause(world: World, chained: Chain) -> None:
    product, works = str(chained["tofu"].product_id), str(chained["tofu"].plot_id)
    bought = [
        do(world, acts.purchase, world.ama, made(product, works, "10"), acts.Seller("某粮行", lot))
        for lot in ("A-1", "A-2")
    ]
    with world.db.read.begin() as session:
        assert roots.roots_of_supplier(session, world.chen, "某粮行", "A-2") == [bought[1].id]
        assert roots.roots_of_supplier(session, world.chen, "某粮行") == [row.id for row in bought]


def test_one_act_recalls_them_all_and_the_next_scan_says_so(world: World, chained: Chain) -> None:
    digits = world.codes(world.issue(chained["small"], 1, key="more"))
    address, cache = world.address(digits[0]), BatchFactsCache(world.db)
    with world.db.read.begin() as session:
        before = lookup.present(session, world.installation, digits[0], NOW, cache)
    row = acted(world, world.chen, RecallKind.RECALL, [chained["first"].id])
    with world.db.read.begin() as session:
        after = lookup.present(session, world.installation, digits[0], NOW, cache)
    assert (before.answer.verdict, after.answer.verdict) == (Verdict.NOT_RELEASED, Verdict.RECALLED), address
    assert states(world, chained) == {"other": "on_sale"} | dict.fromkeys(
        ("first", "tofu", "small", "large"), "recalled"
    )
    assert (row.batches, row.units) == (4, 5)


def test_what_has_grown_since_the_officer_looked_is_shown_again_before_it_is_stopped(
    world: World, chained: Chain
) -> None:
    do(world, acts.split, world.ama, chained["large"].id_number, [("10", "0.5")])
    for seen in (4, 6):
        with pytest.raises(Conflict, match=f"刚才看到的是 {seen} 批，现在涉及 5 批"), world.db.write.begin() as session:
            recall_acts.act(
                session, world.chen, RecallKind.HOLD, [chained["first"].id], cause="大豆", reason="待查", seen=seen
            )
    assert set(states(world, chained).values()) == {"on_sale"}
    with world.db.write.begin() as session:
        recall_acts.act(
            session, world.chen, RecallKind.HOLD, [chained["first"].id], cause="大豆", reason="待查", seen=5
        )


def test_of_more_than_a_thousand_batches_none_is_left_out(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path}/yipin.db")
    layers = graph(db, 1_500)
    with db.write.begin() as session:
        reached = recall_reach.reach(session, OFFICER, layers[0])
        assert len(reached.batches) > 1_200
        recall_acts.act(session, OFFICER, RecallKind.RECALL, layers[0], cause="一批大豆", reason="检出违禁农药")
    with db.read.begin() as session:
        stopped = set(session.scalars(sa.select(Batch.id).where(Batch.state == BatchState.RECALLED)))
        told = session.scalars(sa.select(Event.object_id).where(Event.action == "batch.recall"))
        assert stopped == set(told) == {row.id for row in reached.batches}
    db.dispose()


def test_every_recalled_batch_has_its_event_and_its_producer_a_notice(world: World, chained: Chain) -> None:
    acted(world, world.chen, RecallKind.RECALL, [chained["first"].id])
    with world.db.read.begin() as session:
        told = sa.select(Event.object_id).where(Event.action == "batch.recall", Event.reason == "检出违禁农药")
        assert set(session.scalars(told)) == {chained[name].id for name in ("first", "tofu", "small", "large")}
        assert len(notices.notices_for(session, chained["first"].producer_id)) == 1


def test_a_hold_leaves_what_is_recalled_and_a_second_one_finds_nothing_to_do(world: World, chained: Chain) -> None:
    with world.db.write.begin() as session:
        holds.recall(session, world.chen, session.get_one(Batch, chained["large"].id), "先召回了")
    acted(world, world.chen, RecallKind.HOLD, [chained["first"].id])
    assert states(world, chained)["large"] == "recalled"
    assert states(world, chained)["tofu"] == "on_hold"
    with pytest.raises(Conflict, match="都已经停下"):
        acted(world, world.chen, RecallKind.HOLD, [chained["first"].id])
    acted(world, world.chen, RecallKind.RECALL, [chained["first"].id])
    assert states(world, chained)["tofu"] == "recalled"


def test_a_drill_measures_and_changes_nothing(world: World, chained: Chain) -> None:
    row = acted(world, world.chen, RecallKind.DRILL, [chained["first"].id], "年度演练")
    assert set(states(world, chained).values()) == {"on_sale"}
    with world.db.read.begin() as session:
        actions = list(session.scalars(sa.select(Event.action).order_by(Event.id.desc()).limit(1)))
        assert actions == ["recall.drill"]
        assert list(session.scalars(sa.select(Event.id).where(Event.action == "batch.recall"))) == []
        assert notices.notices_for(session, chained["first"].producer_id) == []
    assert (row.batches, row.milliseconds >= 0) == (4, True)


def test_an_officer_of_a_county_stops_what_is_the_countys_and_sees_that_there_is_more(
    world: World, chained: Chain
) -> None:
    officer = world.officer_of("430223")
    with world.db.read.begin() as session:
        found = recall_reach.reach(session, officer, [chained["first"].id])
        with pytest.raises(NotFound):
            roots.roots_of_batch(session, officer, chained["first"].id_number)
    assert (names(found, chained), found.elsewhere) == (["tofu", "small", "large"], 1)
    acted(world, officer, RecallKind.HOLD, [chained["first"].id])
    assert states(world, chained)["first"] == BatchState.ON_SALE


def test_an_act_wants_a_reason_and_a_cause_that_reaches_something(world: World, chained: Chain) -> None:
    with pytest.raises(Invalid, match="至少 2 个字"):
        acted(world, world.chen, RecallKind.HOLD, [chained["first"].id], "")
    with pytest.raises(Invalid, match="没有符合的批次"):
        acted(world, world.chen, RecallKind.HOLD, [])


def test_looks_of_people_are_counted_over_all_that_is_reached(world: World, chained: Chain) -> None:
    digits = world.codes(world.issue(chained["large"], 1, key="more"))
    for address in ("192.0.2.1", "192.0.2.2"):
        look(world, digits[0], Reader(Visitor.PERSON, address, "phone"))
    with world.db.read.begin() as session:
        assert recall_reach.reach(session, world.chen, [chained["first"].id]).scans == 2
