"""A card without a photograph draws the class of its goods, and never other goods."""

import pytest
import sqlalchemy as sa
from flask import Flask

from world import World
from yipin.models import Brand, Product, Regime
from yipin.scan.drawing import Drawing, drawing_of

D = Drawing


def product(name: str, brand: Brand | None = None, regime: Regime = Regime.FRESH) -> Product:
    return Product(name=name, brand=brand, regime=regime)


@pytest.mark.parametrize(
    ("name", "drawn"),
    [
        ("攸县大豆", D.GRAIN),
        ("炎陵黄桃 5斤装", D.FRUIT),
        ("炎陵黄桃礼盒", D.FRUIT),
        ("白关丝瓜", D.VEGETABLE),
        ("本地土豆", D.VEGETABLE),
        ("明前绿茶", D.TEA),
        ("桃源大米", D.GRAIN),
        ("黑山羊", D.MEAT),
        ("茶陵白芷", D.PLAIN),  # a place with tea in its name
        ("桃花鸡", D.MEAT),
        ("土鸡蛋", D.PLAIN),
        ("醴陵油茶", D.PLAIN),
        ("黄桃（罐头）", D.PLAIN),  # says two things
        ("示范品", D.PLAIN),
        ("", D.PLAIN),
    ],
)
def test_the_name_says_the_class_by_the_word_that_it_ends_in(name: str, drawn: Drawing) -> None:
    assert drawing_of(product(name)) is drawn


def test_processed_food_is_drawn_as_such_and_brand_and_name_must_agree() -> None:
    peach = Brand(name="炎陵黄桃", plain_name="黄桃")
    assert drawing_of(product("黄桃", regime=Regime.PROCESSED)) is D.PROCESSED
    assert drawing_of(product("甜甜", peach)) is D.FRUIT
    assert drawing_of(product("大豆", peach)) is D.PLAIN


def test_no_brand_of_the_policy_is_drawn_as_other_goods(world: World) -> None:
    wanted = dict.fromkeys(("黄桃",), D.FRUIT) | dict.fromkeys(("丝瓜", "黄辣椒", "生姜", "大蒜"), D.VEGETABLE)
    wanted |= {"红茶": D.TEA, "大豆": D.GRAIN, "香干": D.PROCESSED, "茶油": D.PROCESSED, "风干鹅": D.MEAT}
    with world.db.read.begin() as session:
        for brand in session.scalars(sa.select(Brand).where(Brand.producer_id.is_(None))):
            drawn = drawing_of(product(brand.name, brand))
            assert drawn is wanted.get(brand.plain_name or brand.name, D.PLAIN), brand.name


def test_the_page_of_soybeans_shows_no_peach(world: World, app: Flask) -> None:
    mine = sa.update(Product).where(Product.producer_id == world.ama.producer_id)
    with world.db.engine.begin() as connection:
        number = connection.scalar(
            mine.values(name="本地大豆", brand_id=None, commodity="soybean").returning(Product.id_number)
        )
    page = app.test_client().get(f"/p/{number}").text
    assert 'data-drawing="grain"' in page and "M112 64c-30-14" not in page
