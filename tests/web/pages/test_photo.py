"""Scanning on the home page: a camera where the browser can, and for every other browser a photograph that is read here."""

import io

import zxingcpp
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from world import Sold, World
from world.reading import see
from yipin import clock
from yipin.accounts import attempts
from yipin.web import proofs

BARCODE = "6901234567892"


def square(text: str, side: int = 600) -> Image.Image:
    """A QR symbol as a camera sees it: grey, askew, with much around it."""
    drawn = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M").to_image(scale=8)
    symbol = Image.fromarray(drawn).convert("L").point(lambda light: 60 + light * 150 // 255)
    seen = Image.new("L", (1600, 1200), 120)
    seen.paste(symbol.resize((side, side)).rotate(7, expand=True, fillcolor=210), (500, 300))
    return seen


def barcode_beside(seen: Image.Image) -> Image.Image:
    lines = zxingcpp.create_barcode(BARCODE, zxingcpp.BarcodeFormat.EAN13).to_image(scale=3)
    seen.paste(Image.fromarray(lines), (40, 40))
    return seen


def jpeg(picture: Image.Image) -> io.BytesIO:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    out.seek(0)
    return out


def sent(client: FlaskClient, picture: Image.Image):
    return client.post("/photo", data={"photo": (jpeg(picture), "label.jpg")})


def test_a_photograph_of_a_label_leads_to_its_pack(client: FlaskClient, world: World, sold: Sold) -> None:
    address = world.address(sold.digits[0])
    for seen in (square(address), barcode_beside(square(address))):  # the square counts, not the barcode beside it
        answer = sent(client, seen)
        assert answer.status_code == 303
        assert client.get(answer.headers["Location"]).headers["Location"] == f"/{sold.digits[0]}"


def test_a_photograph_of_a_barcode_alone_asks_for_its_products(client: FlaskClient) -> None:
    answer = sent(client, barcode_beside(Image.new("L", (1600, 1200), 200)))
    assert answer.headers["Location"] == f"/find?q={BARCODE}"


def test_what_holds_no_code_or_is_no_photograph_is_refused_with_what_to_do(client: FlaskClient) -> None:
    blank = sent(client, Image.new("L", (800, 600), 150))
    assert blank.status_code == 422 and "没有认出" in blank.text and "再拍一张" in blank.text
    for data in (
        {},
        {"photo": (io.BytesIO(b"%PDF-1.4 %%EOF"), "label.pdf")},
        {"photo": (io.BytesIO(b"text"), "a.txt")},
    ):
        answer = client.post("/photo", data=data, content_type="multipart/form-data")
        assert answer.status_code == 422 and "照片" in see(answer.text).messages[0] + answer.text


def test_a_network_that_sends_many_pays_before_its_photographs_are_read(
    app: Flask, client: FlaskClient, world: World, sold: Sold
) -> None:
    seen, limit = square(world.address(sold.digits[0])), proofs.READ.free
    with app.test_request_context(environ_base={"REMOTE_ADDR": "127.0.0.1"}), world.db.write.begin() as session:
        for _ in range(limit.most):
            attempts.count(session, limit, proofs.mark(limit, proofs.network()), clock.now())
    refused = sent(client, seen)
    assert refused.status_code == 429 and "data-ticket" in refused.text
    other = client.post(
        "/photo", data={"photo": (jpeg(seen), "a.jpg")}, environ_overrides={"REMOTE_ADDR": "198.51.100.9"}
    )
    assert other.status_code == 303


def test_only_the_home_page_may_use_the_camera(client: FlaskClient, sold: Sold) -> None:
    assert client.get("/").headers["Permissions-Policy"].startswith("camera=(self)")
    for path in ("/photo", f"/{sold.digits[0]}", "/progress", "/login", "/no/such", "/report"):
        assert client.get(path).headers["Permissions-Policy"].startswith("camera=()"), path


def test_without_script_the_home_page_scans_by_a_photograph_and_types_a_number(client: FlaskClient) -> None:
    page = client.get("/")
    links = see(page.text).links
    assert links.index("/photo") < links.index("/find") < links.index("/progress")
    assert "两品一标" in page.text and "怎么数的" in page.text and "/ 50" not in page.text
    assert 'capture="environment"' in client.get("/photo").text
