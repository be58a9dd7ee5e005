"""Step 5: hold, release, recall; what an officer may see; the log of everything."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from world import NOW, Sold, World, reviewed
from world.listing import listed
from yipin import paging
from yipin.access.actor import Actor
from yipin.audit import batches, holds, log
from yipin.audit.events import EVENTS
from yipin.errors import Conflict, Invalid
from yipin.models import Batch, BatchState, Event, Product, Role
from yipin.register import batches as register_batches
from yipin.register import plots, products
from yipin.register.commodities import ProductGoods
from yipin.scan import looks
from yipin.scan.looks import Reader
from yipin.scan.verdicts import Verdict

ACTS = {"hold": holds.hold, "release": holds.release, "recall": holds.recall}


def act(world: World, name: str, batch: Batch, reason: str = "抽检不合格", hours: int = 0) -> Batch:
    with world.db.write.begin() as session:
        row = session.get_one(Batch, batch.id)
        ACTS[name](session, replace(world.chen, at=NOW + timedelta(hours=hours)), row, reason)
        return row


@pytest.mark.parametrize(
    ("way", "refused"),
    [
        ([], ["release"]),
        (["hold"], ["hold"]),
        (["hold", "release"], ["release"]),
        (["recall"], ["hold", "release", "recall"]),
        (["hold", "recall"], ["hold", "release", "recall"]),
    ],
    ids=lambda names: "-".join(names) or "new",
)
def test_a_batch_goes_only_the_ways_there_are_and_a_recall_is_final(
    world: World, way: list[str], refused: list[str]
) -> None:
    batch = world.declare()
    for name in way:
        act(world, name, batch)
    before = world.get(Batch, batch.id)
    for name in refused:
        with pytest.raises(Conflict):
            act(world, name, batch, hours=1)
    after = world.get(Batch, batch.id)
    assert (after.state, after.state_since) == (before.state, before.state_since)


def test_a_state_says_since_when_and_why(world: World) -> None:
    batch = world.declare()
    assert (batch.state, batch.state_since, batch.state_reason) == (BatchState.ON_SALE, NOW, None)
    held = act(world, "hold", batch, "抽检不合格", hours=1)
    assert (held.state, held.state_since, held.state_reason) == (
        BatchState.ON_HOLD,
        NOW + timedelta(hours=1),
        "抽检不合格",
    )
    recalled = act(world, "recall", batch, "复检仍不合格", hours=2)
    assert (recalled.state_since, recalled.state_reason) == (NOW + timedelta(hours=2), "复检仍不合格")


@pytest.mark.parametrize("name", list(ACTS))
def test_every_act_of_an_officer_needs_a_reason(world: World, name: str) -> None:
    batch = world.declare()
    if name == "release":
        act(world, "hold", batch)
    for reason in ("", " ", "x", "字" * 301, "理由\x00", "<b>理由</b>", "理由🍑"):
        with pytest.raises(Invalid) as answer:
            act(world, name, batch, reason)
        assert answer.value.field == "reason"
    with world.db.read.begin() as session:
        assert len(log.events_of(session, batch)) == (2 if name == "release" else 1)


def test_two_officers_who_hold_at_once_hold_once(world: World) -> None:
    """The second has the page still open; the row says what is true now."""
    batch = world.declare()
    stale = world.get(Batch, batch.id)
    act(world, "hold", batch)
    with pytest.raises(Conflict, match="已经冻结"), world.db.write.begin() as session:
        row = session.merge(stale, load=False)
        assert row.state is BatchState.ON_SALE
        holds.hold(session, world.chen, row, "抽检不合格")


@pytest.fixture
def market(world: World) -> World:
    """Ama has two batches in her county and one on land in 茶陵县; one is held; Ben has one."""
    world.declare(quantity="100")
    act(world, "hold", world.declare(quantity="200"))
    with world.db.write.begin() as session:
        plot = plots.add_plot(
            session, world.ama, world.installation.policy, name="租的地", county="430224", place="x", area_mu="1"
        )
        product = products.submit_product(
            session, world.ama, name="有机100%_大豆", brand="", goods=ProductGoods("soybean")
        )
        reviewed(session, world.chen, product)
    world.declare(plot=str(plot.id), product=str(product.id), quantity="300")
    world.declare(world.ben, quantity="400")
    return world


def quantities(world: World, who: Actor, page: int = 1, **wanted: str) -> list[int]:
    with world.db.read.begin() as session:
        rows = listed(session, batches.BATCHES, who, page, **wanted)
        assert rows.total >= len(rows)
        return [int(row.quantity) for row in rows]


def test_an_officer_sees_the_batches_of_the_scope_newest_first(market: World) -> None:
    assert quantities(market, market.chen) == [400, 300, 200, 100]
    assert quantities(market, market.officer_of("430225")) == [400, 200, 100]
    assert quantities(market, market.officer_of("430224")) == [300]
    assert quantities(market, market.officer_of("430281")) == []
    assert quantities(market, market.ama) == [300, 200, 100]
    assert quantities(market, Actor("nobody", NOW)) == []
    assert quantities(market, replace(market.chen, role=Role.INSURER)) == []


def test_batches_are_filtered_by_county_product_and_state(market: World) -> None:
    chen = market.chen
    assert quantities(market, chen, county="430224") == [300]
    assert quantities(market, chen, state="on_hold") == [200]
    assert quantities(market, chen, state="recalled") == []
    assert quantities(market, chen, product="黄桃") == [400, 200, 100]
    assert quantities(market, chen, product="黄桃", state="on_sale", county="430225") == [400, 100]
    assert quantities(market, chen, state="nonsense") == [400, 300, 200, 100]
    assert quantities(market, market.officer_of("430224"), county="430225") == []  # a filter widens nothing


@pytest.mark.parametrize(
    ("typed", "found"), [("%", [300]), ("_", [300]), ("100%_", [300]), ("'; DROP TABLE batches; --", [])]
)
def test_a_percent_sign_in_the_filter_is_only_a_percent_sign(market: World, typed: str, found: list[int]) -> None:
    assert quantities(market, market.chen, product=typed) == found


def test_a_page_holds_fifty_and_says_how_many_there_are(world: World) -> None:
    form = world.batch_form(world.ama)
    with world.db.write.begin() as session:
        for number in range(paging.PAGE + 3):
            register_batches.declare_batch(session, world.ama, replace(form, quantity=str(number + 10)))
    pages = [quantities(world, world.chen, page=page) for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [50, 3, 3]  # behind the last comes the last
    assert len(set(pages[0] + pages[1])) == 53
    with world.db.read.begin() as session:
        assert listed(session, batches.BATCHES, world.chen, 2).total == 53
        assert len(listed(session, EVENTS, world.chen)) == paging.PAGE
        assert listed(session, EVENTS, world.chen, 2)[0].id == listed(session, EVENTS, world.chen)[-1].id - 1


def test_the_log_is_shown_by_scope(market: World) -> None:
    here, elsewhere = market.officer_of("430225"), market.officer_of("430281")
    with market.db.write.begin() as session:
        batch = session.scalars(sa.select(Batch).where(Batch.county == "430224")).one()
        holds.hold(session, market.chen, batch, "抽检")
    with market.db.read.begin() as session:
        city = listed(session, EVENTS, market.chen)
        ours = listed(session, EVENTS, here)
        assert [event.action for event in city[:1]] == ["batch.hold"]
        assert {event.object_kind for event in ours} == {"batches"}
        assert batch.id not in {event.object_id for event in ours}
        assert list(listed(session, EVENTS, elsewhere)) == []
        assert len(city) > len(ours) > 0


def test_the_events_of_several_objects_come_in_their_order(world: World) -> None:
    batch = world.declare()
    codes = world.issue(batch, 1)
    with world.db.read.begin() as session:
        product = session.get_one(Product, batch.product_id)
        told = log.events_of(session, codes, batch, product)
        assert [event.id for event in told] == sorted(event.id for event in told)
        assert [event.action for event in told][-3:] == ["batch.declare", "codes.issue", "batch.coded"]
        assert log.events_of(session) == []


def test_an_event_of_another_kind_with_the_same_number_is_not_shown(world: World) -> None:
    batch = world.declare()
    with world.db.read.begin() as session:
        others = session.scalars(
            sa.select(Event).where(Event.object_id == batch.id, Event.object_kind != "batches")
        ).all()
        assert others
        assert {event.object_kind for event in log.events_of(session, batch)} == {"batches"}


def test_the_looks_at_a_batch_are_summed_over_its_packs(world: World, sold: Sold) -> None:
    with world.db.read.begin() as session:
        assert batches.scans_of(session, sold.batch) == batches.ScanSummary(0, 0, None, None)
    for ordinal, hours in ((0, 0), (0, 1), (2, 5)):
        with world.db.looks.write.begin() as session:
            person = Reader.of("203.0.113.9", "Android")
            when = NOW + timedelta(hours=hours)
            look = looks.Look(person, (sold.batch.id, ordinal), Verdict.GENUINE, when)
            looks.count(session, [look], world.installation.policy.clone)
    with world.db.read.begin() as session:
        assert batches.scans_of(session, sold.batch) == batches.ScanSummary(3, 2, NOW, NOW + timedelta(hours=5))


@pytest.mark.parametrize("use", holds.Use)
def test_one_rule_refuses_what_is_stopped_and_each_act_says_it_in_its_words(world: World, use: holds.Use) -> None:
    batch = world.declare()
    assert holds.stopped(batch, use) is None
    holds.refuse_stopped(batch, use)
    for stop in (holds.hold, holds.recall):
        with world.db.write.begin() as session:
            row = session.get_one(Batch, batch.id)
            stop(session, world.chen, row, "抽检不合格")
            with pytest.raises(Conflict, match="冻结" if stop is holds.hold else "召回"):
                holds.refuse_stopped(row, use)


def test_a_withdrawn_batch_is_refused_where_a_held_one_is_not(world: World) -> None:
    batch = world.declare()
    held = act(world, "hold", batch)
    holds.refuse_withdrawn(held)
    act(world, "release", batch)
    with world.db.write.begin() as session:
        row = session.get_one(Batch, batch.id)
        holds.withdraw(session, world.ama, row, "登记重了")
        with pytest.raises(Conflict, match="已撤销"):
            holds.refuse_withdrawn(row)
        holds.restore(session, world.ama, row)
        holds.refuse_withdrawn(row)
