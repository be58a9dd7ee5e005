"""What a batch may claim follows its goods: where they grew, who made them, through whose hands they came."""

from dataclasses import dataclass
from datetime import date

import pytest
import sqlalchemy as sa

from world import NOW, World
from world.chains import do, made, works_of
from world.growers import TODAY, certify, claimed, grower, handed_on, license_, product, put_together
from world.insured import insured
from yipin.access.actor import Actor
from yipin.audit import holds
from yipin.brands import licences
from yipin.certification import claims as certification
from yipin.chain import acts
from yipin.chain.balance import Taken
from yipin.codes.payload import Fact
from yipin.commitment import certificates
from yipin.errors import Conflict
from yipin.insurance import coverage
from yipin.insurance.coverage import Cover
from yipin.models import Batch, BrandLicence, Certification, PrintRun, Product
from yipin.printing import runs
from yipin.provenance import allowance
from yipin.scan import id_numbers
from yipin.scan.answer import Answer
from yipin.web import answer_json

on_one_database = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
ORGANIC, GREEN = "001OP2600001", "LB-00-24010000000A"


@dataclass
class Market:
    """Cai of 攸县 sells 攸县大豆, licensed and with an organic certificate; Dan of 芦淞区 sells 白关丝瓜, licensed as well; Eve
    of 攸县 grows 攸县大豆 too, and is neither licensed nor certified."""

    world: World
    cai: Actor
    dan: Actor
    eve: Actor
    beans: str
    loofah: str
    eves: str

    def beans_of(self, who: Actor | None = None, **changes: str) -> Batch:
        who = who or self.cai
        wanted = self.eves if who is self.eve else self.beans
        return self.world.declare(who, product=wanted, quantity="100", pack_size="0.5", **changes)


@pytest.fixture
def market(world: World) -> Market:
    cai, dan, eve = (grower(world, login) for login in ("cai", "dan", "eve"))
    license_(world, cai, "youxian-soybean")
    license_(world, dan, "baiguan-loofah")
    beans = product(world, cai, "攸县大豆", "youxian-soybean")
    loofah = product(world, dan, "白关丝瓜", "baiguan-loofah")
    eves = product(world, eve, "攸县大豆", "youxian-soybean")
    certify(world, beans, "organic", ORGANIC)
    return Market(world, cai, dan, eve, beans, loofah, eves)


def scanned(world: World, batch: Batch, day: date = TODAY) -> Answer:
    with world.db.read.begin() as session:
        return id_numbers.look_up_batch(session, world.installation, batch.id_number, NOW.replace(day=day.day))


def brand(world: World, batch: Batch, day: date = TODAY) -> str | None:
    found = claimed(world, batch, day).brand
    return found and found.name


def numbers(world: World, batch: Batch, day: date = TODAY) -> list[str]:
    return [row.number for row in claimed(world, batch, day).certificates]


def label(world: World, batch: Batch, who: Actor) -> tuple[str, str | None]:
    text = world.print(world.issue(batch, 1, key=f"i{batch.id}", who=who), key=f"p{batch.id}", who=who).job["text"]
    return text["name"], text["brand"]


def test_loofah_received_as_soybeans_claims_nothing_of_the_soybeans(market: Market, world: World) -> None:
    with world.db.write.begin() as session:
        insured(session, world.chen, session.get_one(Product, int(market.beans)))
    loofah = world.declare(market.dan, product=market.loofah, quantity="100", pack_size="0.5")
    taken = product(world, market.cai, "收来的丝瓜")
    batch = handed_on(world, loofah, market.dan, market.cai, taken)
    with world.db.write.begin() as session:  # as an older record may hold it
        named = session.get_one(Product, int(market.beans))
        session.execute(
            sa.text("UPDATE batches SET product_id = :product, brand_id = :brand WHERE id = :id"),
            {"product": named.id, "brand": named.brand_id, "id": batch.id},
        )
    answer = scanned(world, batch)
    assert answer.card and (answer.card.product, answer.card.brand) == ("大豆", None)
    assert answer.certifications == () and answer.insurance and answer.insurance.status is Cover.PENDING
    assert [(lapse.claim, str(lapse.why)) for lapse in answer.lapses] == [
        ("攸县大豆", "货不是在“攸县大豆”的产区里出的")
    ]
    codes = world.issue(batch, 2, who=market.cai)
    assert codes.facts == 0
    assert label(world, batch, market.cai) == ("大豆", None)
    with world.db.read.begin() as session:
        row = session.get_one(Batch, batch.id)
        told = certificates.wording(session, world.installation.policy, row, TODAY)
        assert told["product"] == "大豆" and coverage.covering(session, row) == []


def test_what_grew_in_the_area_is_sold_under_brand_and_certificate(market: Market, world: World) -> None:
    batch = market.beans_of()
    assert brand(world, batch) == "攸县大豆" and numbers(world, batch) == [ORGANIC]
    assert label(world, batch, market.cai) == ("攸县大豆", "攸县大豆")
    answer = scanned(world, batch)
    assert [(badge.number, badge.source) for badge in answer.certifications] == [(ORGANIC, None)]
    assert answer.lapses == ()


def test_a_certificate_comes_with_the_goods_and_names_whose_it_is(market: Market, world: World) -> None:
    sold = market.beans_of()
    batch = handed_on(world, sold, market.cai, market.eve, market.eves)
    (badge,) = scanned(world, batch).certifications
    assert (badge.number, badge.source) == (ORGANIC, "Cai 合作社")
    assert Fact.ORGANIC in Fact(world.issue(batch, 1, who=market.eve).facts)
    assert brand(world, batch) is None  # Eve is not licensed


def test_what_the_receiver_is_certified_for_does_not_become_the_goods(market: Market, world: World) -> None:
    batch = handed_on(world, market.beans_of(market.eve), market.eve, market.cai, market.beans)
    assert numbers(world, batch) == [] and brand(world, batch) is None
    assert str(claimed(world, batch).why) == "不是每个来源批次都能用“攸县大豆”"


@on_one_database
def test_a_licensed_receiver_sells_the_brands_goods_under_the_brand(market: Market, world: World) -> None:
    license_(world, market.eve, "youxian-soybean", "2026-07-20")
    batch = handed_on(world, market.beans_of(market.eve), market.eve, market.cai, market.beans)
    assert brand(world, batch) == "攸县大豆"


@on_one_database
def test_put_together_goods_keep_what_all_of_them_have(market: Market, world: World) -> None:
    own, certified = (
        market.beans_of(market.eve),
        handed_on(world, market.beans_of(), market.cai, market.eve, market.eves),
    )
    other = handed_on(world, market.beans_of(), market.cai, market.eve, market.eves)
    assert numbers(world, put_together(world, market.eve, certified, other)) == [ORGANIC]
    assert numbers(world, put_together(world, market.eve, certified, own)) == []
    certify(world, market.eves, "organic", "002OP2600002")
    both = claimed(world, put_together(world, market.eve, certified, own))
    assert [(badge.number, badge.source) for badge in both.badges] == [(ORGANIC, "Cai 合作社"), ("002OP2600002", None)]


@on_one_database
def test_what_is_made_has_the_makers_certificate_and_not_that_of_its_raw_materials(
    market: Market, world: World
) -> None:
    curd, works = product(world, market.cai, "手工豆腐"), works_of(world, market.cai)
    parts = [Taken(market.beans_of().id_number, "10")]
    batch = do(world, acts.process, market.cai, parts, made(curd, works, "5", "2026-07-20"))
    assert numbers(world, batch) == []
    certify(world, curd, "green", GREEN)
    assert numbers(world, batch) == [GREEN]


@on_one_database
def test_a_brand_of_what_is_made_asks_where_the_raw_materials_grew(market: Market, world: World) -> None:
    license_(world, market.cai, "youxian-tofu")
    tofu, works = product(world, market.cai, "攸县香干", "youxian-tofu"), works_of(world, market.cai)
    here = do(
        world,
        acts.process,
        market.cai,
        [Taken(market.beans_of().id_number, "10")],
        made(tofu, works, "5", "2026-07-20"),
    )
    assert brand(world, here) == "攸县香干"
    form = made(market.beans, works, "20", "2026-07-18")
    bought = do(world, acts.purchase, market.cai, form, acts.Seller("外地粮行"))
    other = do(world, acts.process, market.cai, [Taken(bought.id_number, "10")], made(tofu, works, "5", "2026-07-20"))
    assert brand(world, other) is None and "没有核实" in str(claimed(world, other).why)
    with world.db.write.begin() as session:
        allowance.allow(session, world.chen, session.get_one(Batch, other.id), "协会章程不限原料产地")
    assert brand(world, other) == "攸县香干"


def test_what_was_bought_from_outside_claims_nothing_and_the_page_says_so(market: Market, world: World) -> None:
    works = works_of(world, market.cai)
    with world.db.write.begin() as session:
        row = session.get_one(Product, int(market.beans))
        insured(session, world.chen, row, scope="producer", subject=row.producer.uscc or "")
    form = made(market.beans, works, "20", "2026-07-18")
    bought = do(world, acts.purchase, market.cai, form, acts.Seller("外地粮行"))
    mixed = put_together(world, market.cai, bought, market.beans_of())
    for batch in (bought, mixed):
        assert brand(world, batch) is None and numbers(world, batch) == []
        answer = scanned(world, batch)
        assert answer.card and answer.card.bought and answer.card.place is None
        assert answer.insurance and answer.insurance.status is Cover.PENDING
        assert label(world, batch, market.cai) == ("大豆", None)
    with pytest.raises(Conflict, match="没有核实"), world.db.write.begin() as session:
        allowance.allow(session, world.chen, session.get_one(Batch, bought.id), "看过发票")
    with world.db.read.begin() as session:
        told = certificates.wording(session, world.installation.policy, session.get_one(Batch, bought.id), TODAY)
        assert (told["product"], told["place"]) == ("大豆", "外购，未核实")


@on_one_database
def test_what_is_harvested_elsewhere_or_out_of_season_is_not_sold_under_the_brand(market: Market, world: World) -> None:
    early = world.declare(harvest_date="2026-07-14")
    assert brand(world, early) is None and "产季" in str(claimed(world, early).why)
    part = do(world, acts.split, world.ama, early.id_number, [("5", "2.5")])[0]
    assert brand(world, part) is None
    with world.db.write.begin() as session:
        allowance.allow(session, world.chen, session.get_one(Batch, early.id), "协会已公告")
    assert brand(world, early) == "炎陵黄桃"
    (later,) = do(world, acts.split, world.ama, early.id_number, [("5", "2.5")])
    assert brand(world, later) == "炎陵黄桃"


def test_a_licence_that_has_ended_takes_the_badge_off_and_the_page_says_why(market: Market, world: World) -> None:
    batch = market.beans_of()
    with world.db.write.begin() as session:
        row = session.scalars(sa.select(BrandLicence).where(BrandLicence.producer_id == market.cai.producer_id)).one()
        licences.end(session, world.chen, row, "协会收回")
    answer = scanned(world, batch)
    assert answer.card and (answer.card.product, answer.card.brand) == ("大豆", None)
    assert [(lapse.is_brand, lapse.claim, str(lapse.why)) for lapse in answer.lapses] == [
        (True, "攸县大豆", "没有“攸县大豆”今天有效的使用许可")
    ]


@on_one_database
def test_labels_of_a_brand_that_has_lapsed_are_not_printed_again(market: Market, world: World) -> None:
    batch = market.beans_of()
    run = world.print(world.issue(batch, 1, who=market.cai), who=market.cai)
    with world.db.write.begin() as session:
        runs.record_reprint(session, market.cai, session.get_one(PrintRun, run.id), "卡纸")
        row = session.scalars(sa.select(BrandLicence).where(BrandLicence.producer_id == market.cai.producer_id)).one()
        licences.end(session, world.chen, row, "协会收回")
    with pytest.raises(Conflict, match="不能照原样再打"), world.db.write.begin() as session:
        runs.record_reprint(session, market.cai, session.get_one(PrintRun, run.id), "卡纸")


@on_one_database
def test_a_certificate_that_has_ended_is_told_of_where_the_code_says_it(market: Market, world: World) -> None:
    first, second = market.beans_of(), market.beans_of()
    world.issue(first, 1, who=market.cai)
    with world.db.write.begin() as session:
        row = session.scalars(sa.select(Certification).where(Certification.number == ORGANIC)).one()
        certification.withdraw(session, world.chen, row, "认证机构撤销")
    told = [(lapse.claim, str(lapse.why)) for lapse in scanned(world, first).lapses]
    assert told == [("有机产品", "今天没有管得到这些货的有效证书")]
    assert scanned(world, first).certifications == () and scanned(world, second).lapses == ()


def test_what_came_of_a_recalled_batch_claims_nothing(market: Market, world: World) -> None:
    sold = market.beans_of()
    batch = handed_on(world, sold, market.cai, market.eve, market.eves)
    world.issue(batch, 1, who=market.eve)
    with world.db.write.begin() as session:
        holds.recall(session, world.chen, session.get_one(Batch, sold.id), "农残超标")
    answer = scanned(world, batch)
    assert answer.certifications == ()
    assert [(lapse.claim, str(lapse.why)) for lapse in answer.lapses] == [("有机产品", "用到的来源批次已经召回")]


@on_one_database
def test_the_data_of_a_scan_tell_the_source_and_what_has_lapsed(market: Market, world: World, app) -> None:  # type: ignore[no-untyped-def]
    batch = handed_on(world, market.beans_of(), market.cai, market.eve, market.eves)
    world.issue(batch, 1, who=market.eve)
    with app.test_request_context("/?lang=en"):
        facts = answer_json.as_json(scanned(world, batch))
    assert isinstance(facts["certifications"], list) and facts["certifications"][0]["source"] == "Cai 合作社"
    assert facts["lapsed"] == [] and facts["bought"] is False
    client = app.test_client()
    assert "来自Cai 合作社" in client.get(f"/b/{batch.id_number}").text
    assert "from Cai 合作社" in client.get(f"/b/{batch.id_number}?lang=en").text
