"""Whatever goes wrong, the reader gets a page of ours, in words and with a way on, or the same as data: never a stack
trace, never the server's own page."""

import io
import logging
import re
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from world import Sold, World, signed_in
from world.reading import see
from yipin.db import Database
from yipin.scan.facts_cache import BatchFactsCache
from yipin.web.bounds import PICTURE
from yipin.web.errors import TITLES, asks_for_json

HTML, JSON = {"Accept": "text/html"}, {"Accept": "application/json"}
TRACES = ("Traceback", 'File "', "werkzeug", "sqlalchemy", "psycopg", "sqlite", "SELECT ", "Internal Server Error")


def refuse_foreign_page(answer: TestResponse, status: int, title: str | None = None) -> None:
    """It must be one of our error pages, or the same as data, and tell nothing of our insides."""
    assert answer.status_code == status
    assert not [trace for trace in TRACES if trace in answer.text]
    title = title or TITLES[status]
    if answer.mimetype == "application/json":
        assert answer.json["status"] == status and answer.json["error"] == title and answer.json["reason"]
        return
    page = see(answer.text)
    assert answer.mimetype == "text/html" and page.headline == title and page.lang == "zh-CN"
    assert "/" in page.links
    assert "/find" in page.links or "/logout" in page.links  # a way on: the search box, or the office's own menu


def provoke(app: Flask, world: World, status: int, headers: dict[str, str]) -> TestResponse:
    """Something a person can do that ends in this status."""
    ama = signed_in(app, "ama")
    if status == 400:
        app.config["WTF_CSRF_ENABLED"] = True
        return ama.post("/producer/plots", data={"name": "后坡"}, headers=headers)
    if status == 403:
        return ama.get("/bureau/", headers=headers)
    if status == 409:  # an account without a producer yet
        newcomer = app.test_client()
        newcomer.post("/join", data={"login": "newcomer", "name": "Dora", "password": "some plain sentence"})
        return newcomer.post("/producer/paper/printers", data={"name": "柜台"}, headers=headers)
    if status == 413:
        big = (io.BytesIO(b"\xff\xd8\xff" + bytes(PICTURE.body)), "peach.jpg")
        return ama.post("/producer/products/new", data={"name": "黄桃", "picture": big}, headers=headers)
    if status == 422:  # a symbol that no unit of the range has
        return ama.get(f"/producer/codes/{world.issue(world.declare(), 2).id}/99.png", headers=headers)
    if status == 503:
        (world.settings.keys / "keys.json").write_text("{", "utf-8")
    path, method = {404: ("/no/such/page", "GET"), 405: ("/keys.json", "DELETE"), 503: ("/" + "1" * 191, "GET")}[status]
    return ama.open(path, method=method, headers=headers)


@pytest.mark.parametrize("headers", [HTML, JSON], ids=["page", "data"])
@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 413, 422, 503])
def test_an_error_is_told_on_our_own_page_also_to_who_is_signed_in(
    world: World, app: Flask, status: int, headers: dict[str, str]
) -> None:
    answer = provoke(app, world, status, headers)
    assert answer.mimetype == headers["Accept"]
    refuse_foreign_page(answer, status)


def test_an_error_is_told_on_our_own_page_to_a_stranger(client: FlaskClient) -> None:
    for path, method, status in (
        ("/no/such/page", "GET", 404),
        ("/static/no.css", "GET", 404),
        ("/static/../../yipin.toml", "GET", 404),
        ("/picture/1-2.jpg", "GET", 404),
        ("/", "POST", 405),
        ("/", "OPTIONS", 405),
        ("/login", "DELETE", 405),
        ("/login", "FOO", 405),
        ("/healthz", "TRACE", 405),
    ):
        for headers in (HTML, JSON):
            refuse_foreign_page(client.open(path, method=method, headers=headers), status)


def test_an_error_page_speaks_english_when_asked(client: FlaskClient) -> None:
    assert see(client.get("/no/such/page?lang=en").text).lang == "en"


def test_a_method_not_allowed_says_which_are(client: FlaskClient) -> None:
    assert {"GET", "POST"} <= set(client.delete("/login").headers["Allow"].split(", "))


def test_too_many_or_too_large_fields_are_refused(app: Flask) -> None:
    ama = signed_in(app, "ama")
    for data in ({f"f{number}": "x" for number in range(300)}, {"name": "桃" * 300_000}):
        answer = ama.post("/producer/products/new", data=data, content_type="multipart/form-data")
        refuse_foreign_page(answer, 413)


def test_a_broken_form_is_an_empty_one(app: Flask) -> None:
    ama = signed_in(app, "ama")
    for kind, body in (
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=name\r\n\r\nunfinished"),
        ("application/x-www-form-urlencoded", b"name=\xff\xfe&brand=%ff"),
        ("application/json", b'{"name": "x"}'),
        ("text/plain; charset=nonsense", b"\x00"),
    ):
        answer = ama.post("/producer/products/new", data=body, content_type=kind)
        assert answer.status_code in (400, 422) and see(answer.text).headline, kind


def _break_the_record(world: World) -> None:
    with world.db.engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE void_units"))


def test_what_nobody_foresaw_is_a_page_with_a_number_that_the_log_knows(
    world: World, client: FlaskClient, sold: Sold, caplog: pytest.LogCaptureFixture
) -> None:
    _break_the_record(world)
    numbers = []
    for headers in (HTML, JSON):
        with caplog.at_level(logging.ERROR, "yipin.web"):
            answer = client.get(f"/{sold.digits[0]}", headers=headers)
        refuse_foreign_page(answer, 500)
        numbers += re.findall(
            r"编号 ([0-9a-f]{8}) ", answer.json["reason"] if headers is JSON else see(answer.text).text
        )
    assert len(set(numbers)) == 2  # each has its own
    for number in numbers:
        record = next(record for record in caplog.records if number in record.getMessage())
        assert record.exc_info and "void_units" in str(record.exc_info[1])
    assert client.get("/").status_code == 200  # and the rest goes on


def test_what_nobody_foresaw_is_a_page_for_who_is_signed_in_too(world: World, app: Flask, sold: Sold) -> None:
    ama, chen = signed_in(app, "ama"), signed_in(app, "chen")
    _break_the_record(world)
    refuse_foreign_page(ama.get(f"/producer/batches/{sold.batch.id_number}"), 500)
    refuse_foreign_page(chen.get(f"/bureau/batches/{sold.batch.id_number}"), 500)
    refuse_foreign_page(
        ama.post(f"/producer/batches/{sold.batch.id_number}/void", data={"numbers": "1", "reason": "打坏了"}), 500
    )
    assert ama.get("/producer/").status_code == 200


def test_a_database_out_of_reach_is_said_to_be_so_and_comes_back(world: World, app: Flask, sold: Sold) -> None:
    whole, client = app.extensions["yipin"], app.test_client()
    nowhere = Database("postgresql://nobody@127.0.0.1:1/none?connect_timeout=2")
    app.extensions["yipin"] = replace(whole, db=nowhere, facts=BatchFactsCache(nowhere))
    for headers in (HTML, JSON):
        refuse_foreign_page(client.get(f"/{sold.digits[0]}", headers=headers), 503)
        refuse_foreign_page(client.post("/login", data={"login": "ama", "password": "x"}, headers=headers), 503)
    nowhere.dispose()
    app.extensions["yipin"] = whole
    assert client.get(f"/{sold.digits[0]}", headers=JSON).json["verdict"] == "genuine"


def test_a_missing_key_list_stops_looking_up_codes_but_not_numbers(
    world: World, client: FlaskClient, sold: Sold
) -> None:
    (world.settings.keys / "keys.json").unlink()
    for path in (f"/{sold.digits[0]}", "/keys.json"):
        refuse_foreign_page(client.get(path, headers=HTML), 503)
    assert client.get(f"/b/{sold.batch.id_number}").status_code == 200
    assert client.get("/").status_code == 200


def test_what_is_wrong_with_the_keys_is_for_the_log_alone(
    world: World, client: FlaskClient, sold: Sold, caplog: pytest.LogCaptureFixture
) -> None:
    (world.settings.keys / "keys.json").unlink()
    for headers in (HTML, JSON):
        with caplog.at_level(logging.ERROR, "yipin.web"):
            answer = client.get(f"/{sold.digits[0]}", headers=headers)
        assert not [word for word in (str(world.settings.data), "私钥", "备份", "chmod") if word in answer.text]
        number = re.search(r"编号 ([0-9a-f]{8}) ", answer.json["reason"] if headers is JSON else see(answer.text).text)
        assert number
        told = next(record.getMessage() for record in caplog.records if number[1] in record.getMessage())
        assert str(world.settings.keys) in told and "备份" in told


def test_a_refused_host_or_length_is_no_crash(client: FlaskClient) -> None:
    for headers in (
        {"Host": "evil.example"},
        {"Host": ""},
        {"Host": "a" * 300},
        {"Host": "[::1"},
        {"Host": "x y"},
        {"Content-Length": "abc"},
        {"Content-Length": "-5"},
        {"Transfer-Encoding": "chunked"},
    ):
        answer = client.get("/", headers=headers)
        assert answer.status_code in (200, 400) and not [trace for trace in TRACES if trace in answer.text]
        assert "evil.example" not in answer.text


def test_an_accept_header_without_end_is_not_read_to_its_end() -> None:
    assert asks_for_json("a/b;q=0.1, application/json")
    assert not asks_for_json("a/b;q=0.1, " * 40_000 + "application/json")
