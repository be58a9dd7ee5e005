"""The page of a tiny code: as any other, but checked online, and no place to guess."""

import random

from flask import Flask

from world import World, signed_in
from world.paying import answer_to
from world.reading import see
from yipin.codes import tiny
from yipin.models import Batch, CodeRange
from yipin.scan.guess_limit import CLIENT_LIMIT

JSON = {"Accept": "application/json"}


def stickers(world: World, app: Flask) -> list[str]:
    """Tiny codes that a grower has issued by the form, on the fruit."""
    batch = world.declare()
    sent = signed_in(app, "ama").post(
        f"/producer/batches/{batch.id_number}/codes", data={"count": "3", "kind": "tiny", "key": "form-1"}
    )
    assert sent.status_code == 302, sent.text
    with world.db.read.begin() as session:
        codes = session.query(CodeRange).filter_by(batch_id=batch.id).one()
    world.release(world.print(codes, "sticker-18x18"))
    return world.codes(codes)


def test_the_page_says_that_it_was_checked_online_and_of_no_signature(world: World, app: Flask) -> None:
    code = stickers(world, app)[0]
    page = app.test_client().get(f"/{code}")
    assert page.status_code == 200 and see(page.text).headline == "正品"
    assert "在线核验码" in page.text and "贴纸小码，只能联网核验" in page.text and "签名" not in page.text
    again = app.test_client().get(f"/{code}", headers=JSON).json
    assert (again["verdict"], again["kind"], again["key"], again["scans"]) == ("genuine", "tiny", None, 1)
    assert "signature" not in app.test_client().get(f"/{code}?lang=en").text.lower()


def test_the_search_box_takes_a_tiny_code_and_its_address(world: World, app: Flask) -> None:
    code = stickers(world, app)[0]
    for typed in (code, f"https://t.example.cn/{code}", f"t.cn/{code}"):
        assert app.test_client().get("/find", query_string={"q": typed}).headers["Location"] == f"/{code}"


def test_the_grower_is_asked_which_kind_and_keeps_the_choice(world: World, app: Flask) -> None:
    batch, ama = world.declare(), signed_in(app, "ama")
    asked = ama.get(f"/producer/batches/{batch.id_number}").text
    assert 'value="full" checked' in asked and 'value="tiny"' in asked
    refused = ama.post(f"/producer/batches/{batch.id_number}/codes", data={"count": "999", "kind": "tiny", "key": "k"})
    assert refused.status_code == 422 and 'value="tiny" checked' in refused.text
    odd = ama.post(f"/producer/batches/{batch.id_number}/codes", data={"count": "1", "kind": "giant", "key": "k"})
    assert odd.status_code == 422


def test_the_print_form_offers_what_suits_the_kind(world: World, app: Flask) -> None:
    stickers(world, app)
    with world.db.read.begin() as session:
        small = session.query(CodeRange).one()
        batch = session.get_one(Batch, small.batch_id)
    full, ama = world.issue(batch, 2, "full"), signed_in(app, "ama")
    assert 'value="a4-24"' not in ama.get(f"/producer/codes/{small.id}/print").text
    assert 'value="sticker' not in ama.get(f"/producer/codes/{full.id}/print").text


def test_nothing_but_the_code_itself_is_genuine_and_a_guesser_is_stopped(world: World, app: Flask) -> None:
    codes = stickers(world, app)
    token, chance, client = tiny.from_digits(codes[0]), random.Random(20260720), app.test_client()
    said = []
    for turn in range(300):
        wrong = token[:9] + chance.randbytes(6) if turn % 2 else chance.randbytes(15)
        answer = client.get(f"/{tiny.to_digits(wrong)}", headers=JSON if turn % 4 else {})
        assert answer.status_code in (200, 429)
        assert "genuine" not in answer.text
        said.append(answer.status_code)
    assert 200 in said and said[-1] == 429 and said.count(200) < 300
    stopped = client.get(f"/{codes[0]}")  # nor the right one, or a guesser would know it
    assert stopped.status_code == 429 and "要先确认一下" in stopped.text and "is-genuine" not in stopped.text
    assert stopped.headers["Content-Security-Policy"].endswith("; script-src 'self'")
    (ticket,) = see(stopped.text).values["ticket"]
    paid = {"ticket": ticket, "proof": answer_to(ticket)}
    for query in (paid, {}, {}):  # the work is done once: a cookie remembers it
        assert see(client.get(f"/{codes[0]}", query_string=query).text).headline == "正品"
    neighbour = client.get(f"/{codes[0]}", headers={"User-Agent": "Mozilla/5.0 (iPhone)"})
    assert see(neighbour.text).headline == "正品"
    elsewhere = client.get(f"/{codes[0]}", environ_overrides={"REMOTE_ADDR": "198.51.100.7"})
    assert see(elsewhere.text).headline == "正品"
    assert CLIENT_LIMIT < 300


def test_every_changed_digit_over_http_is_forged(world: World, app: Flask) -> None:
    code = stickers(world, app)[0]
    for place in range(37):
        text = code[:place] + str((int(code[place]) + 1) % 10) + code[place + 1 :]
        answer = app.test_client().get(f"/{text}", headers=JSON, environ_overrides={"REMOTE_ADDR": f"10.0.{place}.1"})
        assert answer.json["verdict"] == "forged" and "签名" not in str(answer.json)
