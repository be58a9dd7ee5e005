"""A product has one commodity from its registration on; of older products an officer says it."""

import pytest
import sqlalchemy as sa

from world import World
from world.chains import do, product_of
from yipin.access.actor import Actor
from yipin.brands import directory
from yipin.errors import Conflict, Invalid
from yipin.models import Brand, Event, Product, Review
from yipin.register import commodities, products
from yipin.register.commodities import ProductGoods

TYPED = [
    ("yanling-peach", ProductGoods(), ("yellow-peach", "")),  # what the brand names
    ("yanling-peach", ProductGoods(" 黄 桃 "), ("yellow-peach", "")),
    ("", ProductGoods("香干"), ("dried-tofu", "soybean")),  # what it is usually made of
    ("", ProductGoods("dried-tofu", "black-bean，大豆、黑豆"), ("dried-tofu", "black-bean soybean")),
    ("zhangxia-camellia-oil", ProductGoods(), ("camellia-oil", "camellia-seed")),
]


@pytest.mark.parametrize(("brand", "goods", "kept"), TYPED)
def test_a_product_has_the_commodity_that_was_chosen_or_its_brand_names(
    world: World, brand: str, goods: ProductGoods, kept: tuple[str, str]
) -> None:
    product = do(world, products.submit_product, world.ama, name="礼盒", brand=brand, goods=goods)
    assert (product.commodity, product.materials) == kept
    with world.db.read.begin() as session:
        told = session.scalars(sa.select(Event).where(Event.action == "product.submit").order_by(Event.id)).all()[-1]
    assert (told.data["commodity"], told.data["materials"]) == kept


REFUSED = [
    ("", ProductGoods(), "commodity", "请选品类"),
    ("", ProductGoods("仙草"), "commodity", "没有“仙草”这个品类；请从列表里选"),
    ("", ProductGoods("新鲜丝瓜"), "commodity", "是不是“丝瓜”"),
    ("yanling-peach", ProductGoods("loofah"), "commodity", "的货是“黄桃”，不是“丝瓜”"),
    ("", ProductGoods("香干", "大豆 盐卤"), "materials", "没有“盐卤”"),
    ("", ProductGoods("香干", "大豆 " * 13), "materials", "最多写 12 种"),
]


@pytest.mark.parametrize(("brand", "goods", "field", "why"), REFUSED)
def test_what_is_no_commodity_or_not_the_brands_is_refused(
    world: World, brand: str, goods: ProductGoods, field: str, why: str
) -> None:
    with pytest.raises(Invalid, match=why) as refused:
        do(world, products.submit_product, world.ama, name="礼盒", brand=brand, goods=goods)
    assert refused.value.field == field


def of_before(world: World, who: Actor, name: str, state: Review = Review.APPROVED) -> int:
    """A product that was registered before there were commodities."""
    number = int(product_of(world, who, name, "peach"))
    with world.db.engine.begin() as connection:
        values = {"commodity": None, "materials": None, "state": state}
        connection.execute(sa.update(Product).where(Product.id == number).values(**values))
    return number


def test_older_products_wait_for_an_officer_of_their_county(world: World) -> None:
    known, unknown = of_before(world, world.ama, "锦绣黄桃"), of_before(world, world.ben, "好东西")
    officers = (world.chen, world.officer_of("430225"), world.officer_of("430223"))
    with world.db.read.begin() as session:
        seen = [[row.id for row in session.scalars(commodities.unconfirmed(officer))] for officer in officers]
        guesses = [commodities.proposed(session.get_one(Product, number)) for number in (known, unknown)]
    assert seen == [[known, unknown], [known, unknown], []]
    assert [guess and guess.key for guess in guesses] == ["yellow-peach", None]
    with world.db.write.begin() as session:
        row = session.get_one(Product, known)
        commodities.set_goods(session, world.chen, row, ProductGoods("yellow-peach"))
        with pytest.raises(Conflict, match="没有改动"):
            commodities.set_goods(session, world.chen, row, ProductGoods("yellow-peach"))
    with world.db.read.begin() as session:
        assert [row.id for row in session.scalars(commodities.unconfirmed(world.chen))] == [unknown]
        told = session.scalars(sa.select(Event).where(Event.action == "product.commodity")).one()
    assert (told.data["was"], told.data["commodity"], told.actor_name) == (None, "yellow-peach", "Chen")


def test_nobody_agrees_to_a_product_of_which_it_is_not_said_what_it_is(world: World) -> None:
    number = of_before(world, world.ama, "锦绣黄桃", Review.SUBMITTED)
    with pytest.raises(Conflict, match="还不知道“锦绣黄桃”的品类"), world.db.write.begin() as session:
        products.approve_product(session, world.chen, session.get_one(Product, number))
    with world.db.write.begin() as session:
        row = session.get_one(Product, number)
        commodities.set_goods(session, world.chen, row, ProductGoods("yellow-peach"))
        products.approve_product(session, world.chen, row)
        assert row.state is Review.COUNTY_APPROVED


def test_a_brand_does_not_leave_its_products_behind(world: World) -> None:
    facts = dict.fromkeys(("flagship", "plain_name", "holder", "holder_source", "season_source"), "")
    facts |= {"season_from": "", "season_to": ""}
    for typed, why in (("丝瓜", "品牌下的产品“炎陵黄桃”是“黄桃”"), ("仙草", "没有“仙草”这个品类")):
        with pytest.raises(Invalid, match=why) as refused, world.db.write.begin() as session:
            brand = session.scalars(sa.select(Brand).where(Brand.key == "yanling-peach")).one()
            directory.edit(session, world.chen, brand, facts | {"commodity": typed})
        assert refused.value.field == "commodity"
    with world.db.write.begin() as session:
        brand = session.scalars(sa.select(Brand).where(Brand.key == "liling-camellia")).one()
        assert brand.commodity is None  # the policy does not say whether seeds or oil
        directory.edit(session, world.chen, brand, facts | {"commodity": "茶油"})
        assert brand.commodity == "camellia-oil"


def test_the_policys_brands_name_the_goods_that_they_are_called_by(world: World) -> None:
    with world.db.read.begin() as session:
        for brand in session.scalars(sa.select(Brand).where(Brand.commodity.is_not(None))):
            said = commodities.proposed(Product(name="", brand=brand))
            assert said and said.name == brand.plain_name, brand.key
