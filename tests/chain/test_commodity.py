"""Goods stay what they are: ten kilograms of loofahs are not received, bought in, merged or worked into soybeans."""

import pytest
import sqlalchemy as sa
from flask import Flask

from world import USCC, World, reviewed, signed_in
from world.chains import do, harvest, made, product_of, sent, works_of
from world.imported import taken_in
from world.reading import digest, see
from yipin.chain import acts
from yipin.chain.balance import Taken
from yipin.errors import Conflict, Invalid
from yipin.imports import work
from yipin.imports.outcome import found
from yipin.models import Batch, Product, Shipment, TableImport
from yipin.register import commodities
from yipin.register.commodities import ProductGoods


@pytest.fixture
def loofahs(world: World) -> Shipment:
    """Ten kilograms of Ama's loofahs, on their way to Ben."""
    batch = harvest(world, world.ama, product_of(world, world.ama, "霞阳丝瓜"), "50")
    return sent(world, world.ama, batch, quantity="10", uscc=USCC["ben"])


def received(world: World, shipment: Shipment, product: str) -> Batch:
    with world.db.write.begin() as session:
        row = session.get_one(Shipment, shipment.id)
        return acts.receive(session, world.ben, row, product=product, pack_size="1")


def unsaid(world: World, product: str) -> None:
    """As a product of before there were commodities stands in the record."""
    with world.db.engine.begin() as connection:
        connection.execute(sa.update(Product).where(Product.id == int(product)).values(commodity=None, materials=None))


def said(world: World, product: str, commodity: str = "", materials: str = "") -> None:
    with world.db.write.begin() as session:
        row = session.get_one(Product, int(product))
        commodities.set_goods(session, world.chen, row, ProductGoods(commodity, materials))


def test_loofahs_are_not_received_as_soybeans(world: World, loofahs: Shipment) -> None:
    beans = product_of(world, world.ben, "本地大豆")
    before = digest(world.db)
    with pytest.raises(Invalid, match="发来的货是“丝瓜”，产品“本地大豆”是“大豆”") as refused:
        received(world, loofahs, beans)
    assert refused.value.field == "product" and digest(world.db) == before
    got = received(world, loofahs, product_of(world, world.ben, "收来的丝瓜"))
    with world.db.read.begin() as session:
        assert session.get_one(Batch, got.id).product.commodity == "loofah"


def test_the_form_offers_what_the_goods_are_and_refuses_a_forged_answer(
    world: World, app: Flask, loofahs: Shipment
) -> None:
    beans, ben, path = (
        product_of(world, world.ben, "本地大豆"),
        signed_in(app, "ben"),
        f"/producer/shipments/{loofahs.id}/receive",
    )
    page = see(ben.get(path).text)
    assert "product" not in page.values and "这批货是“丝瓜”，您还没有审核通过的“丝瓜”产品" in page.text
    assert "/producer/products/new?commodity=loofah" in page.links
    forged = {"product": beans, "pack_size": "1", "loss": ""}
    answer = ben.post(path, data=forged)
    assert answer.status_code == 422 and "收货不能改品类" in " ".join(see(answer.text).messages)
    assert see(ben.get("/producer/products/new?commodity=loofah").text).values["commodity"] == ["丝瓜"]
    ben.post("/producer/products/new", data={"name": "收来的丝瓜", "commodity": "丝瓜", "regime": "fresh"})
    assert "您的“收来的丝瓜”是“丝瓜”，还在审核" in see(ben.get(path).text).text
    with world.db.write.begin() as session:
        waiting = session.scalars(sa.select(Product).where(Product.name == "收来的丝瓜")).one()
        reviewed(session, world.chen, waiting)
    page = see(ben.get(path).text)
    assert "收来的丝瓜" in page.text and "本地大豆" not in page.text
    assert ben.post(path, data=forged).status_code == 422
    assert ben.post(path, data=forged | {"product": str(waiting.id)}).status_code == 302
    assert signed_in(app, "ama").get(path).status_code == 409 and app.test_client().get(path).status_code == 302


def test_a_product_that_nobody_has_said_anything_of_takes_nothing_in(world: World, loofahs: Shipment) -> None:
    product, works = product_of(world, world.ben, "收来的丝瓜"), works_of(world, world.ben)
    unsaid(world, product)
    ways = (
        lambda: received(world, loofahs, product),
        lambda: do(world, acts.purchase, world.ben, made(product, works, "10"), acts.Seller("某农户")),
    )
    for way in ways:
        with pytest.raises(Invalid, match="“收来的丝瓜”的品类还没有由监管人员确认") as refused:
            way()
        assert refused.value.field == "product"
    said(world, product, "loofah")
    for way in ways:
        way()


def test_goods_that_nobody_has_said_anything_of_are_not_taken_in(world: World, app: Flask, loofahs: Shipment) -> None:
    product = product_of(world, world.ben, "收来的丝瓜")
    unsaid(world, str(world.get(Batch, loofahs.batch_id).product_id))
    with pytest.raises(Invalid, match="“霞阳丝瓜”的品类还没有由监管人员确认"):
        received(world, loofahs, product)
    page = see(signed_in(app, "ben").get(f"/producer/shipments/{loofahs.id}/receive").text)
    assert "确认以后才能收" in page.text and "product" not in page.values


def test_only_approved_raw_materials_are_worked_into_other_goods(world: World, app: Flask) -> None:
    ama, works = world.ama, works_of(world, world.ama)
    loofahs = harvest(world, ama, product_of(world, ama, "霞阳丝瓜"), "50")
    tofu, packed = product_of(world, ama, "香干"), product_of(world, ama, "净菜丝瓜")
    parts = [Taken(loofahs.id_number, "10")]
    with pytest.raises(Invalid, match="“香干”审核过的原料里没有“丝瓜”；要用它，请监管人员在产品页补上原料") as refused:
        do(world, acts.process, ama, parts, made(tofu, works, "5"))
    assert refused.value.field == "product"
    page = signed_in(app, "ama").get(f"/producer/batches/{loofahs.id_number}/process").text
    assert f'value="{packed}"' in page and f'value="{tofu}"' not in page
    assert do(world, acts.process, ama, parts, made(packed, works, "5"))  # sorted and packed, they are loofahs still
    said(world, tofu, materials="大豆、丝瓜", commodity="dried-tofu")
    assert do(world, acts.process, ama, parts, made(tofu, works, "5"))


def test_once_goods_have_passed_on_a_commodity_stays(world: World, loofahs: Shipment) -> None:
    product = product_of(world, world.ben, "收来的丝瓜")
    said(world, product, "bitter-gourd")
    said(world, product, "loofah")
    received(world, loofahs, product)
    for row, other in ((product, "霞阳丝瓜"), (str(world.get(Batch, loofahs.batch_id).product_id), "收来的丝瓜")):
        with pytest.raises(Conflict, match=f"和“{other}”之间已经有货往来"):
            said(world, row, "bitter-gourd")
    said(world, product, "loofah", "丝瓜")  # raw materials can still be added


def test_a_product_of_other_goods_than_its_brands_is_not_imported(world: World) -> None:
    for commodity, told in (("soybean", "品牌“炎陵黄桃”的货是“黄桃”，不是“大豆”"), ("", None), ("yellow-peach", None)):
        row = taken_in(world, "products", 1, name=f"炎陵黄桃{commodity}", brand="yanling-peach", commodity=commodity)
        work.judge(world.db, world.installation, row.id)
        faults = found(world.get(TableImport, row.id).found).faults
        assert [str(fault.message) for fault in faults] == ([f"{told}；请改品类，或者不用这个品牌"] if told else []), (
            commodity
        )
