"""What a shopper reads on the page of a pack, in which order; and what a messenger keeps of it when the page is forwarded."""

import re
from html import unescape

import pytest
from flask.testing import FlaskClient

from world import Sold, World
from world.pictures import shown_picture
from yipin.audit import holds
from yipin.models import Batch, Product
from yipin.scan.verdicts import VERDICT_WORDS

FOLDS = re.compile(r'<details class="part fold[^"]*"( open)?>\s*<summary>.*?<h2>([^<]*)', re.S)
SHARED = re.compile(r'<meta (?:name|property)="(description|og:[\w:]+)" content="([^"]*)"')


def folds(page: str) -> dict[str, bool]:
    """The folds in their order, and whether each is open from the start."""
    return {title: bool(state) for state, title in FOLDS.findall(page)}


def shared(page: str) -> dict[str, str]:
    return {name: unescape(text) for name, text in SHARED.findall(page)}


def stop(world: World, sold: Sold) -> None:
    with world.db.write.begin() as session:
        holds.recall(session, world.chen, session.get_one(Batch, sold.batch.id), "农残超标")


def test_the_goods_their_papers_and_complaints_are_three_folds_and_all_else_is_behind_them(
    client: FlaskClient, sold: Sold
) -> None:
    client.get("/progress")  # counts, while a scan would not wait for the count
    page = client.get(f"/{sold.digits[0]}").text
    assert list(folds(page)) == ["这批货", "证明与保险", "有问题？", "扫码记录、核验、公开计数"]
    shopper, behind = page.split('class="part fold quiet"')
    assert "质量保险" in shopper and "批次经历" in shopper and "投诉举报" in shopper
    for word in ("号密钥", "看过的人", "怎么数", "两品一标"):
        assert word in behind and word not in shopper


@pytest.mark.parametrize("path", ["/{digits}", "/b/{number}"])
def test_where_something_is_wrong_the_fold_that_says_what_to_do_is_open(
    world: World, client: FlaskClient, sold: Sold, path: str
) -> None:
    address = path.format(digits=sold.digits[0], number=sold.batch.id_number)
    assert not any(folds(client.get(address).text).values())
    stop(world, sold)
    assert [title for title, is_open in folds(client.get(address).text).items() if is_open] == ["有问题？"]


def test_a_code_that_is_not_ours_shows_no_count(client: FlaskClient) -> None:
    client.get("/progress")
    page = client.get("/" + "7" * 191).text
    assert "假码" in page and "两品一标" not in page and not folds(page)


def test_a_forwarded_page_says_what_the_goods_are_and_no_verdict(world: World, client: FlaskClient, sold: Sold) -> None:
    with world.db.write.begin() as session:
        product = session.get_one(Product, sold.batch.product_id)
        shown_picture(session, world.ama, world.chen, product, b"\xff\xd8\xff jpeg")
    addresses = (f"/{sold.digits[0]}", f"/b/{sold.batch.id_number}", f"/p/{product.id_number}")
    fresh = [shared(client.get(address).text) for address in addresses]
    for card in fresh:
        assert card["og:title"] == "炎陵黄桃" and "Ama 黄桃合作社，湖南省株洲市炎陵县" in card["og:description"]
        assert card["description"] == card["og:description"]
        picture = card["og:image"].removeprefix(world.settings.base_url)
        assert client.get(f"/{picture}").mimetype == "image/jpeg"
    stop(world, sold)
    assert [shared(client.get(address).text) for address in addresses] == fresh


def test_no_title_and_no_share_card_of_a_code_bears_a_verdict_that_may_change(
    world: World, client: FlaskClient, sold: Sold
) -> None:
    codes, told = (sold.digits[0], sold.digits[0][::-1], "7" * 191), []
    for recalled in (False, True):
        if recalled:
            stop(world, sold)
        for code in codes:
            page = client.get(f"/{code}").text
            told += [re.findall("<title>(.*?)</title>", page)[0], *shared(page).values()]
    assert not [text for text in told for word in VERDICT_WORDS.values() if word in text]


def test_every_public_page_has_a_share_card_and_only_goods_with_a_picture_show_one(client: FlaskClient) -> None:
    for address in ("/", "/progress", "/brands", "/brands/yanling-peach", "/report", "/no/such"):
        card = shared(client.get(address).text)
        assert card["og:title"] and card["og:description"] and "og:image" not in card
    assert shared(client.get("/brands/yanling-peach").text)["og:title"] == "炎陵黄桃"


@pytest.mark.parametrize("path", ["/{digits}", "/b/{number}"])
def test_every_link_to_report_names_what_was_scanned_that_in_the_foot_too(
    client: FlaskClient, sold: Sold, path: str
) -> None:
    address = path.format(digits=sold.digits[0], number=sold.batch.id_number)
    for _ in range(2):  # drawn, and drawn from what is kept
        links = re.findall(r'href="(/report[^"]*)"', client.get(address).text)
        assert len(links) > 1 and set(links) == {f"/report?code={address}"}
