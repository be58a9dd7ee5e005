"""A barcode typed or scanned at the public entrance finds its products, and the page says that it proves nothing."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from world import Sold, World, signed_in
from world.reading import see
from yipin.models import Product

JSON = {"Accept": "application/json"}
BARCODE = "6901234567892"


@pytest.fixture
def product(world: World, app: Flask, sold: Sold) -> Product:
    """An approved product, whose producer has stated its barcode on its page."""
    ama = signed_in(app, "ama")
    answer = ama.post(f"/producer/products/{sold.batch.product_id}/barcode", data={"barcode": "6901234 567892"})
    assert answer.status_code == 302
    return world.get(Product, sold.batch.product_id)


def test_a_barcode_leads_from_the_search_box_to_its_products(client: FlaskClient, product: Product) -> None:
    for typed in (BARCODE, "6 901234 567892", "６９０１２３４５６７８９２"):
        assert client.get("/find", query_string={"q": typed}).headers["Location"] == f"/barcode/{BARCODE}"
    page = client.get(f"/barcode/{BARCODE}").text
    assert "炎陵黄桃" in page and "Ama 黄桃合作社" in page and f"/p/{product.id_number}" in see(page).links
    assert "证明不了您手里这一件是真是假" in page and "请扫二维码" in page and "正品" not in page
    told = client.get(f"/barcode/{BARCODE}", headers=JSON).json
    assert [each["id_number"] for each in told["products"]] == [product.id_number] and "证明不了" in told["note"]


def test_a_barcode_that_nobody_registered_says_nothing_of_the_goods(client: FlaskClient, product: Product) -> None:
    for path in ("/find?q=4006381333931", "/barcode/4006381333931"):
        answer = client.get(path)
        assert answer.status_code == 404 and "这不说明商品是真是假" in answer.text
    assert see(client.get("/find?q=4006381333931").text).values["q"] == ["4006381333931"]


@pytest.mark.parametrize(("typed", "why"), [("6901234567893", "抄错了一位"), ("2100000000012", "店内码")])
def test_a_barcode_that_cannot_be_one_is_refused_with_the_reason(client: FlaskClient, typed: str, why: str) -> None:
    for path in (f"/find?q={typed}", f"/barcode/{typed}"):
        answer = client.get(path)
        assert answer.status_code == 422 and why in answer.text


def test_a_product_that_waits_for_review_is_not_found_by_its_barcode(
    app: Flask, world: World, client: FlaskClient
) -> None:
    typed = {"name": "一种茶", "commodity": "green-tea", "regime": "other", "barcode": BARCODE}
    assert signed_in(app, "ama").post("/producer/products/new", data=typed).status_code == 302
    assert client.get(f"/barcode/{BARCODE}").status_code == 404


def test_a_refused_barcode_comes_back_at_its_field_with_what_was_typed(app: Flask, sold: Sold) -> None:
    page = signed_in(app, "ama").post(f"/producer/products/{sold.batch.product_id}/barcode", data={"barcode": "69"})
    assert page.status_code == 422 and see(page.text).values["barcode"] == ["69"] and "13 位数字" in page.text


def test_growers_and_officers_find_a_product_by_its_barcode(app: Flask, product: Product) -> None:
    for login, page in (("ama", "producer"), ("chen", "bureau")):
        found = signed_in(app, login).get("/search/", query_string={"q": BARCODE})
        assert found.headers["Location"] == f"/{page}/products/{product.id}"
    assert signed_in(app, "ben").get("/search/", query_string={"q": BARCODE}).status_code == 200
    assert BARCODE in signed_in(app, "chen").get(f"/bureau/products/{product.id}").text
