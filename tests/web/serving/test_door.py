"""A pack's page is the same, byte for byte, whether the door answers or Flask; and what is no plain page goes to Flask."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from world import Sold, World, asgi
from yipin import clock
from yipin.audit import holds
from yipin.models import Batch, Scan
from yipin.scan import look_commits
from yipin.scan.looks import Look, Reader
from yipin.scan.verdicts import Verdict
from yipin.web.app import create_app
from yipin.web.serving.door import Door

BOTH_DATABASES = True  # looks are written down past Flask

ROBOT = "Googlebot/2.1"  # written down, but no look by a person: the page stays the same
PHONE = "Mozilla/5.0 (Linux; Android 12)"
HOST = "t.example.cn"
LANGUAGES = [{}, {"Cookie": "lang=zh"}, {"Cookie": "lang=en"}]
OTHERS = [
    {"Cookie": "lang=xx"},
    {"Cookie": "session=abc"},
    {"Cookie": "lang=en; a=b"},
    {"Cookie": " lang=en"},
    {"Accept": "application/json"},
    {"Accept": "text/html;q=0.1, application/json"},
    {"Accept": "*/*"},
    {"Accept": ";q=abc,*/*;q=-1"},
    {"Host": "a b"},
    {"Host": "t.example.cn:0"},
    {"Host": "t.example.cn:99999"},
    {"Host": "t.example.cn:8000"},
    {"Host": "-"},
    {"Host": ".."},
    {"Host": "[::1]"},
    {"Host": ""},
    {"Accept": "a/b," * 400 + "application/json"},
    {"User-Agent": "\xff" + ROBOT},
]


@pytest.fixture
def door(app: Flask) -> Door:
    return Door(app)


def asked(
    door: Door, way: str, path: str, headers: dict[str, str], method: str = "GET", query: str = ""
) -> asgi.Answer:
    told = {"Host": HOST, "User-Agent": ROBOT, "Accept": "text/html"} | headers
    return asgi.asked(door if way == "door" else door._flask, path, told, method, query)


def both(door: Door, path: str, headers: dict[str, str], **rest: str) -> None:
    for _ in range(2):  # the first time there is nothing to answer from
        flask, fast = (asked(door, way, path, headers, **rest) for way in ("flask", "door"))
        assert flask == fast, (path[:40], headers, rest)


@pytest.fixture
def by_flask(door: Door, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that went on to Flask."""
    passed: list[str] = []
    flask = door._flask

    async def note(scope, receive, send):  # type: ignore[no-untyped-def]
        passed.append(scope["path"])
        await flask(scope, receive, send)

    monkeypatch.setattr(door, "_flask", note)
    return passed


def states(world: World, sold: Sold) -> Iterator[str]:
    """The batch in one state after the other."""
    yield "on sale"
    for act in (holds.hold, holds.release, holds.recall):
        with world.db.write.begin() as session:
            act(session, world.chen, session.get_one(Batch, sold.batch.id), "送检 &amp; “复检”")
        yield act.__name__


def test_both_ways_give_the_same_bytes_whatever_the_verdict(door: Door, world: World, sold: Sold) -> None:
    waiting = world.codes(world.issue(world.declare(), 1))
    for state in states(world, sold):
        for digits in (sold.digits[0], waiting[0]):
            for headers in LANGUAGES:
                both(door, f"/{digits}", headers)
        asked(door, "door", f"/{sold.digits[0]}", {"User-Agent": PHONE})  # from now on somebody has looked
        assert state


def test_both_ways_give_the_same_to_all_that_is_no_plain_request(door: Door, sold: Sold) -> None:
    path = f"/{sold.digits[0]}"
    both(door, path, {})
    for headers in OTHERS:
        both(door, path, headers)
    for query in ("lang=en", "lang=xx", "a=b", "%ff"):
        both(door, path, {}, query=query)
    for method in ("HEAD", "POST", "OPTIONS", "PUT"):
        both(door, path, {}, method=method)
    for other in (
        "/",
        path + "/",
        "/" + path,
        path[:-1],
        path + "0",
        f"/{'9' * 191}",
        f"/{'0' * 191}",
        path.replace("1", "%D9%A1"),
    ):
        both(door, other, {})


def test_a_drawn_page_is_answered_at_the_door_and_each_look_is_written_down(
    door: Door, world: World, sold: Sold, by_flask: list[str]
) -> None:
    for number in range(1, 5):
        status, headers, page = asked(door, "door", f"/{sold.digits[number % 2]}", {"User-Agent": PHONE})
        assert status == 200 and "1 人看过" in page.decode()  # the same reader, who reloads
        with world.db.read.begin() as session:
            assert session.scalar(sa.select(sa.func.count()).select_from(Scan)) == number
    assert len(by_flask) == 1


def test_a_hold_is_seen_at_the_door_by_the_very_next_scan(door: Door, world: World, sold: Sold) -> None:
    pages = [asked(door, "door", f"/{sold.digits[0]}", {})[2].decode() for _ in states(world, sold)]
    pages += [asked(door, "door", f"/{sold.digits[0]}", {})[2].decode()]
    assert ["is-genuine" in page for page in pages] == [True, False, True, False, False]


def test_a_code_that_is_nearly_one_is_never_answered_at_the_door(door: Door, sold: Sold, by_flask: list[str]) -> None:
    code = sold.digits[0]
    for _ in range(2):
        asked(door, "door", f"/{code}", {})
    passed = len(by_flask)
    for place in range(0, 191, 7):
        wrong = code[:place] + str((int(code[place]) + 1) % 10) + code[place + 1 :]
        assert "is-genuine" not in asked(door, "door", f"/{wrong}", {})[2].decode()
        passed += 1
        assert len(by_flask) == passed


def test_a_copied_code_is_told_at_the_door_too(door: Door, world: World, sold: Sold, by_flask: list[str]) -> None:
    path, phone = f"/{sold.digits[0]}", {"User-Agent": PHONE}
    assert "is-genuine" in asked(door, "door", path, phone)[2].decode()
    for number in range(world.installation.policy.clone.readers):
        reader = Reader.of(f"203.1.{number}.9", PHONE)
        door._service.tally.count(reader, (sold.batch.id, 0), Verdict.GENUINE, clock.now())
    pages = [asked(door, "door", path, phone)[2].decode() for _ in range(2)]
    assert len(by_flask) == 1 and ["疑似复制" in page for page in pages] == [True, True]


def test_those_who_come_together_share_one_commit_and_each_is_counted(
    door: Door, sold: Sold, monkeypatch: pytest.MonkeyPatch
) -> None:
    groups: list[int] = []
    write = look_commits.LookCommits.write

    def noted(commits: look_commits.LookCommits, looks: Sequence[Look]) -> bool:
        groups.append(len(looks))
        return write(commits, looks)

    path = f"/{sold.digits[0]}"
    asked(door, "door", path, {"User-Agent": PHONE})
    monkeypatch.setattr(look_commits.LookCommits, "write", noted)
    told = {"Host": HOST, "User-Agent": PHONE, "Accept": "text/html"}
    pages = [
        page.decode()
        for _, _, page in asgi.all_asked(door, [(path, told)] * 30, [f"198.51.{number}.9" for number in range(30)])
    ]
    assert sum(groups) == 30 and len(groups) < 15
    assert sorted(int(re.findall("([0-9]+) 人看过", page)[0]) for page in pages) == list(range(2, 32))


def test_behind_a_proxy_the_reader_is_the_one_that_the_proxy_names(world: World, sold: Sold) -> None:
    told = {"Host": HOST, "User-Agent": PHONE, "Accept": "text/html"}
    for proxies, clients in ((0, 1), (1, 3)):
        settings = replace(world.settings, proxies=proxies)
        door, path = Door(create_app(settings)), f"/{sold.digits[proxies]}"
        for forwarded in ("198.51.100.1", "198.51.100.1, 192.0.2.1", "192.0.2.1, 198.51.101.1"):
            for _ in range(2):
                asgi.asked(door, path, told | {"X-Forwarded-For": forwarded}, more=((b"x_forwarded_for", b"9.9.9.9"),))
        with world.db.read.begin() as session:
            readers = sa.select(sa.func.count(sa.distinct(Scan.client))).where(Scan.ordinal == proxies)
            assert session.scalar(readers) == clients
