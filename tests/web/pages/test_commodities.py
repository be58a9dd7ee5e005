"""What goods are, on the pages: chosen by the producer, looked at by county and city, confirmed of older products by one click."""

import io

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from world import Sold, World, signed_in
from world.chains import product_of
from world.reading import see
from yipin.models import Product


@pytest.fixture
def chen(app: Flask) -> FlaskClient:
    return signed_in(app, "chen")


@pytest.fixture
def older(world: World) -> dict[str, int]:
    """Three products of before there were commodities."""
    rows = {name: int(product_of(world, world.ama, name, "peach")) for name in ("山垄大豆", "礼盒")}
    with world.db.engine.begin() as connection:
        rows["炎陵黄桃"] = (
            connection.scalar(sa.select(Product.id).where(Product.producer_id == world.ama.producer_id)) or 0
        )
        gone = sa.update(Product).where(Product.id.in_(rows.values()))
        connection.execute(gone.values(commodity=None, materials=None))
    return rows


def kept(world: World, product: int) -> tuple[str | None, str | None]:
    row = world.get(Product, product)
    return row.commodity, row.materials


def test_the_home_page_counts_and_the_list_confirms_by_one_click(
    world: World, chen: FlaskClient, older: dict[str, int]
) -> None:
    assert "待确认品类的产品 3" in see(chen.get("/bureau/").text).text
    page = see(chen.get("/bureau/commodities").text)
    assert "确认是“黄桃”" in page.text and "确认是“大豆”" in page.text and "看不出来，去定" in page.text
    assert "共 3 件" in page.text
    typed = {"commodity": "yellow-peach", "from": "list"}
    answer = chen.post(f"/bureau/products/{older['炎陵黄桃']}/goods", data=typed, follow_redirects=True)
    assert answer.request.path == "/bureau/commodities" and "共 2 件" in see(answer.text).text
    assert kept(world, older["炎陵黄桃"]) == ("yellow-peach", "")
    for product, commodity in ((older["山垄大豆"], "Soybeans"), (older["礼盒"], "香干")):
        assert chen.post(f"/bureau/products/{product}/goods?lang=en", data={"commodity": commodity}).status_code == 302
    assert kept(world, older["山垄大豆"])[0] == "soybean" and kept(world, older["礼盒"]) == ("dried-tofu", "soybean")
    assert "Every product has its commodity" in see(chen.get("/bureau/commodities").text).text
    assert "待确认品类的产品" not in see(chen.get("/bureau/?lang=zh").text).text


def test_the_list_and_its_click_are_the_officers_of_the_county(world: World, app: Flask, older: dict[str, int]) -> None:
    world.officer_of("430223")
    path, click = f"/bureau/products/{older['炎陵黄桃']}/goods", {"commodity": "yellow-peach"}
    ama, other, nobody = signed_in(app, "ama"), signed_in(app, "officer-430223"), app.test_client()
    assert ama.get("/bureau/commodities").status_code == 403 and ama.post(path, data=click).status_code == 403
    assert (
        "共" not in see(other.get("/bureau/commodities").text).text and other.post(path, data=click).status_code == 404
    )
    assert nobody.get("/bureau/commodities").status_code == 302 and nobody.post(path, data=click).status_code == 302
    assert kept(world, older["炎陵黄桃"]) == (None, None)


def test_a_refused_correction_keeps_what_was_typed(world: World, chen: FlaskClient, older: dict[str, int]) -> None:
    answer = chen.post(f"/bureau/products/{older['炎陵黄桃']}/goods", data={"commodity": "丝瓜", "materials": "大豆"})
    page = see(answer.text)
    assert answer.status_code == 422 and "的货是“黄桃”，不是“丝瓜”" in " ".join(page.messages)
    assert "丝瓜" in page.values["commodity"] and page.values["materials"] == ["大豆"]


def test_county_and_city_see_what_does_not_fit(world: World, app: Flask, chen: FlaskClient) -> None:
    ama = signed_in(app, "ama")
    form = {"name": "山垄丝瓜", "commodity": "大豆", "materials": "", "regime": "fresh"}
    assert ama.post("/producer/products/new", data=form).status_code == 302
    with world.db.read.begin() as session:
        product = session.scalars(sa.select(Product).where(Product.name == "山垄丝瓜")).one().id
    world.officer_of("430225")
    for officer in (signed_in(app, "officer-430225"), chen):
        page = see(officer.get(f"/bureau/products/{product}").text).text
        assert "名称“山垄丝瓜”像是“丝瓜”，报的品类是“大豆”" in page and "品类“大豆”通常属于" in page
    good = see(ama.get(f"/producer/products/{product}").text)
    assert "大豆" in good.values["commodity"]


def test_everyone_is_told_what_the_goods_are(world: World, app: Flask, chen: FlaskClient, sold: Sold) -> None:
    ama, anyone, batch = signed_in(app, "ama"), app.test_client(), sold.batch.id_number
    number = world.get(Product, sold.batch.product_id).id_number
    for browser, path in (
        (anyone, f"/{sold.digits[0]}"),
        (anyone, f"/b/{batch}"),
        (anyone, f"/p/{number}"),
        (ama, f"/producer/batches/{batch}"),
        (ama, f"/producer/products/{sold.batch.product_id}"),
        (chen, f"/bureau/batches/{batch}"),
        (chen, f"/bureau/products/{sold.batch.product_id}"),
    ):
        assert "Yellow peaches" in see(browser.get(f"{path}?lang=en").text).text, path
    told = anyone.get(f"/{sold.digits[0]}?lang=en", headers={"Accept": "application/json"}).json
    assert (told["commodity"], told["commodity_text"]) == ("yellow-peach", "Yellow peaches")
    for path in ("products.xlsx?state=approved", "batches.xlsx?"):
        for lang, words in (("zh", {"品类", "黄桃"}), ("en", {"Commodity", "Yellow peaches"})):
            file = chen.get(f"/bureau/exports/{path}&lang={lang}").data
            sheet = openpyxl.load_workbook(io.BytesIO(file)).active
            assert words <= {cell.value for row in sheet.iter_rows() for cell in row}, path
