"""What strangers file, complaints and claims alike: the form begins with the code of the page that led to it, refuses too many
photographs at its field with everything typed still there, and leads to a number that only its sender sees."""

import io

import pytest
from flask.testing import FlaskClient
from PIL import Image

from world import Sold, World
from world.insured import insured
from world.reading import see
from yipin.models import Product

TYPED = {
    "/report": {"kind": "fake", "what": "扫出来是假码", "contact": "刘女士", "phone": "13912345678", "consent": "y"},
    "/claim": {
        "happened_on": "2026-07-20",
        "what": "果子发霉",
        "contact": "刘女士",
        "phone": "13912345678",
        "consent": "y",
    },
}
both = pytest.mark.parametrize("page", TYPED)


@pytest.fixture
def pack(world: World, sold: Sold) -> str:
    """The digits of a pack that is insured."""
    with world.db.write.begin() as session:
        insured(session, world.chen, session.get_one(Product, sold.batch.product_id))
    return sold.digits[0]


def form_of(client: FlaskClient, page: str, code: str) -> dict[str, str]:
    values = see(client.get(page, query_string={"code": code}).text).values
    return TYPED[page] | {name: values[name][0] for name in ("key", "code")}


def photo(name: str) -> tuple[io.BytesIO, str]:
    Image.new("RGB", (8, 6), "gold").save(out := io.BytesIO(), "JPEG")
    out.seek(0)
    return out, name


@both
def test_the_form_begins_with_the_code_of_the_page_that_led_to_it(client: FlaskClient, pack: str, page: str) -> None:
    assert form_of(client, page, f"/{pack}")["code"] == pack


@both
def test_the_same_form_sent_twice_leads_to_the_same_number(client: FlaskClient, pack: str, page: str) -> None:
    form = form_of(client, page, f"/{pack}")
    first, second = (client.post(page, data=form | {"file": photo("a.jpg")}) for _ in range(2))
    assert first.status_code == second.status_code == 303
    assert first.location == second.location and client.get(first.location).status_code == 200


@both
def test_too_many_photographs_are_refused_and_what_was_typed_stays(client: FlaskClient, pack: str, page: str) -> None:
    photos = [photo(f"{n}.jpg") for n in range(4)]
    answer = client.post(page, data=form_of(client, page, pack) | {"file": photos})
    assert answer.status_code == 422 and "最多 3 张照片" in answer.text and TYPED[page]["what"] in answer.text


@pytest.mark.parametrize("page", ["reported", "claimed"])
@pytest.mark.parametrize("key", ["x", "0" * 63, "0" * 64, "0" * 600])
def test_a_number_that_nobody_was_given_has_no_page(client: FlaskClient, page: str, key: str) -> None:
    assert client.get(f"/{page}/{key}").status_code == 404
