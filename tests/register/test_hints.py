"""A number that was mistyped names the number on record that was meant, without a position, and not to whoever tries many."""

from datetime import timedelta

from flask.testing import FlaskClient

from world import NOW, Sold, World
from world.reading import see
from yipin.access.actor import Actor
from yipin.codes.checkdigits import gb32100_check
from yipin.codes.idnumber import new_id_number, spaced
from yipin.models import Product
from yipin.register import hints
from yipin.register.hints import HintLimit

HINT = "没有这个身份证号。是不是"
JSON = {"Accept": "application/json"}


def slip(number: str) -> str:
    return number[:9] + ("A" if number[9] != "A" else "B") + number[10:]


def exchange(number: str) -> str:
    at = next(at for at in range(6, 15) if number[at] != number[at + 1])
    return number[:at] + number[at + 1] + number[at] + number[at + 2 :]


def test_one_slip_or_exchange_names_the_number_on_record_and_no_position(
    world: World, sold: Sold, client: FlaskClient
) -> None:
    product = world.get(Product, sold.batch.product_id).id_number
    for number in (sold.batch.id_number, product):
        for typed in (slip(number), exchange(number), number[:-1], number + "1"):
            for path in (f"/find?q={typed}", f"/b/{typed}", f"/p/{typed}"):
                answer = client.get(path)
                page = see(answer.text)
                assert answer.status_code == 400 and f"是不是 {spaced(number)}" in page.messages[0], path
                assert "位" not in page.messages[0] and page.values["q"] == [typed]
                assert f"/find?q={number}" in page.links
                client.application.extensions["yipin"].guesses.hints = HintLimit()
    told = client.get(f"/b/{slip(product)}", headers=JSON)
    assert told.status_code == 400 and spaced(product) in told.json["reason"]
    assert spaced(product) in client.get(f"/report?code={slip(product)}").text


def test_a_number_that_is_near_to_none_on_record_gets_no_hint(world: World, sold: Sold, client: FlaskClient) -> None:
    body = new_id_number("430225")[:15]
    wrong = body + ("1" if gb32100_check(body) != "1" else "2")
    assert HINT not in client.get("/find", query_string={"q": wrong}).text
    with world.db.read.begin() as session:
        assert hints.meant(session, sold.batch.id_number[:8], Actor("", NOW), *hints.ON_LABELS) == []


def test_whoever_asks_too_often_gets_the_refusal_alone(sold: Sold, client: FlaskClient) -> None:
    for _ in range(hints.MOST):
        assert HINT in client.get(f"/b/{slip(sold.batch.id_number)}").text
    answer = client.get(f"/b/{slip(sold.batch.id_number)}")
    assert answer.status_code == 400 and HINT not in answer.text and "逐位核对" in answer.text
    other = client.get(f"/b/{slip(sold.batch.id_number)}", environ_overrides={"REMOTE_ADDR": "198.51.100.9"})
    assert HINT in other.text


def test_the_window_ends_and_what_is_kept_is_bounded(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    limit = HintLimit()
    assert [limit.allows("a", NOW) for _ in range(hints.MOST + 1)] == [True] * hints.MOST + [False]
    assert limit.allows("a", NOW + hints.WINDOW) and limit.allows("a", NOW - timedelta(days=1))
    monkeypatch.setattr(hints, "MOST_KEPT", 10)
    for number in range(100):
        limit.allows(str(number), NOW)
    assert len(limit._given) == 10
