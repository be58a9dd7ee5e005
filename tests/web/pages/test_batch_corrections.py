"""The pages on which a producer corrects or withdraws a batch, and what they say to the right one, the wrong one and no one."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from world import Sold, World, signed_in
from world.reading import see
from yipin.models import Batch, BatchState


@pytest.fixture
def chen(app: Flask) -> FlaskClient:
    return signed_in(app, "chen")


def values_of(browser: FlaskClient, path: str) -> dict[str, str]:
    """What the form of a page holds, as it would be sent."""
    return {name: values[0] for name, values in see(browser.get(path).text).values.items() if name != "csrf_token"}


def correct(browser: FlaskClient, batch: Batch, **changes: str):  # type: ignore[no-untyped-def]
    path = f"/producer/batches/{batch.id_number}/correct"
    return browser.post(path, data=values_of(browser, path) | changes, follow_redirects=True)


def test_a_correction_takes_two_taps_and_both_pages_show_what_was(
    world: World, ama: FlaskClient, chen: FlaskClient
) -> None:
    batch = world.declare()
    home = f"/producer/batches/{batch.id_number}"
    assert f'href="{home}/correct"' in ama.get(home).text
    page = correct(ama, batch, harvest_date="2026-07-17", quantity="300", reason="实际是昨天采的").text
    assert "已更正" in page
    for told in (page, chen.get(f"/bureau/batches/{batch.id_number}").text):
        assert "更正批次" in told and "<q>实际是昨天采的</q>" in told
        assert "采收日期：<del>2026-07-18</del>" in told and "<ins>2026-07-17</ins>" in told
        assert "总量：<del>250</del>" in told and "<ins>300</ins>" in told
    assert "2026年7月17日" in ama.get(f"/b/{batch.id_number}").text


def test_a_refused_correction_keeps_what_was_typed_and_asks_about_an_odd_amount(world: World, ama: FlaskClient) -> None:
    batch = world.declare()
    refused = correct(ama, batch, quantity="两百", reason="数错了")
    assert refused.status_code == 422 and 'value="两百"' in refused.text and 'value="数错了"' in refused.text
    asked = correct(ama, batch, quantity="10000000", reason="数错了")
    assert asked.status_code == 409 and "是否确认" in asked.text
    confirmed = correct(ama, batch, quantity="10000000", reason="数错了", confirm=see(asked.text).values["confirm"][0])
    assert "要先由县市区农业农村局核实" in confirmed.text
    assert "没有要改的" in correct(ama, batch, reason="再看一遍").text


def test_a_withdrawn_batch_says_so_everywhere_and_its_reason_to_those_who_may_know(
    world: World, ama: FlaskClient, chen: FlaskClient, client: FlaskClient
) -> None:
    batch = world.declare()
    path = f"/producer/batches/{batch.id_number}"
    assert "今天之内可以恢复" in ama.get(f"{path}/withdraw").text
    assert ama.post(f"{path}/withdraw", data={"reason": " "}).status_code == 422
    page = ama.post(f"{path}/withdraw", data={"reason": "登记重了"}, follow_redirects=True).text
    assert "已撤销" in page and "登记重了" in page and "恢复这个批次" in page and "赋码，打标签" not in page
    assert "已撤销" in ama.get("/producer/batches").text
    for told in (chen.get(f"/bureau/batches/{batch.id_number}").text, chen.get("/bureau/batches?state=withdrawn").text):
        assert "已撤销" in told and batch.id_number[:4] in told
    assert "登记重了" in chen.get(f"/bureau/batches/{batch.id_number}").text
    for address in (f"/b/{batch.id_number}", f"/find?q={batch.id_number}"):
        public = client.get(address, follow_redirects=True).text
        assert "已撤销" in public and "登记重了" not in public
    said = client.get(f"/b/{batch.id_number}", headers={"Accept": "application/json"}).get_json()
    assert (said["verdict"], said["verdict_text"]) == ("withdrawn", "已撤销") and said["since"]
    assert "登记重了" not in str(said)
    assert "已恢复" in ama.post(f"{path}/restore", follow_redirects=True).text
    assert ama.post(f"{path}/restore").status_code == 422


def test_labels_are_counted_before_they_become_void_and_the_words_are_typed(world: World, ama: FlaskClient) -> None:
    batch = world.declare()
    world.issue(batch, 20)
    path = f"/producer/batches/{batch.id_number}"
    assert "不能再更正；写错了请撤销" in ama.get(path).text and f"{path}/correct" not in ama.get(path).text
    assert "20 枚标签一起作废，不能恢复" in (form := ama.get(f"{path}/withdraw").text) and "请照写：撤销 20 枚" in form
    refused = ama.post(f"{path}/withdraw", data={"reason": "登记重了", "confirmed": "撤销 2 枚"})
    assert refused.status_code == 422 and "请照写“撤销 20 枚”" in refused.text and 'value="登记重了"' in refused.text
    done = ama.post(f"{path}/withdraw", data={"reason": "登记重了", "confirmed": "撤销 20 枚"}, follow_redirects=True)
    assert "已作废" in done.text and "恢复这个批次" not in done.text


def test_what_is_on_sale_is_for_the_county_and_the_page_says_how(ama: FlaskClient, sold: Sold) -> None:
    path = f"/producer/batches/{sold.batch.id_number}"
    for page in ("", "/correct", "/withdraw"):
        assert "由他们决定冻结还是召回" in ama.get(path + page).text
    refused = ama.post(f"{path}/withdraw", data={"reason": "登记重了", "confirmed": "撤销 1 枚"})
    assert refused.status_code == 422 and "由他们决定冻结还是召回" in refused.text


@pytest.mark.parametrize("act", ["correct", "withdraw", "restore"])
def test_nobody_else_corrects_or_withdraws_a_batch(world: World, app: Flask, client: FlaskClient, act: str) -> None:
    batch = world.declare()
    path, before = f"/producer/batches/{batch.id_number}/{act}", world.get(Batch, batch.id)
    assert client.post(path, data={"reason": "登记重了"}).status_code == 302
    assert signed_in(app, "ben").post(path, data={"reason": "登记重了"}).status_code == 404
    assert signed_in(app, "chen").post(path, data={"reason": "登记重了"}).status_code == 403
    after = world.get(Batch, batch.id)
    assert after.state is before.state is BatchState.ON_SALE
