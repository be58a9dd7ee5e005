"""The complaint's pages: a link on every scan page, a form that loses nothing, a number, a status, an officer's desk."""

import io
import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from world import Sold, World, signed_in
from world.paying import answer_to
from world.reading import see
from yipin.accounts import budget
from yipin.cases.case import FILING
from yipin.models import Complaint, Product

TYPED = {
    "kind": "fake",
    "what": "扫出来是假码",
    "platform": "alibaba",
    "shop": "某某旗舰店",
    "link": "https://x.example/?a=1&b=2",
    "county": "430225",
    "place": "河西市场",
    "contact": "刘女士",
    "phone": "13912345678",
    "consent": "y",
}


def form_of(browser: FlaskClient, code: str = "") -> dict[str, str]:
    page = see(browser.get("/report", query_string={"code": code}).text)
    return {"key": page.values["key"][0], "code": page.values["code"][0]}


def link_on(browser: FlaskClient, path: str) -> str:
    return next(link for link in see(browser.get(path).text).links if link.startswith("/report?code="))


def test_every_scan_page_links_to_the_form_with_its_own_code(world: World, sold: Sold, client: FlaskClient) -> None:
    product = world.get(Product, sold.batch.product_id)
    paths = [*sold.digits, f"b/{sold.batch.id_number}", f"p/{product.id_number}", "1" * 191]
    for path in paths:
        page = client.get(link_on(client, f"/{path}")).text
        assert see(page).values["code"] == [path.rpartition("/")[2]], path


def test_the_pages_that_are_only_looked_at_set_no_cookie_and_the_form_does(sold: Sold, client: FlaskClient) -> None:
    assert "Set-Cookie" not in client.get(f"/{sold.digits[0]}").headers
    assert "session=" in client.get("/report").headers["Set-Cookie"]


def test_a_complaint_gets_a_number_and_its_status_by_the_telephones_last_digits(
    world: World, sold: Sold, client: FlaskClient
) -> None:
    answer = client.post("/report", data=TYPED | form_of(client, f"/{sold.digits[0]}"), follow_redirects=True)
    assert answer.status_code == 200
    number = re.search(r"J\w{3}-\w{4}", answer.text)
    assert number and "查询码" not in answer.text
    status = client.post("/case", data={"number": number[0].lower(), "digits": "5678"})
    assert status.status_code == 200 and "已收到，等待受理" in status.text
    assert "刘女士" not in status.text and "13912345678" not in status.text
    assert world.get(Complaint, 1).code == sold.digits[0]


def test_without_a_telephone_the_page_gives_a_query_code(client: FlaskClient) -> None:
    typed = TYPED | form_of(client) | {"contact": "", "phone": ""}
    page = client.post("/report", data=typed, follow_redirects=True).text
    number, digits = re.findall(r'big-number code">([^<]+)<', page)
    assert client.post("/case", data={"number": number, "digits": digits}).status_code == 200
    wrong = client.post("/case", data={"number": number, "digits": f"{(int(digits) + 1) % 10000:04d}"})
    assert wrong.status_code == 422 and "对不上" in see(wrong.text).messages[0]


def test_a_wrong_pair_gets_the_same_page_whether_or_not_there_is_such_a_case(world: World, client: FlaskClient) -> None:
    from yipin.codes.casenumber import dashed, new_case_number

    client.post("/report", data=TYPED | form_of(client))
    pages = []
    for number in (world.get(Complaint, 1).number, new_case_number("J"), new_case_number("B")):
        page = client.post("/case", data={"number": dashed(number), "digits": "0000"})
        told = re.sub(r'name="csrf_token" value="[^"]*"', "", page.text)  # a token says in which second it was made
        pages.append((page.status_code, told.replace(dashed(number), "…")))
    assert pages[0] == pages[1] == pages[2]


def test_nothing_typed_is_lost_and_a_script_comes_back_dead(client: FlaskClient) -> None:
    start = form_of(client, "<script>alert(1)</script>")
    for wrong in ({"kind": ""}, {"what": ""}, {"phone": "12"}, {"consent": ""}, {"shop": "<b>"}):
        typed = TYPED | start | wrong
        typed = {name: value for name, value in typed.items() if name != "consent" or value}
        answer = client.post("/report", data=typed)
        page = see(answer.text)
        assert answer.status_code == 422 and page.messages, wrong
        for name in ("what", "shop", "link", "place", "contact", "phone", "code", "county", "platform", "key"):
            assert page.values[name][-1] == typed[name], (name, wrong)
        assert "<script>" not in answer.text


def test_beyond_the_free_ones_a_complaint_is_paid_for_and_what_was_typed_stays(client: FlaskClient) -> None:
    start = form_of(client)
    for n in range(FILING.most):
        assert client.post("/report", data=TYPED | start | {"what": f"第 {n} 件坏果"}).status_code == 303
    answer = client.post("/report", data=TYPED | start | {"what": "还有一件坏果"})
    page = see(answer.text)
    assert answer.status_code == 429 and "请再提交一次" in page.messages[0] and page.values["what"] == ["还有一件坏果"]
    (ticket,) = page.values["ticket"]
    paid = {"what": "还有一件坏果", "ticket": ticket, "proof": answer_to(ticket)}
    assert client.post("/report", data=TYPED | start | paid).status_code == 303
    assert "data-ticket" in client.get("/report").text  # who comes now need not be refused first


def test_refused_forms_with_photographs_are_paid_for_before_the_next_photograph_is_looked_at(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = replace(budget.REFUSED, free=replace(budget.REFUSED.free, most=4))  # each photograph takes a process
    monkeypatch.setattr(budget, "REFUSED", few)
    start, statuses = form_of(client) | {"what": ""}, []
    for _ in range(budget.REFUSED.free.most + 1):
        photo = {"file": (io.BytesIO(b"no picture"), "peach.jpg")}
        statuses.append(client.post("/report", data=TYPED | start | photo).status_code)
    assert statuses == [422] * budget.REFUSED.free.most + [429]
    neighbour = client.post("/report", data=TYPED | form_of(client), environ_overrides={"REMOTE_ADDR": "198.51.100.7"})
    assert neighbour.status_code == 303


def test_an_officer_decides_a_complaint_and_the_consumer_and_the_scanner_see_it(
    app: Flask, world: World, sold: Sold, client: FlaskClient
) -> None:
    client.post("/report", data=TYPED | form_of(client, sold.digits[0]))
    chen = signed_in(app, "chen")
    assert "扫出来是假码" in chen.get("/bureau/complaints/1").text
    assert chen.post("/bureau/complaints/1/take").status_code == 302
    assert "13912345678" not in chen.get("/bureau/complaints/1").text
    assert "13912345678" in chen.post("/bureau/complaints/1/contact").text
    refused = chen.post(
        "/bureau/complaints/1/decide", data={"outcome": "founded", "reason": "属实，已冻结", "hold": "y"}
    )
    assert refused.status_code == 422 and "属实，已冻结" in refused.text
    done = chen.post(
        "/bureau/complaints/1/decide",
        data={"outcome": "founded", "reason": "属实，已冻结", "hold": "y", "hold_reason": "投诉查实"},
    )
    assert done.status_code == 302
    status = client.post("/case", data={"number": world.get(Complaint, 1).number, "digits": "5678"}).text
    assert "属实，已冻结" in status and "已办结" in status
    assert "投诉查实" in client.get(f"/{sold.digits[1]}").text
    assert (
        "投诉查实" in chen.get("/bureau/complaints?state=closed").text
        or "属实" in chen.get("/bureau/complaints?state=closed").text
    )


def test_a_county_officer_who_refers_a_complaint_away_is_led_back_to_the_queue(
    app: Flask, world: World, sold: Sold, client: FlaskClient
) -> None:
    world.officer_of("430225")
    client.post("/report", data=TYPED | form_of(client, sold.digits[0]))
    officer = signed_in(app, "officer-430225")
    wrong = officer.post("/bureau/complaints/1/refer", data={"county": "430225", "reason": "重复"})
    assert wrong.status_code == 422
    away = officer.post("/bureau/complaints/1/refer", data={"county": "430203", "reason": "在芦淞买的"})
    assert away.headers["Location"] == "/bureau/complaints"
    assert officer.get("/bureau/complaints/1").status_code == 404


@pytest.mark.parametrize("key", ["0" * 64, "x", "é" * 64])
def test_the_page_with_the_number_is_nobodys_to_guess(client: FlaskClient, key: str) -> None:
    assert client.get(f"/reported/{key}").status_code == 404
