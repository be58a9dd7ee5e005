"""Batches become one another: split, merged, processed, received; and no goods come of nothing."""

from decimal import Decimal

import pytest
import sqlalchemy as sa

from world import USCC, World
from world.chains import do, harvest, made, product_of, sent, works_of
from yipin.audit import holds
from yipin.chain import acts, shipping
from yipin.chain.balance import Taken
from yipin.chain.lineage import downstream, edges, upstream
from yipin.errors import Conflict, Invalid
from yipin.models import Batch, BatchLink, Event, Origin, Shipment
from yipin.recall import reach

Chain = dict[str, Batch]


@pytest.fixture
def tofu(world: World) -> Chain:
    """Two fields of soybeans, 300 and 200 kg; of 100 (loss 2.5) and 50.25 kg of them 250 kg of 香干."""
    ama = world.ama
    beans, tofu, works = product_of(world, ama, "八月黄豆"), product_of(world, ama, "手工香干"), works_of(world, ama)
    first, second = harvest(world, ama, beans, "300"), harvest(world, ama, beans, "200", "2026-07-12")
    parts = [Taken(first.id_number, "100", "2.5", "1.7"), Taken(second.id_number, "50.25", "", "1.7")]
    done = do(world, acts.process, ama, parts, made(tofu, works, "250"))
    return {"first": first, "second": second, "tofu": done}


def test_a_processed_batch_knows_what_went_into_it_and_its_sources_what_they_became(world: World, tofu: Chain) -> None:
    with world.db.read.begin() as session:
        back, on = upstream(session, tofu["tofu"].id), downstream(session, tofu["first"].id)
        between = edges(session, tofu["tofu"].id)
    assert [(node.id_number, node.depth) for node in back] == [
        (tofu["first"].id_number, 1),
        (tofu["second"].id_number, 1),
    ]
    assert [(node.product, node.origin) for node in on] == [("手工香干", Origin.PROCESSED)]
    assert [(edge.taken, edge.loss) for edge in between] == [(Decimal(100), Decimal("2.5")), (Decimal("50.25"), 0)]


def test_what_was_taken_is_gone_from_the_source_to_the_hundredth(world: World, tofu: Chain) -> None:
    assert world.get(Batch, tofu["first"].id).left == Decimal("200")
    assert world.get(Batch, tofu["second"].id).left == Decimal("149.75")
    assert world.get(Batch, tofu["second"].id).quota == 149


def test_more_cannot_come_out_than_the_inputs_make(world: World, tofu: Chain) -> None:
    """(100 − 2.5) × 1.7 + 50.25 × 1.7 = 251.175: 251.17 passes, 251.18 does not."""
    ama, works = world.ama, works_of_ama(world)
    parts = [Taken(tofu["first"].id_number, "100", "2.5", "1.7"), Taken(tofu["second"].id_number, "50.25", "", "1.7")]
    product = str(tofu["tofu"].product_id)
    with pytest.raises(Invalid, match="251.18.*251.175"):
        do(world, acts.process, ama, parts, made(product, works, "251.18"))
    assert do(world, acts.process, ama, parts, made(product, works, "251.17")).quantity == Decimal("251.17")


def works_of_ama(world: World) -> str:
    with world.db.read.begin() as session:
        return str(session.scalar(sa.text("SELECT id FROM plots WHERE kind = 'works'")))


def test_no_more_can_be_taken_than_is_left_and_a_refusal_takes_nothing(world: World, tofu: Chain) -> None:
    ama = world.ama
    with pytest.raises(Invalid, match="只剩 200 kg，不够 200.01"):
        do(world, acts.split, ama, tofu["first"].id_number, [("200.01", "1")])
    assert world.get(Batch, tofu["first"].id).left == Decimal("200")


def test_coded_packs_are_not_there_to_be_taken(world: World, tofu: Chain) -> None:
    world.issue(tofu["first"], 200)
    with pytest.raises(Invalid, match="只剩 0 kg"):
        do(world, acts.split, world.ama, tofu["first"].id_number, [("1", "1")])


def test_what_was_taken_cannot_be_coded(world: World, tofu: Chain) -> None:
    with pytest.raises(Invalid, match="共 200 件"):
        world.issue(tofu["first"], 201)


def test_a_batch_is_split_with_a_loss_told_once(world: World, tofu: Chain) -> None:
    parts = do(world, acts.split, world.ama, tofu["tofu"].id_number, [("100", "0.5"), ("50", "1")], loss="0.75")
    assert [(part.quantity, part.pack_size, part.origin) for part in parts] == [
        (100, Decimal("0.5"), "split"),
        (50, 1, "split"),
    ]
    assert world.get(Batch, tofu["tofu"].id).left == Decimal("99.25")


def test_merged_batches_bear_the_earliest_day_and_the_plot_of_the_largest(world: World, tofu: Chain) -> None:
    parts = [Taken(tofu["first"].id_number, "60"), Taken(tofu["second"].id_number, "80", "1")]
    whole = do(world, acts.merge, world.ama, parts, pack_size="5")
    assert (whole.quantity, whole.harvest_date.isoformat()) == (Decimal("139"), "2026-07-10")
    assert whole.plot_id == tofu["second"].plot_id


def test_only_one_product_is_merged(world: World, tofu: Chain) -> None:
    beans = harvest(world, world.ama, product_of(world, world.ama, "九月黄大豆"), "60")
    for other, why in ((beans, "同一个产品"), (tofu["tofu"], "同一个品类")):
        with pytest.raises(Invalid, match=why):
            parts = [Taken(tofu["first"].id_number, "60"), Taken(other.id_number, "60")]
            do(world, acts.merge, world.ama, parts, pack_size="5")


@pytest.mark.parametrize("state", ["hold", "recall"])
def test_nothing_is_made_of_a_batch_that_is_stopped(world: World, tofu: Chain, state: str) -> None:
    with world.db.write.begin() as session:
        getattr(holds, state)(session, world.chen, session.get_one(Batch, tofu["first"].id), "抽检不合格")
    with pytest.raises(Conflict, match="已冻结或召回"):
        do(world, acts.split, world.ama, tofu["first"].id_number, [("1", "1")])


def test_a_neighbour_can_take_nothing_of_it(world: World, tofu: Chain) -> None:
    with pytest.raises(Invalid, match="您没有身份证号为"):
        do(world, acts.split, world.ben, tofu["first"].id_number, [("1", "1")])


def test_a_batch_stands_once_among_what_goes_in(world: World, tofu: Chain) -> None:
    parts = [Taken(tofu["first"].id_number, "1"), Taken(tofu["first"].id_number.lower(), "2")]
    with pytest.raises(Invalid, match="同一个批次只能写一行"):
        do(world, acts.merge, world.ama, parts, pack_size="1")
    assert world.get(Batch, tofu["first"].id).left == Decimal("200")


def test_goods_are_not_made_before_their_inputs_were_there(world: World, tofu: Chain) -> None:
    parts = [Taken(tofu["second"].id_number, "1")]
    late = made(str(tofu["tofu"].product_id), works_of_ama(world), "0.5", "2026-07-11")
    with pytest.raises(Invalid, match="不能早于原料的日期 2026年7月12日"):
        do(world, acts.process, world.ama, parts, late)


def test_the_same_form_sent_twice_is_one_act(world: World, tofu: Chain) -> None:
    twice = [do(world, acts.split, world.ama, tofu["first"].id_number, [("10", "1")], key="f") for _ in range(2)]
    assert twice[0][0].id == twice[1][0].id
    assert world.get(Batch, tofu["first"].id).left == Decimal("190")


def test_goods_go_from_producer_to_producer_and_the_way_is_whole(world: World, tofu: Chain) -> None:
    ben = world.ben
    goods = sent(world, world.ama, tofu["tofu"], quantity="40", uscc="93430225000000002C")
    assert world.get(Batch, tofu["tofu"].id).left == Decimal("210")
    product = product_of(world, ben, "香干小包")
    with world.db.write.begin() as session:
        got = acts.receive(
            session, ben, session.get_one(Shipment, goods.id), product=product, pack_size="0.25", loss="0.5"
        )
    with world.db.read.begin() as session:
        back = upstream(session, got.id)
    assert got.quantity == Decimal("39.5")
    assert [(node.producer, node.depth) for node in back] == [
        ("Ama 黄桃合作社", 1),
        ("Ama 黄桃合作社", 2),
        ("Ama 黄桃合作社", 2),
    ]
    with world.db.write.begin() as session, pytest.raises(Conflict, match="已经收过"):
        acts.receive(session, ben, session.get_one(Shipment, goods.id), product=product, pack_size="0.25")


def test_goods_are_taken_in_by_whom_they_were_sent_to_and_only_while_they_are_on_the_way(
    world: World, tofu: Chain
) -> None:
    goods = [sent(world, world.ama, tofu["tofu"], quantity="10", uscc=USCC["ben"]) for _ in range(2)]
    mine, bens = product_of(world, world.ama, "香干大包"), product_of(world, world.ben, "香干小包")
    with world.db.write.begin() as session:
        shipping.cancel(session, world.ama, session.get_one(Shipment, goods[1].id), "车坏了")
    for who, product, row in ((world.ama, mine, goods[0]), (world.ben, bens, goods[1])):
        with pytest.raises(Conflict, match="不是发给您的"), world.db.write.begin() as session:
            acts.receive(session, who, session.get_one(Shipment, row.id), product=product, pack_size="1")
    with world.db.write.begin() as session:
        got = acts.receive(session, world.ben, session.get_one(Shipment, goods[0].id), product=bens, pack_size="1")
        with pytest.raises(Conflict, match="已经收货"):
            shipping.cancel(session, world.ama, session.get_one(Shipment, goods[0].id), "车坏了")
    assert got.quantity == Decimal(10)


def test_a_way_of_thirteen_steps_is_followed_to_both_its_ends(world: World, tofu: Chain) -> None:
    way = [tofu["tofu"]]
    for n in range(13):
        way.append(do(world, acts.split, world.ama, way[-1].id_number, [(str(200 - 10 * n), "0.5")])[0])
    with world.db.read.begin() as session:
        ahead, behind = downstream(session, way[0].id), upstream(session, way[-1].id)
        reached = reach.reach(session, world.chen, [tofu["first"].id]).batches
    assert [(node.id, node.depth) for node in ahead] == [(batch.id, n) for n, batch in enumerate(way)][1:]
    assert [(node.id, node.depth) for node in behind][:13] == [(batch.id, 13 - n) for n, batch in enumerate(way)][
        12::-1
    ]
    assert {node.id for node in behind[13:]} == {tofu["first"].id, tofu["second"].id}
    assert [row.id for row in reached] == [tofu["first"].id, *(batch.id for batch in way)]


def test_goods_of_a_stranger_end_at_a_name(world: World, tofu: Chain) -> None:
    product = product_of(world, world.ama, "外购大豆")
    got = do(
        world,
        acts.purchase,
        world.ama,
        made(product, works_of_ama(world), "500", pack_size="50"),
        acts.Seller("某粮行", "A-7"),
    )
    assert (got.origin, got.supplier, got.supplier_lot) == (Origin.RECEIVED, "某粮行", "A-7")


def test_every_batch_that_gave_or_came_to_be_has_its_event(world: World, tofu: Chain) -> None:
    with world.db.read.begin() as session:
        told = sa.select(Event.action, Event.object_id).where(Event.object_kind == "batches")
        found = {tuple(row) for row in session.execute(told)}
    assert {
        ("batch.use", tofu["first"].id),
        ("batch.use", tofu["second"].id),
        ("batch.declare", tofu["tofu"].id),
    } <= found


def test_the_database_itself_refuses_goods_of_nothing(world: World, tofu: Chain) -> None:
    with pytest.raises(sa.exc.IntegrityError), world.db.write.begin() as session:
        session.connection().execute(sa.text("UPDATE batches SET used = quantity + 1"))
    with pytest.raises(sa.exc.IntegrityError), world.db.write.begin() as session:
        session.connection().execute(sa.update(BatchLink.__table__).values(loss=sa.text("taken + 1")))
