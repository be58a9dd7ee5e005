"""A brand's name is carried only under a licence in force and by what was harvested in season, unless an officer lets it."""

from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from world import NOW, World
from yipin.audit import log
from yipin.brands import directory, licences
from yipin.clock import day_of
from yipin.errors import Conflict, Invalid
from yipin.indicators import source
from yipin.models import Batch, Brand, BrandLicence, Producer, Product
from yipin.provenance import allowance, claims
from yipin.register import products
from yipin.scan import id_card, id_numbers

on_one_database = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)


def peach(session: Session) -> Brand:
    return session.scalars(sa.select(Brand).where(Brand.key == "yanling-peach")).one()


def of_ama(world: World, session: Session) -> BrandLicence:
    return licences.of_producer(session, world.ama.producer_id or 0)[0]


def face(world: World, batch: Batch) -> tuple[str, str | None]:
    """Name and brand as a scan shows them."""
    with world.db.read.begin() as session:
        card = id_numbers.look_up_batch(session, world.installation, batch.id_number, world.ama.at).card
        assert card
        return card.product, card.brand


def test_a_licensed_harvest_in_season_carries_the_brand(world: World) -> None:
    assert face(world, world.declare()) == ("炎陵黄桃", "炎陵黄桃")


def test_a_harvest_before_the_season_carries_neither_the_brand_nor_its_name(world: World) -> None:
    batch = world.declare(harvest_date="2026-07-14")
    assert face(world, batch) == ("黄桃", None)
    with world.db.read.begin() as session:
        assert "不在“炎陵黄桃”的产季里" in str(
            claims.of_batch(session, session.get_one(Batch, batch.id), day_of(NOW)).why
        )
    assert face(world, world.declare(harvest_date="2026-07-15")) == ("炎陵黄桃", "炎陵黄桃")


def test_without_a_licence_the_label_and_the_page_say_the_plain_name(world: World) -> None:
    before = world.declare()
    with world.db.write.begin() as session:
        licences.end(session, world.chen, of_ama(world, session), "协会收回")
    batch = world.declare()
    assert face(world, batch) == face(world, before) == ("黄桃", None)
    text = world.print(world.issue(batch, 2)).job["text"]
    assert (text["name"], text["brand"]) == ("黄桃", None)
    with world.db.read.begin() as session:
        product = session.get_one(Product, batch.product_id)
        card = id_card.product_card(session, world.installation, product, date(2026, 7, 20))
        assert (card.product, card.brand) == ("黄桃", None)


def test_an_officer_lets_a_batch_carry_the_brand_and_says_why(world: World) -> None:
    batch = world.declare(harvest_date="2026-07-10")
    with world.db.write.begin() as session:
        with pytest.raises(Invalid):
            allowance.allow(session, world.chen, session.get_one(Batch, batch.id), "")
    with world.db.write.begin() as session:
        allowance.allow(session, world.chen, session.get_one(Batch, batch.id), "今年早熟，协会已公告")
    assert face(world, batch) == ("炎陵黄桃", "炎陵黄桃")
    with world.db.read.begin() as session:
        row = session.get_one(Batch, batch.id)
        assert row.brand_reason == "今年早熟，协会已公告" and log.events_of(session, row)[-1].action == "batch.brand"
    with pytest.raises(Conflict), world.db.write.begin() as session:
        allowance.allow(session, world.chen, session.get_one(Batch, batch.id), "再来一次")


def test_a_producer_applies_and_an_officer_enters_what_the_holder_granted(world: World) -> None:
    with world.db.write.begin() as session:
        licences.end(session, world.chen, of_ama(world, session), "到期不续")
        row = licences.apply(session, world.ama, "yanling-peach")
        with pytest.raises(Conflict, match="正在等"):
            licences.apply(session, world.ama, "yanling-peach")
        with pytest.raises(Invalid, match="早于"):
            licences.grant(session, world.chen, row, valid_from="2026-07-20", valid_to="2026-07-19")
        session.rollback()
    with world.db.write.begin() as session:
        licences.end(session, world.chen, of_ama(world, session), "到期不续")
        row = licences.apply(session, world.ama, "yanling-peach")
        licences.return_(session, world.chen, row, "先签协议")
        row = licences.apply(session, world.ama, "yanling-peach")
        licences.grant(session, world.chen, row, number="YL-1", valid_from="2026-07-20", valid_to="2026-12-31")
        with pytest.raises(Conflict, match="已经可以使用"):
            licences.apply(session, world.ama, "yanling-peach")
    assert face(world, world.declare())[1] == "炎陵黄桃"


@on_one_database
@pytest.mark.parametrize("ended", [None, date(2026, 3, 31)])
def test_a_question_to_the_record_knows_the_same_days_as_the_licence(world: World, ended: date | None) -> None:
    with world.db.write() as session:  # never committed
        row, *others = session.scalars(sa.select(BrandLicence).order_by(BrandLicence.id))
        for other in others:
            other.ended_on = date(2020, 1, 1)
        row.valid_from, row.valid_to, row.ended_on = date(2026, 3, 1), date(2026, 3, 31), ended
        for day in (date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 30), date(2026, 3, 31), date(2026, 4, 1)):
            assert (licences.users(session, day) == {row.brand_id: 1}) is row.in_force(day), day


def test_a_licence_is_in_force_on_its_first_and_last_day_and_not_on_the_day_it_ends(world: World) -> None:
    row = BrandLicence(valid_from=date(2026, 3, 1), valid_to=date(2026, 3, 31))
    days = [date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1)]
    assert [row.in_force(day) for day in days] == [False, True, True, False]
    row.valid_to, row.ended_on = None, date(2026, 3, 31)
    assert [row.in_force(day) for day in days] == [False, True, False, False]
    with world.db.read.begin() as session:
        assert licences.users(session, date(2026, 7, 20)) == {peach(session).id: 2}
        assert licences.users(session, date(2025, 12, 31)) == {}


@on_one_database
def test_a_producer_is_offered_what_it_has_not_and_has_not_asked_for(world: World) -> None:
    with world.db.write.begin() as session:
        producer = session.get_one(Producer, world.ama.producer_id)
        offered = licences.open_to(session, producer, date(2026, 7, 20))
        assert peach(session) not in offered and offered  # it may use that one
        assert {brand.county for brand in offered} <= {producer.county, None}
        licences.apply(session, world.ama, offered[0].key)
        assert offered[0] not in licences.open_to(session, producer, date(2026, 7, 20))


@on_one_database
def test_another_countys_brand_and_another_kind_are_refused(world: World) -> None:
    refused: list[tuple[type[Exception], str, Callable[[Session], object]]] = [
        (Invalid, "别的县市区", lambda s: licences.apply(s, world.ama, "baiguan-loofah")),
        (Invalid, "列表", lambda s: licences.apply(s, world.ama, "nothing")),
        (
            Invalid,
            "没有找到",
            lambda s: licences.enter(s, world.chen, peach(s), producer="谁", valid_from="2026-01-01"),
        ),
        (Invalid, "产品名称里有", lambda s: products.submit_product(s, world.ama, name="高山炎陵黄桃", brand="")),
    ]
    for kind, told, act in refused:
        with pytest.raises(kind, match=told), world.db.write.begin() as session:
            act(session)


@on_one_database
def test_an_own_brand_is_declared_verified_and_counted_once_its_day_is_known(world: World) -> None:
    form = {"kind": "enterprise", "clause": "县发〔2026〕1号"}
    with world.db.write.begin() as session:
        dated = directory.declare(session, world.ama, name="山里红", recognised_on="2026-03-01", **form)
        undated = directory.declare(session, world.ama, name="山里青", recognised_on="", **form)
        directory.declare(session, world.ben, name="没有核实", recognised_on="2026-03-01", **form)
        directory.return_(session, world.chen, dated, "缺文件")
        directory.declare(session, world.ama, name="山里红", recognised_on="2026-03-02", brand=dated, **form)
        for row in (dated, undated):
            directory.verify(session, world.chen, row)
        with pytest.raises(Conflict):
            directory.verify(session, world.chen, dated)
    with world.db.read.begin() as session:
        lines = source.brands(session, world.installation.policy)
        known = {day: [line.product for line in lines if line.known(date(2026, 7, day))] for day in (19, 20)}
        assert known == {19: [], 20: ["山里红"]}
        assert {"山里红", "山里青"} <= {row.name for row in directory.directory(session)}
        assert "没有核实" not in {row.name for row in directory.directory(session)}
