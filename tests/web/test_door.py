"""A pack's page is the same, byte for byte, whether the door answers or Flask; and what is no plain page goes to Flask."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from conftest import Sold, World
from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from yipin import audit, clock, tally
from yipin.codes.signing import verify
from yipin.counting import Reader, Seen
from yipin.models import Batch, Scan
from yipin.web.door import Door

BOTH_DATABASES = True  # looks are written down past Flask

ROBOT = "Googlebot/2.1"  # written down, but no look by a person: the page stays the same
PHONE = "Mozilla/5.0 (Linux; Android 12)"
HOST = "t.example.cn"
LANGUAGES = [{}, {"Cookie": "lang=zh"}, {"Cookie": "lang=en"}]
OTHERS = [{"Cookie": "lang=xx"}, {"Cookie": "session=abc"}, {"Cookie": "lang=en; a=b"}, {"Cookie": " lang=en"},
          {"Accept": "application/json"}, {"Accept": "text/html;q=0.1, application/json"}, {"Accept": "*/*"},
          {"Accept": ";q=abc,*/*;q=-1"}, {"Host": "a b"}, {"Host": "t.example.cn:0"}, {"Host": "t.example.cn:99999"},
          {"Host": "t.example.cn:8000"}, {"Host": "-"}, {"Host": ".."}, {"Host": "[::1]"}, {"Host": ""},
          {"User-Agent": "\xff" + ROBOT}]  # fmt: skip

Answer = tuple[str, list[tuple[str, str]], bytes]


def asked(app: Flask, way: str, path: str, headers: dict[str, str], method: str = "GET", query: str = "") -> Answer:
    door = app.wsgi_app
    assert isinstance(door, Door)
    told = {"Host": HOST, "User-Agent": ROBOT, "Accept": "text/html"} | headers
    environ = EnvironBuilder(path="/", method=method, headers=told).get_environ()
    environ |= {"PATH_INFO": path, "QUERY_STRING": query, "REMOTE_ADDR": "203.0.113.9"}
    body, status, found = run_wsgi_app(door if way == "door" else door._flask, environ, buffered=True)
    return status, list(found), b"".join(body)


def both(app: Flask, path: str, headers: dict[str, str], **rest: str) -> None:
    for _ in range(2):  # the first time there is nothing to answer from
        flask, door = (asked(app, way, path, headers, **rest) for way in ("flask", "door"))
        assert flask == door, (path[:40], headers, rest)


@pytest.fixture
def by_flask(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that went on to Flask."""
    passed: list[str] = []
    door = app.wsgi_app
    flask = door._flask

    def note(environ, start_response):  # type: ignore[no-untyped-def]
        passed.append(environ["PATH_INFO"])
        return flask(environ, start_response)

    monkeypatch.setattr(door, "_flask", note)
    return passed


def states(world: World, sold: Sold) -> Iterator[str]:
    """The batch in one state after the other."""
    yield "on sale"
    for act in (audit.hold, audit.release, audit.recall):
        with world.db.write.begin() as session:
            act(session, world.chen, session.get_one(Batch, sold.batch.id), "送检 &amp; “复检”")
        yield act.__name__


def test_both_ways_give_the_same_bytes_whatever_the_verdict(app: Flask, world: World, sold: Sold) -> None:
    waiting = world.codes(world.issue(world.declare(), 1))
    for state in states(world, sold):
        for digits in (sold.digits[0], waiting[0]):
            for headers in LANGUAGES:
                both(app, f"/{digits}", headers)
        asked(app, "door", f"/{sold.digits[0]}", {"User-Agent": PHONE})  # from now on somebody has looked
        assert state


def test_both_ways_give_the_same_to_all_that_is_no_plain_request(app: Flask, sold: Sold) -> None:
    path = f"/{sold.digits[0]}"
    both(app, path, {})
    for headers in OTHERS:
        both(app, path, headers)
    for query in ("lang=en", "lang=xx", "a=b", "%ff"):
        both(app, path, {}, query=query)
    for method in ("HEAD", "POST", "OPTIONS", "PUT"):
        both(app, path, {}, method=method)
    for other in (
        "/",
        path + "/",
        "/" + path,
        path[:-1],
        path + "0",
        f"/{'9' * 191}",
        f"/{'0' * 191}",
        path.replace("1", "١"),
    ):
        both(app, other.encode().decode("latin-1"), {})


def test_a_drawn_page_is_answered_at_the_door_and_each_look_is_written_down(
    app: Flask, world: World, sold: Sold, by_flask: list[str]
) -> None:
    for number in range(1, 5):
        status, headers, page = asked(app, "door", f"/{sold.digits[number % 2]}", {"User-Agent": PHONE})
        assert status == "200 OK" and f"共 {(number + 1) // 2} 次" in page.decode()
        with world.db.read.begin() as session:
            assert session.scalar(sa.select(sa.func.count()).select_from(Scan)) == number
    assert len(by_flask) == 1


def test_a_hold_is_seen_at_the_door_by_the_very_next_scan(app: Flask, world: World, sold: Sold) -> None:
    pages = [asked(app, "door", f"/{sold.digits[0]}", {})[2].decode() for _ in states(world, sold)]
    pages += [asked(app, "door", f"/{sold.digits[0]}", {})[2].decode()]
    assert ["is-genuine" in page for page in pages] == [True, False, True, False, False]


def test_a_code_that_is_nearly_one_is_never_answered_at_the_door(app: Flask, sold: Sold, by_flask: list[str]) -> None:
    code = sold.digits[0]
    for _ in range(2):
        asked(app, "door", f"/{code}", {})
    passed = len(by_flask)
    for place in range(0, 191, 7):
        wrong = code[:place] + str((int(code[place]) + 1) % 10) + code[place + 1 :]
        assert "is-genuine" not in asked(app, "door", f"/{wrong}", {})[2].decode()
        passed += 1
        assert len(by_flask) == passed


def test_a_copied_code_and_a_look_that_could_not_be_counted_are_told_at_the_door_too(
    app: Flask, world: World, sold: Sold, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack, path = sold.digits[0], f"/{sold.digits[0]}"
    assert verify(pack, world.office.keys)
    asked(app, "door", path, {})
    seen = Seen(sold.batch.id, 0, 900, clock.now(), copied=True)
    for _ in range(2):
        with monkeypatch.context() as patch:
            patch.setattr(tally.Tally, "count", lambda *_: seen)
            assert "疑似复制" in asked(app, "door", path, {})[2].decode()
        with monkeypatch.context() as patch:
            patch.setattr(tally.Tally, "count", _fails)
            page = asked(app, "door", path, {})[2].decode()
            assert "is-genuine" in page and "扫码记录" not in page


def _fails(_tally: object, _reader: Reader, *_rest: object) -> Seen:
    raise tally.NotCounted
