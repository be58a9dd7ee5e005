"""What is proven here and what is not, derived from the state of this installation."""

from datetime import UTC, datetime

from flask import Flask, render_template
from flask.testing import FlaskClient

from world import World
from world.logged import append
from yipin.disclosure.log_state import LogState, Witness
from yipin.web.pages import trust


def test_the_page_says_what_is_proven_and_what_is_not(world: World, client: FlaskClient) -> None:
    page = client.get("/trust").text
    for words in ("码是我们发的，没有被改过", "证明不了的", "包装里的就是标签上写的", "登记的时候说的是真话"):
        assert words in page, words
    assert "第 1 号密钥" in page and "在用" in page and "Ed25519" in page


def test_it_links_what_answers_here_and_nothing_else(world: World, client: FlaskClient, app: Flask) -> None:
    append(world)
    with app.test_request_context():
        shown = {way.address for way in trust.ways()}
    page = client.get("/trust").text
    for way in trust.WAYS:
        assert (f'href="{way.address}"' in page) is (way.address in shown), way.address
    for address in shown:
        assert client.get(address).status_code == 200, address
    assert {"/keys.json", "/progress", "/open/certificates"} <= shown


def test_every_public_page_leads_to_it(client: FlaskClient) -> None:
    for address in ("/", "/progress", "/open/"):
        assert 'href="/trust"' in client.get(address).text, address


def test_a_log_and_its_witnesses_are_told_when_there_are_any(world: World, app: Flask) -> None:
    at = datetime(2026, 7, 20, 3, tzinfo=UTC)
    shown = {"ways": (), "has": set(), "keys": [], "signing": [], "key_words": {}, "commitment": None, "began": None}
    with app.test_request_context():
        alone = render_template("public/trust.html", log=LogState(1200, "ab" * 32, at), today=at.date(), **shown)
        seen = LogState(1200, "ab" * 32, at, (Witness("市监局", 1198, at),))
        both = render_template("public/trust.html", log=seen, today=at.date(), **shown)
    assert "记下的事，不能悄悄抹掉" in alone and "日志还没有别的单位见证" in alone
    assert "市监局：到第 1198 条" in both and "还没有别的单位见证" not in both and "没有动过自己的记录" not in both
