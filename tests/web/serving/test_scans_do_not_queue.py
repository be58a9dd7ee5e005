"""No act of the office delays a scan, and a scan whose look cannot be written yet is answered all the same: the page says
that the count is being kept, and the look is counted afterwards, once."""

import re
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from flask import Flask

from world import Sold, World, asgi
from world.locks import looks_locked, record_locked
from world.pace import Took, in_time
from yipin import clock
from yipin.models import Scan, UnitScans
from yipin.scan.look_writer import PATIENCE, LookWriter
from yipin.scan.looks import Reader
from yipin.scan.verdicts import Verdict
from yipin.web.guard import Service
from yipin.web.serving.door import Door

BOTH_DATABASES = True  # each has locks of its own

PHONE = "Mozilla/5.0 (Linux; Android 12)"
PLAIN = {"Host": "t.example.cn", "User-Agent": PHONE, "Accept": "text/html"}
JSON = PLAIN | {"Accept": "application/json"}
AT_WORST = 0.3  # seconds
KEPT, LOST = "记录中", "这次没有记上"
Ask = Callable[[str], tuple[float, str]]


@pytest.fixture
def service(app: Flask) -> Service:
    found: Service = app.extensions["yipin"]
    found.tally.patience = PATIENCE  # as in earnest
    return found


@pytest.fixture(params=["door", "flask"])
def ask(app: Flask, service: Service, sold: Sold, request: pytest.FixtureRequest) -> Ask:
    """Scan a code, at the door or in Flask: how long it took in seconds, and the page. Both are warm."""
    door = Door(app)
    way = door if request.param == "door" else door._flask

    def asked(code: str) -> tuple[float, str]:
        before = time.perf_counter()
        status, _, page = asgi.asked(way, f"/{code}", PLAIN)
        assert status == 200
        return time.perf_counter() - before, page.decode()

    for code in sold.digits:
        asked(code)
    return asked


def written(world: World, sold: Sold) -> dict[int, int]:
    """How many looks at each unit are written; all are one reader's, and count as one."""
    with world.db.read.begin() as session:
        singly = Counter(session.scalars(sa.select(Scan.ordinal).where(Scan.batch_id == sold.batch.id)))
        assert dict.fromkeys(singly, 1) == {row.ordinal: row.scans for row in session.scalars(sa.select(UnitScans))}
        return dict(singly)


def settled(service: Service) -> None:
    """Wait until no look waits any more."""
    until = time.monotonic() + 20
    while service.tally.waiting and time.monotonic() < until:
        time.sleep(0.01)
    assert service.tally.waiting == 0


def test_no_lock_of_the_office_delays_a_scan_or_its_count(
    world: World, sold: Sold, service: Service, ask: Ask, untraced: None
) -> None:
    in_time(lambda _: while_the_office_writes(world, sold, service, ask))


def while_the_office_writes(world: World, sold: Sold, service: Service, ask: Ask) -> list[Took]:
    """Scans while the record is locked: every one is counted, nearly all of them on their own page."""
    before = written(world, sold)[0]
    with record_locked(world):
        begun = time.monotonic()
        told = [ask(sold.digits[0]) for _ in range(50)]
        while time.monotonic() < begun + 3:  # a lock that is held for long delays no more than one of a moment
            told.append(ask(sold.digits[0]))
            time.sleep(0.05)
    assert all("1 人看过" in page or KEPT in page for _, page in told)
    settled(service)
    assert written(world, sold)[0] == before + len(told)
    times = sorted(seconds for seconds, _ in told)
    nine_in_ten, nearly_all = times[int(len(times) * 0.9)], times[int(len(times) * 0.98)]
    late = sum(KEPT in page for _, page in told) / len(told)  # of a disk that others keep busy
    return [
        Took("nine in ten", nine_in_ten, AT_WORST / 2),
        Took("nearly all", nearly_all, AT_WORST),
        Took("the share of late looks", late, 1 / 20),
    ]


def test_while_looks_cannot_be_written_a_scan_is_answered_in_time_and_counted_once_afterwards(
    world: World, sold: Sold, service: Service, ask: Ask, untraced: None
) -> None:
    in_time(lambda _: while_no_look_is_written(world, sold, service, ask))


def while_no_look_is_written(world: World, sold: Sold, service: Service, ask: Ask) -> list[Took]:
    """Scans while the store of looks is locked: each look is kept, and counted once when the lock is gone."""
    service.tally.patience = 0
    with ThreadPoolExecutor(8) as pool:  # how long the same page takes now, when nobody waits for its look
        rest = sorted(seconds for _ in range(4) for seconds, _ in pool.map(ask, [sold.digits[0]] * 8))
    service.tally.patience = PATIENCE
    settled(service)
    before = written(world, sold)
    with looks_locked(world), ThreadPoolExecutor(8) as pool:
        begun, told = time.monotonic(), []
        while time.monotonic() < begun + 2 or len(told) < 32:
            told += pool.map(ask, [sold.digits[number % 2] for number in range(8)])
        assert service.tally.waiting == len(told)
        assert written(world, sold) == before
    for _, page in told:
        assert "is-genuine" in page and KEPT in page and not re.search("[0-9]+ 人看过", page)
    times = sorted(seconds for seconds, _ in told)
    settled(service)
    each = len(told) // 2
    assert written(world, sold) == before | {0: before[0] + each, 1: before[1] + each}
    service.tally.patience = 20
    assert "1 人看过" in ask(sold.digits[0])[1]
    service.tally.patience = PATIENCE
    allowed = max(AT_WORST, PATIENCE + 2 * rest[len(rest) // 2])  # on a machine of its own the first is the larger
    median, nearly_all = times[len(times) // 2], times[int(len(times) * 0.95)]
    return [Took("the median", median, allowed), Took("nearly all", nearly_all, 2 * allowed)]


def test_a_copied_code_is_told_while_its_look_waits(world: World, sold: Sold, service: Service, ask: Ask) -> None:
    service.tally.patience = 20
    for number in range(world.installation.policy.clone.readers):
        service.tally.count(Reader.of(f"203.1.{number}.9", PHONE), (sold.batch.id, 0), Verdict.GENUINE, clock.now())
    service.tally.patience = 0.05
    with looks_locked(world):
        page = ask(sold.digits[0])[1]
        assert "疑似复制" in page and "is-genuine" not in page and KEPT in page
        assert "is-genuine" in ask(sold.digits[1])[1]
    settled(service)


def test_when_too_many_looks_wait_the_page_says_that_this_one_is_not_counted(
    world: World, sold: Sold, service: Service, app: Flask
) -> None:
    small = LookWriter(world.db, world.installation.policy.clone, patience=0.05, most_waiting=3)
    object.__setattr__(service, "tally", small)
    door, path = Door(app), f"/{sold.digits[0]}"

    def told(headers: dict[str, str], times: int) -> list[str]:
        return [asgi.asked(door, path, headers)[2].decode() for _ in range(times)]

    with looks_locked(world):
        kept, (kept_data,) = told(PLAIN, 2), told(JSON, 1)
        lost, (lost_data,) = told(PLAIN, 2), told(JSON, 1)
    assert [KEPT in page for page in kept + lost] == [True, True, False, False]
    assert [LOST in page for page in kept + lost] == [False, False, True, True]
    assert all("is-genuine" in page and not re.search("[0-9]+ 人看过", page) for page in kept + lost)
    assert '"counting":"kept"' in kept_data and '"scans":null' in kept_data
    assert '"counting":"lost"' in lost_data and '"scans":null' in lost_data
    settled(service)
    assert written(world, sold) == {0: 3}
    service.tally.patience = 20
    assert '"counting":"counted"' in told(JSON, 1)[0]
    service.tally.close()
