"""What anyone sees: the page and the data of a unit, a batch and a product, the search box, the public keys; and that
every look by a person is counted once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from world import NOW, Sold, World
from world.insured import insured
from world.pictures import shown_picture
from world.reading import see
from yipin import clock
from yipin.audit import holds
from yipin.certification import claims
from yipin.codes import signing
from yipin.codes.checkdigits import gb32100_check
from yipin.codes.idnumber import spaced
from yipin.codes.keylist import KeyList
from yipin.codes.keys import KeyRing, new_key
from yipin.codes.payload import Payload
from yipin.models import Batch, Product, Scan, Visitor
from yipin.printing import runs as printing_runs
from yipin.scan.verdicts import VERDICT_WORDS, Verdict
from yipin.uploads import sanitise

JSON = {"Accept": "application/json"}
KEYS = {
    "verdict",
    "reason",
    "id_number",
    "product",
    "brand",
    "commodity",
    "commodity_text",
    "producer",
    "county",
    "harvest_date",
    "scans",
    "first_scan",
    "readers",
    "days",
    "certifications",
    "insurance",
    "progress",
}
"""What every answer holds at least, for whoever builds on it."""


def facts(client: FlaskClient, path: str) -> dict:
    answer = client.get(path, headers=JSON)
    assert answer.status_code == 200 and answer.mimetype == "application/json"
    assert set(answer.json) >= KEYS
    return answer.json


def on_batch(world: World, sold: Sold, act: Callable) -> None:
    with world.db.write.begin() as session:
        act(session, world.chen, session.get_one(Batch, sold.batch.id))


def unissued(world: World, sold: Sold) -> str:
    """A well-signed code of a unit that was never issued."""
    ring = KeyRing.load(world.settings.keys, None)
    said: Payload = signing.verify(sold.digits[0], ring.keys)
    other = Payload(said.key, said.county, said.batch, (said.unit + 1) % (1 << 27), said.harvest_date, said.facts)
    return signing.sign(other, ring.signer_numbered(said.key))


def test_a_pack_on_sale_is_genuine_on_the_page_and_in_the_data(client: FlaskClient, sold: Sold) -> None:
    client.get("/progress")  # counts, while a scan would not wait for the count
    page = see(client.get(f"/{sold.digits[0]}").text)
    assert page.headline == "正品" and page.lang == "zh-CN"
    for shown in (
        "炎陵黄桃",
        "Ama 黄桃合作社",
        "湖南省株洲市炎陵县",
        "2026年7月18日",
        "2.5",
        spaced(sold.batch.id_number),
    ):
        assert shown in page.text
    found = facts(client, f"/{sold.digits[0]}")
    assert found["verdict"] == "genuine" and found["id_number"] == sold.batch.id_number
    assert (found["product"], found["producer"]) == ("炎陵黄桃", "Ama 黄桃合作社")
    assert found["county"] == "湖南省株洲市炎陵县" and found["harvest_date"] == "2026-07-18"
    assert found["brand"] == "炎陵黄桃" and found["level"] == "unit" and found["unit"] == 1
    assert found["insurance"]["status"] == "none" and found["certifications"] == []
    assert found["progress"]["target"] == 50 and found["progress"]["counted"] == 0


def _recall(session, who, batch):
    holds.recall(session, who, batch, "农残超标")


def _hold(session, who, batch):
    holds.hold(session, who, batch, "农残超标")


def _void(session, who, batch):
    printing_runs.void_units(session, who, batch, "1", "农残超标")


@pytest.mark.parametrize(("act", "verdict"), [(_recall, "recalled"), (_hold, "on_hold"), (_void, "void")])
def test_what_was_done_since_is_told_at_the_next_scan_with_the_reason(
    world: World, client: FlaskClient, sold: Sold, act: Callable, verdict: str
) -> None:
    assert facts(client, f"/{sold.digits[0]}")["verdict"] == "genuine"
    on_batch(world, sold, act)
    found, page = facts(client, f"/{sold.digits[0]}"), client.get(f"/{sold.digits[0]}")
    assert found["verdict"] == verdict and "农残超标" in found["reason"] and found["advice"]
    assert see(page.text).headline == VERDICT_WORDS[Verdict(verdict)] and "农残超标" in page.text
    assert f"is-{verdict}" in page.text and "is-genuine" not in page.text


def test_the_other_verdicts_are_told_in_words_and_data(
    world: World, app: Flask, client: FlaskClient, sold: Sold
) -> None:
    unreleased = world.codes(world.issue(sold.batch, 1, "form-2"))[0]
    cases = {unreleased: "not_released", unissued(world, sold): "unknown", sold.digits[0][::-1]: "forged"}
    for code, verdict in cases.items():
        assert facts(client, f"/{code}")["verdict"] == verdict
        page = client.get(f"/{code}")
        assert page.status_code == 200 and see(page.text).headline == VERDICT_WORDS[Verdict(verdict)]
    for number in range(world.installation.policy.clone.readers):  # each from another corner of the network
        client.get(f"/{sold.digits[1]}", environ_overrides={"REMOTE_ADDR": f"203.0.{number}.9"})
    assert facts(client, f"/{sold.digits[1]}")["verdict"] == "suspicious"
    assert facts(client, f"/{sold.digits[0]}")["verdict"] == "genuine"  # its neighbour in the batch is not


def test_a_forged_or_unknown_code_shows_no_card_and_no_product(world: World, client: FlaskClient, sold: Sold) -> None:
    for code in (unissued(world, sold), "7" * 191):
        page, found = client.get(f"/{code}").text, facts(client, f"/{code}")
        assert '<article class="card"' not in page and "炎陵黄桃" not in page
        assert found["product"] is None and found["id_number"] is None and found["scans"] is None


def test_every_reader_counts_once_and_a_robot_never_does(world: World, client: FlaskClient, sold: Sold) -> None:
    path, other = f"/{sold.digits[0]}", f"/{sold.digits[1]}"
    for _ in range(5):  # reloaded, in the other language, and back again
        found = facts(client, path)
        assert (found["scans"], found["readers"], found["days"]) == (1, 1, 1)
        client.get(f"{path}?lang=en")
    assert found["first_scan"] < clock.now().isoformat()
    for _ in range(3):
        assert client.head(path).status_code == 200
        client.get(path, headers={"User-Agent": "facebookexternalhit/1.1", **JSON})
        client.get(path, headers={"User-Agent": "Mozilla/5.0 (compatible; Bytespider)", **JSON})
        client.get(path, headers={"Sec-Purpose": "prefetch;prerender", **JSON})
        client.get(path, headers={"Purpose": "prefetch", **JSON})
        client.get(path, headers={"X-Moz": "prefetch", **JSON})
    assert client.post(path).status_code == 405
    there = {"REMOTE_ADDR": "198.51.100.9"}
    page = client.get(f"{path}?lang=zh", environ_overrides=there).text
    assert "2 人看过" in page and "2 人，在 1 天里" in page
    assert facts(client, other)["scans"] == 1
    with world.db.read.begin() as session:
        kinds = session.execute(sa.select(Scan.visitor, sa.func.count()).group_by(Scan.visitor)).all()
    assert dict(tuple(row) for row in kinds) == {Visitor.PERSON: 12, Visitor.PREVIEW: 15}


def test_a_typed_number_gives_the_record_and_never_says_genuine(world: World, client: FlaskClient, sold: Sold) -> None:
    product = world.get(Product, sold.batch.product_id)
    for path, level in ((f"/b/{sold.batch.id_number}", "batch"), (f"/p/{product.id_number}", "product")):
        found, page = facts(client, path), see(client.get(path).text)
        assert (found["verdict"], found["level"]) == ("on_record", level)
        assert page.headline == "有登记" and "不能证明您手里的这一件是真的" in page.text
        assert "正品" not in page.text


def test_a_recalled_batch_says_so_under_its_typed_number_too(world: World, client: FlaskClient, sold: Sold) -> None:
    on_batch(world, sold, _recall)
    assert facts(client, f"/b/{sold.batch.id_number}")["verdict"] == "recalled"


def test_a_number_may_be_typed_with_spaces_small_letters_and_full_width_forms(client: FlaskClient, sold: Sold) -> None:
    number = sold.batch.id_number
    wide = "".join(chr(ord(character) + 0xFEE0) for character in number)
    for typed in (number.lower(), spaced(number), "-".join(number), wide, f" {number}　"):
        assert facts(client, f"/b/{typed}")["id_number"] == number
        found = client.get("/find", query_string={"q": typed})
        assert (found.status_code, found.headers["Location"]) == (302, f"/b/{number}")


def test_the_search_box_takes_a_batch_a_product_a_scanned_address_and_bare_digits(
    world: World, client: FlaskClient, sold: Sold
) -> None:
    product = world.get(Product, sold.batch.product_id).id_number
    for typed, where in (
        (product, f"/p/{product}"),
        (sold.digits[0], f"/{sold.digits[0]}"),
        (f" {world.address(sold.digits[0])}?from=wx#top ", f"/{sold.digits[0]}"),
    ):
        assert client.get("/find", query_string={"q": typed}).headers["Location"] == where


def test_a_mistyped_number_names_no_position_and_what_was_typed_stays_in_the_box(
    client: FlaskClient, sold: Sold
) -> None:
    number = sold.batch.id_number
    wrong = number[:-1] + ("2" if number[-1] != "2" else "3")
    for path, query in (("/find", {"q": wrong}), (f"/b/{wrong}", {})):
        answer = client.get(path, query_string=query)
        page = see(answer.text)
        assert answer.status_code == 400
        assert page.values["q"] == [wrong]
        assert f"是不是 {spaced(number)}" in page.messages[0] and "位" not in page.messages[0]
    data = client.get(f"/b/{wrong}", headers=JSON)
    assert data.status_code == 400 and spaced(number) in data.json["reason"]


def test_a_number_that_nothing_has_is_not_found_and_stays_in_the_box(client: FlaskClient, sold: Sold) -> None:
    missing = "430225AAAAAAAAA" + gb32100_check("430225AAAAAAAAA")
    for path in (f"/find?q={missing}", f"/b/{missing}", f"/p/{missing}"):
        answer = client.get(path)
        assert answer.status_code == 404 and see(answer.text).values["q"] == [missing]
        assert missing in see(answer.text).messages[0]
    elsewhere = client.get(f"/p/{sold.batch.id_number}")  # a batch's number is not a product's
    assert (elsewhere.status_code, elsewhere.headers["Location"]) == (302, f"/b/{sold.batch.id_number}")


def test_certificates_and_insurance_are_shown_as_of_today(world: World, client: FlaskClient, sold: Sold) -> None:
    today = clock.day_of(clock.now())
    ended, runs = str(today - timedelta(days=1)), str(today + timedelta(days=30))
    with world.db.write.begin() as session:
        product, chen = session.get_one(Product, sold.batch.product_id), world.chen
        claims.enter(
            session, chen, product, scheme="green", number="LB-00-24010000000A", valid_from="2025-06-01", valid_to=runs
        )
        claims.enter(
            session, chen, product, scheme="organic", number="000OP2400000", valid_from="2026-01-01", valid_to=ended
        )
        insured(session, chen, product, number="PICC20260001")
    client.get("/progress")  # counts, while a scan would not wait for the count
    found, page = facts(client, f"/{sold.digits[0]}"), client.get(f"/{sold.digits[0]}").text
    assert [badge["scheme"] for badge in found["certifications"]] == ["green"]
    assert found["insurance"]["status"] == "covered" and "PICC20260001" not in str(found)
    assert (
        "LB-00-24010000000A" in page and "000OP2400000" not in page and "承保中" in page and "PICC20260001" not in page
    )
    assert found["progress"]["counted"] == 1


def test_the_key_list_is_public_and_enough_to_check_a_code_without_us(client: FlaskClient, sold: Sold) -> None:
    answer = client.get("/keys.json")
    assert answer.mimetype == "application/json" and "public" in answer.headers["Cache-Control"]
    assert set(answer.json["keys"][0]) >= {"number", "algorithm", "public_key", "not_before", "not_after", "status"}
    said = signing.verify(sold.digits[0], KeyList.from_json(answer.text))
    assert said.id_number == sold.batch.id_number
    assert "PRIVATE" not in answer.text


def test_a_new_key_is_public_without_a_restart(world: World, client: FlaskClient) -> None:
    before = len(client.get("/keys.json").json["keys"])
    new_key(world.settings.keys, NOW)
    assert len(client.get("/keys.json").json["keys"]) == before + 1


def test_a_picture_is_small_kept_for_long_and_found_only_under_its_own_mark(
    world: World, client: FlaskClient, sold: Sold
) -> None:
    with world.db.write.begin() as session:
        product = session.get_one(Product, sold.batch.product_id)
        shown_picture(session, world.ama, world.chen, product, b"\xff\xd8\xff jpeg")
    address = next(part for part in client.get(f"/{sold.digits[0]}").text.split('"') if part.startswith("/picture/"))
    answer = client.get(address)
    assert answer.data == b"\xff\xd8\xff jpeg" and answer.mimetype == "image/jpeg"
    assert "immutable" in answer.headers["Cache-Control"]
    assert client.get(address.replace(".jpg", "0.jpg")).status_code == 404


def test_the_page_with_style_and_drawings_weighs_less_than_50_kb(client: FlaskClient, sold: Sold) -> None:
    page = client.get(f"/{sold.digits[0]}")
    files = {part for part in page.text.replace("'", '"').split('"') if part.startswith("/static/")}
    assert len(files) >= 2
    whole = len(page.data) + sum(len(client.get(path).data) for path in files) + sanitise.HEAVIEST
    assert whole <= 50_000


def test_the_language_is_the_address_then_the_last_choice_then_chinese(app: Flask, sold: Sold) -> None:
    reader = app.test_client()
    assert see(reader.get("/").text).lang == "zh-CN"
    assert see(reader.get("/?lang=en").text).lang == "en"
    assert see(reader.get(f"/{sold.digits[0]}").text).lang == "en"
    assert see(reader.get(f"/{sold.digits[0]}?lang=zh").text).lang == "zh-CN"
    assert see(reader.get("/?lang=xx").text).lang == "zh-CN"


def test_the_link_to_the_other_language_stays_on_this_page(client: FlaskClient) -> None:
    for path in ("//elsewhere.example/a/b/c", "/x/?y/#z", '/x/"><b>/y', "/a b/c/d", "/\\elsewhere.example/a/b"):
        answer = client.get("/", environ_overrides={"PATH_INFO": path})
        assert answer.status_code == 404
        link = next(link for link in see(answer.text).links if "lang=en" in link)
        assert link.startswith("/") and not link.startswith(("//", "/\\"))
        assert link.count("?") == 1 and "#" not in link and "<b>" not in answer.text


def test_the_health_of_the_service_can_be_asked(client: FlaskClient) -> None:
    stores = {"keys": "ok", "looks": "ok", "record": "ok"}
    assert client.get("/healthz").json == {"status": "ok", "stores": stores}
