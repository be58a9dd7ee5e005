"""Every public place shows a product's picture once it is approved, and before that a drawing of its class."""

import io
import re

from flask import Flask
from flask.testing import FlaskClient

from world import Sold, World, signed_in
from world.pictures import kept, upload
from world.reading import see

RED, BLUE = (200, 30, 30), (30, 30, 200)


def send(grower: FlaskClient, path: str, colour: tuple[int, int, int] = RED, **typed: str) -> None:
    answer = grower.post(path, data=typed | {"picture": (io.BytesIO(upload(colour)), "a.png")})
    assert answer.status_code == 302, see(answer.text).messages


def shown(officer: FlaskClient, product: int) -> dict[str, list[str]]:
    """The values of the hidden controls on the review page of a product."""
    page = officer.get(f"/bureau/products/{product}").text
    assert all(officer.get(path).status_code == 200 for path in re.findall(r'src="(/files/[^"]+)"', page))
    return see(page).values


def public(client: FlaskClient, sold: Sold, number: str) -> dict[str, list[str]]:
    """The addresses of pictures on every public place that may show one of this product."""
    places = {
        "pack": client.get(f"/{sold.digits[0]}").text,
        "batch": client.get(f"/b/{sold.batch.id_number}", follow_redirects=True).text,
        "product": client.get(f"/p/{number}", follow_redirects=True).text,
        "brand": client.get("/brands/yanling-peach").text,
        "brands": client.get("/brands").text,
        "home": client.get("/").text,
    }
    return {name: sorted(set(re.findall(r"/picture/[0-9A-Za-z-]+\.jpg", text))) for name, text in places.items()}


CARDS = ("pack", "batch", "product")


def test_a_picture_is_public_once_county_and_city_have_seen_it_and_stays_until_the_next_is(
    world: World, app: Flask, sold: Sold
) -> None:
    world.officer_of("430225")
    ama, county, city, anyone = (
        signed_in(app, "ama"),
        signed_in(app, "officer-430225"),
        signed_in(app, "chen"),
        app.test_client(),
    )
    product = sold.batch.product_id
    number = str(ama.get("/producer/").text.split('class="idnumber">')[1][:19].replace(" ", ""))
    drawn = public(anyone, sold, number)
    assert not any(drawn.values())

    def decide(officer: FlaskClient, mark: str) -> None:
        answer = officer.post(f"/bureau/products/{product}/picture/approve", data={"mark": mark})
        assert answer.status_code == 302, answer.text

    former: list[str] = []
    for colour in (RED, BLUE):
        send(ama, f"/producer/products/{product}/picture", colour)
        page = county.get("/bureau/pictures").text
        mark = re.findall(rf"/files/products/{product}/([0-9a-f]+)\.jpg", page)[0]
        assert "待审照片" in page and anyone.get(f"/picture/{number}-{mark}.jpg").status_code == 404
        assert anyone.get(f"/files/products/{product}/{mark}.jpg").status_code == 302  # to the log-in
        assert {name: public(anyone, sold, number)[name] for name in CARDS} == dict.fromkeys(CARDS, former)
        decide(county, mark)
        assert "这里没有等着办的" in county.get("/bureau/pictures").text and mark in city.get("/bureau/pictures").text
        assert public(anyone, sold, number)["pack"] == former
        decide(city, mark)
        assert {name: public(anyone, sold, number)[name] for name in CARDS} == dict.fromkeys(
            CARDS, [f"/picture/{number}-{mark}.jpg"]
        )
        assert anyone.get(f"/picture/{number}-{mark}.jpg").data == kept(colour)
        assert all(anyone.get(path).status_code == 404 for path in former)
        former = [f"/picture/{number}-{mark}.jpg"]
    down = {"mark": mark, "reason": "拍的不是这种桃"}
    assert city.post(f"/bureau/products/{product}/picture/return", data=down).status_code == 302
    assert not any(public(anyone, sold, number).values()) and anyone.get(former[0]).status_code == 404


def test_the_officers_of_a_new_product_see_its_picture_and_decide_on_both_at_once(world: World, app: Flask) -> None:
    world.officer_of("430225")
    ama, county, city = signed_in(app, "ama"), signed_in(app, "officer-430225"), signed_in(app, "chen")
    send(ama, "/producer/products/new", name="霞阳白桃", brand="", description="", regime="fresh", commodity="黄桃")
    with world.db.read.begin() as session:
        product = session.connection().exec_driver_sql("SELECT max(id) FROM products").scalar_one()
    for officer in (county, city):
        values = shown(officer, product)
        assert values["picture"] == values["mark"] and len(values["mark"]) == 1
        answer = officer.post(f"/bureau/products/{product}/approve", data={"picture": values["picture"][0]})
        assert answer.status_code == 302
    page = ama.get(f"/producer/products/{product}").text
    assert "扫码页上显示的就是这一张" in page


def test_only_the_picture_of_a_new_product_is_returned_and_its_producer_sees_why(world: World, app: Flask) -> None:
    ama, ben, city = signed_in(app, "ama"), signed_in(app, "ben"), signed_in(app, "chen")
    send(ama, "/producer/products/1/picture")
    mark = shown(city, 1)["mark"][0]
    empty = city.post("/bureau/products/1/picture/return", data={"mark": mark, "reason": ""})
    assert empty.status_code == 422 and see(empty.text).messages
    city.post("/bureau/products/1/picture/return", data={"mark": mark, "reason": "照片上是李子"})
    for path in ("/producer/", "/producer/products/1"):
        assert "照片上是李子" in ama.get(path).text, path
    path = f"/files/products/1/{mark}.jpg"
    assert (ama.get(path).status_code, ben.get(path).status_code, city.get(path).status_code) == (200, 404, 200)
    assert (
        ben.post("/producer/products/1/picture", data={"picture": (io.BytesIO(upload(RED)), "a.png")}).status_code
        == 404
    )


def test_no_file_and_a_file_that_is_no_picture_are_told_on_the_page_of_the_product(app: Flask) -> None:
    ama = signed_in(app, "ama")
    for data in ({}, {"picture": (io.BytesIO(b"GIF89a"), "a.jpg")}):
        answer = ama.post("/producer/products/1/picture", data=data)
        assert answer.status_code == 422 and see(answer.text).messages, data


def test_what_was_changed_since_the_officer_looked_is_told(app: Flask) -> None:
    ama, city = signed_in(app, "ama"), signed_in(app, "chen")
    send(ama, "/producer/products/1/picture", RED)
    mark = shown(city, 1)["mark"][0]
    send(ama, "/producer/products/1/picture", BLUE)
    answer = city.post("/bureau/products/1/picture/approve", data={"mark": mark})
    assert answer.status_code == 422 and "换过了" in answer.text
