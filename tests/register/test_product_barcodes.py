"""A producer states the barcode of its products: one each, checked, and kept in the history."""

import pytest

from world import World
from yipin.audit import log
from yipin.codes.barcode import example_barcode
from yipin.errors import Conflict, Invalid
from yipin.models import Action, Product
from yipin.register import product_barcodes, products
from yipin.register.commodities import ProductGoods

BARCODE, OTHER = "6901234567892", "6901234567885"


def stated(world: World, product_id: int, typed: str) -> Product:
    with world.db.write.begin() as session:
        product_barcodes.set_barcode(session, world.ama, session.get_one(Product, product_id), typed)
    return world.get(Product, product_id)


def submitted(world: World, name: str, barcode: str) -> Product:
    with world.db.write.begin() as session:
        goods = ProductGoods("green-tea")
        return products.submit_product(session, world.ama, name=name, brand="", goods=goods, barcode=barcode)


def test_the_barcode_of_an_approved_product_stands_at_once_and_its_history_is_kept(world: World) -> None:
    product = world.declare().product_id
    assert stated(world, product, "6901234 567892").barcode == BARCODE
    assert stated(world, product, OTHER).barcode == OTHER
    assert stated(world, product, " ").barcode is None
    with world.db.read.begin() as session:
        told = log.events_of(session, session.get_one(Product, product))
        changed = [
            event.data["corrected"]["product_barcode"] for event in told if event.action == Action.PRODUCT_BARCODE
        ]
        assert sorted(changed, key=str) == sorted([[None, BARCODE], [BARCODE, OTHER], [OTHER, None]], key=str)


def test_the_same_again_is_no_change(world: World) -> None:
    product = world.declare().product_id
    stated(world, product, BARCODE)
    with pytest.raises(Conflict):
        stated(world, product, BARCODE)


def test_one_barcode_is_one_product_of_a_producer(world: World) -> None:
    stated(world, world.declare().product_id, BARCODE)
    with pytest.raises(Invalid, match=BARCODE):
        submitted(world, "另一种茶", BARCODE)
    tea = submitted(world, "一种茶", OTHER)
    assert tea.barcode == OTHER
    with pytest.raises(Conflict, match="登记表"):
        stated(world, tea.id, BARCODE)  # it waits for review, and is mended in its form


def test_a_product_that_comes_back_without_a_word_of_its_barcode_keeps_it(world: World) -> None:
    tea = submitted(world, "一种茶", OTHER)
    with world.db.write.begin() as session:
        products.submit_product(session, world.ama, name="一种绿茶", brand="", product=session.get_one(Product, tea.id))
    assert world.get(Product, tea.id).barcode == OTHER


@pytest.mark.parametrize("typed", ["690123456789", "6901234567893", "2100000000012", example_barcode(1)])
def test_what_no_shop_could_scan_as_this_product_is_refused(world: World, typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        submitted(world, "一种茶", typed)
    assert refused.value.field == "barcode"
