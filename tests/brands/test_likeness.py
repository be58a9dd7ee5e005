"""Nobody borrows a brand by another spelling, and officers see what a name is like."""

import pytest
from flask import Flask

from world import World, signed_in
from world.chains import do
from yipin.brands import directory, licences, likeness
from yipin.errors import Invalid
from yipin.models import Brand, Producer, Product
from yipin.register import products
from yipin.register.commodities import ProductGoods

SPELLINGS = ("炎陵黄桃", "炎陵黃桃", "炎 陵黄桃", "炎陵·黄桃", "新鲜炎陵黃桃礼盒")
PEACH = ProductGoods("peach")
OWN = {"kind": "product", "recognised_on": "", "clause": "本社自有"}


@pytest.mark.parametrize("name", SPELLINGS)
def test_a_regional_brand_is_used_under_its_rules_however_it_is_spelled(world: World, name: str) -> None:
    with pytest.raises(Invalid, match="产品名称里有“炎陵黄桃”") as refused:
        do(world, products.submit_product, world.ama, name=name, brand="")
    assert refused.value.field == "brand"
    with pytest.raises(Invalid, match="名称里有区域公用品牌“炎陵黄桃”|目录里已经有“炎陵黄桃”") as refused:
        do(world, directory.declare, world.ama, name=name, **OWN)
    assert refused.value.field == "name"


def test_under_one_brand_no_other_is_used(world: World) -> None:
    own = do(world, directory.declare, world.ama, name="阿玛山园", **OWN)
    for name in ("攸县大豆配炎陵黄桃", "阿玛山园攸縣大豆"):
        for brand in ("yanling-peach", own.key):
            with pytest.raises(Invalid, match="产品名称里有“(攸县大豆|炎陵黄桃)”"):
                do(world, products.submit_product, world.ama, name=name, brand=brand)


def test_the_name_of_a_brand_is_written_as_the_directory_has_it(world: World) -> None:
    with pytest.raises(Invalid, match="请照目录里的写法写品牌名“炎陵黄桃”"):
        do(world, products.submit_product, world.ama, name="炎陵黃桃礼盒", brand="yanling-peach")
    do(world, products.submit_product, world.ama, name="炎陵黄桃礼盒", brand="yanling-peach")


def test_a_spelling_of_before_gives_way_where_the_brand_may_not_be_used(world: World) -> None:
    product = do(world, products.submit_product, world.ama, name="炎陵黄桃礼盒", brand="yanling-peach")
    with world.db.write.begin() as session:
        row = session.get_one(Product, product.id)
        for name, plain in (("炎陵黃桃", "黄桃"), ("炎陵黄桃礼盒", "黄桃礼盒"), ("锦绣桃", "锦绣桃")):
            row.name = name
            session.flush()
            assert row.name_under(None) == plain.replace("黄桃", row.brand.plain_name or "农产品")
            assert row.name_under(row.brand) == name
        session.rollback()


def test_two_products_of_a_producer_do_not_share_a_name(world: World) -> None:
    do(world, products.submit_product, world.ama, name="锦绣桃（礼盒）", brand="", goods=PEACH)
    for name in ("锦绣桃(礼盒)", "錦繡桃 （礼盒）"):
        with pytest.raises(Invalid, match="您已经有一个叫"):
            do(world, products.submit_product, world.ama, name=name, brand="", goods=PEACH)
    do(world, products.submit_product, world.ben, name="锦绣桃（礼盒）", brand="", goods=PEACH)


def test_a_licence_finds_its_producer_in_every_spelling(world: World) -> None:
    with world.db.write.begin() as session:
        brand = session.query(Brand).filter_by(key="yanling-peach").one()
        licence = licences.enter(session, world.chen, brand, producer="ａｍａ黃桃合作社", valid_from="2026-02-01")
        assert licence.producer_id == world.ama.producer_id


def test_officers_see_what_a_product_a_producer_and_a_brand_are_like(world: World, app: Flask) -> None:
    product = do(world, products.submit_product, world.ama, name="炎陵红桃", brand="", goods=PEACH)
    brand = do(world, directory.declare, world.ben, name="阿玛 黄桃", **OWN)
    with world.db.write.begin() as session:
        ama, ben = (session.get_one(Producer, who.producer_id) for who in (world.ama, world.ben))
        ama.name, ben.name = "炎陵黄桃合作社", "炎陵黃桃合作社"
        session.info["told"] = True
        session.info.pop("untold", None)
        found = [likeness.of_product(session, session.get_one(Product, product.id)), likeness.of_producer(session, ama)]
        assert [[(one.name, one.same) for one in each] for each in found] == [
            [("炎陵黄桃", False)],
            [("炎陵黃桃合作社", True), ("炎陵黄桃", False)],
        ]
        assert likeness.of_brand(session, session.get_one(Brand, brand.id)) == []
        session.rollback()
    chen = signed_in(app, "chen")
    assert "与区域公用品牌“炎陵黄桃”相同或相近" in chen.get(f"/bureau/products/{product.id}").text
    assert "相同或相近" not in chen.get(f"/bureau/brands/{brand.id}").text
