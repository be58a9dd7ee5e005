"""One search field: each finds by number, name and telephone what they may know of, and nothing else."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from world import Sold, World, signed_in
from world.streets import open_street
from yipin.access import finding
from yipin.access.finding import KINDS
from yipin.models import Batch, Certification, InsurancePolicy, Plot, Producer, Product
from yipin.web.pages.find import SHELVES
from yipin.web.rights import RULES

POSTGRESQL_IN_SOAK = True  # the search is one query, which tests/web/test_exports.py and the lists ask there too


@pytest.fixture
def people(world: World, app: Flask) -> dict[str, FlaskClient]:
    return open_street(world, app).browsers


def asked(browser: FlaskClient, typed: str) -> str:
    answer = browser.get("/search/", query_string={"q": typed}, follow_redirects=True)
    assert answer.status_code == 200
    return answer.text if answer.request.path == "/search/" else answer.request.path


def test_a_grower_finds_a_batch_by_its_number_a_part_of_it_and_its_code(world: World, app: Flask) -> None:
    street = open_street(world, app)
    number, browser = street.refs["ama"][Batch], street.browsers["ama"]
    page = f"/producer/batches/{number}"
    for typed in (
        number,
        number[-6:],
        number.lower(),
        f" {number[:8]}-{number[8:]} ",
        f"https://t.example.cn/b/{number}",
    ):
        found = asked(browser, typed)
        assert found == page or f'href="{page}"' in found, typed
    assert page not in asked(street.browsers["ben"], number)


def test_a_whole_unit_code_leads_to_its_batch(sold: Sold, app: Flask) -> None:
    page = asked(signed_in(app, "ama"), f"https://t.example.cn/{sold.digits[0]}")
    assert page == f"/producer/batches/{sold.batch.id_number}"


def test_the_only_thing_found_is_shown_at_once(world: World, people: dict[str, FlaskClient]) -> None:
    with world.db.read.begin() as session:
        producer = session.get_one(Producer, world.ama.producer_id)
    assert asked(people["chen"], producer.name) == f"/bureau/producers/{producer.id}"
    assert "没有查到" in asked(people["officer-430203"], producer.name)  # of another county


@pytest.mark.parametrize("who", ["ama", "ben", "officer-430203", "officer-430225", "chen", "insurer", "administrator"])
def test_nobody_finds_what_their_own_pages_refuse(world: World, app: Flask, who: str) -> None:
    street = open_street(world, app)
    browser, found = street.browsers[who], 0
    for typed in ("43", "桃", "0", "-", "PEACH", "户", "公司", "1380", "a", "%", "_", "4302"):
        for kind in KINDS:
            shelf = SHELVES[kind]
            assert {endpoint for endpoint in shelf.pages.values()} <= {endpoint for endpoint, _ in RULES}
        page = asked(browser, typed)
        for link in (part.partition('"')[0] for part in page.partition("<main")[2].split('<li><a href="')[1:]):
            assert browser.get(link).status_code == 200, (typed, link)
            found += 1
    assert found or who in ("officer-430203", "insurer", "administrator")


@pytest.mark.parametrize(
    "typed", ["", " ", "%", "\0", "\ud800", "'; DROP TABLE batches", "桃" * 5_000, "1" * 191, "_" * 40]
)
def test_anything_may_be_typed(world: World, typed: str) -> None:
    with world.db.read.begin() as session:
        for who in (world.ama, world.chen):
            for group in finding.find_all(session, who, typed, KINDS):
                assert group.total >= len(group.rows) > 0


def test_no_sign_stands_for_others(world: World) -> None:
    with world.db.read.begin() as session:
        assert finding.find_all(session, world.chen, "%%%%", [Producer, Plot, Product, Certification]) == []
        assert finding.find_all(session, world.chen, "____", [Producer, InsurancePolicy]) == []


def test_nobody_else_gets_an_answer(app: Flask) -> None:
    assert app.test_client().get("/search/?q=1234").status_code == 302
