"""What is proven here and what is not, derived from the state of this installation."""

from flask import Flask
from flask.testing import FlaskClient

from world import Sold, World
from world.logged import append, checkpoint
from world.witnesses import asked, found, policy, running
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


def test_a_log_and_its_witnesses_are_told_when_there_are_any(world: World, sold: Sold, client: FlaskClient) -> None:
    append(world)
    alone = client.get("/trust").text
    assert "记下的事，不能悄悄抹掉" in alone and "日志还没有别的单位见证" in alone
    with running(world, "market") as offices:
        policy(world, [*offices, found(world, "court", "http://127.0.0.1:1/")], 1)
        asked(world)
    both = client.get("/trust").text
    assert "market：到第" in both and "还没有别的单位见证" not in both and "没有动过自己的记录" not in both
    assert "连不上" in both and "没有落后" in both and "至少 1 家签字才算" in both
    size = checkpoint(world).size
    assert f"到第 {size} 条" in both and "court：到第" not in both
    assert client.get("/log/witnessed").text.splitlines()[1] == str(size)


def test_a_list_of_witnesses_that_cannot_be_read_is_not_told_as_none(world: World, client: FlaskClient) -> None:
    append(world)
    world.settings.log_policy.write_text("witness\n", "utf-8")
    assert "现在说不出：见证名单读不懂" in client.get("/trust").text
