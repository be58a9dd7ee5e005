"""The public count is kept while nothing that counts has changed; and no page but its own ever waits for it."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import sqlalchemy as sa
from flask.testing import FlaskClient

from world import NOW, Sold, World
from world.certificates import enter
from yipin.clock import day_of
from yipin.db import Database
from yipin.indicators import cache
from yipin.indicators.board import Progress
from yipin.scan import lookup
from yipin.scan.facts_cache import BatchFactsCache

TODAY = day_of(NOW)
AT_ONCE_S = 10  # far less than a wait without end, far more than a page on a busy machine


def last_line(world: World, today: date = TODAY) -> Progress | None:
    with world.db.read.begin() as session:
        return cache.last_line(session, world.installation.policy, today)


def until_counted(world: World, figure: int, today: date = TODAY) -> Progress:
    """The line, as soon as the count in the background has come to a figure."""
    for _ in range(400):
        line = last_line(world, today)
        if line is not None and (line.counted, line.as_of) == (figure, today):
            return line
        time.sleep(0.02)
    raise AssertionError(f"never counted {figure}: {line}")


def test_before_the_first_count_there_is_no_line_and_soon_there_is(world: World) -> None:
    assert last_line(world) is None
    assert until_counted(world, 0).target == 50


def test_while_somebody_counts_a_reader_gets_the_last_whole_count_with_its_own_day(world: World) -> None:
    tomorrow = date(2026, 7, 21)
    until_counted(world, 0)
    enter(world, "ama", "green", "2024-01-01")
    with cache.counts_of(world.db.engine).counting, ThreadPoolExecutor(1) as other:
        line = other.submit(last_line, world, tomorrow).result(AT_ONCE_S)
        assert line is not None and (line.counted, line.as_of) == (0, TODAY)
    until_counted(world, 1, tomorrow)


def test_what_changes_while_it_is_counted_is_counted_next(world: World) -> None:
    counts = cache.counts_of(world.db.engine)
    with counts.counting:
        enter(world, "ama", "green", "2024-01-01")
        last_line(world)  # sets a count going, which waits for us
        enter(world, "ben", "green", "2024-01-01")
        last_line(world)
    for _ in range(400):
        if counts.line is not None and counts.line.counted == 2:
            return
        time.sleep(0.02)
    raise AssertionError(counts.line)


def test_a_change_by_another_process_is_counted(world: World) -> None:
    until_counted(world, 0)
    elsewhere = World(world.settings, world.installation, Database(world.settings.database_url))
    enter(elsewhere, "ama", "green", "2024-01-01")
    elsewhere.db.dispose()
    assert until_counted(world, 1)


def test_a_count_that_fails_is_made_when_it_can_be(world: World) -> None:
    with world.db.write.begin() as session:
        session.execute(sa.text("ALTER TABLE certification_lines RENAME TO gone"))
    assert last_line(world) is None
    with world.db.write.begin() as session:
        session.execute(sa.text("ALTER TABLE gone RENAME TO certification_lines"))
    until_counted(world, 0)


def test_a_scan_while_somebody_counts_is_answered_at_once(world: World, sold: Sold, client: FlaskClient) -> None:
    address, json = f"/{sold.digits[0]}", {"Accept": "application/json"}
    pages = (address, f"/b/{sold.batch.id_number}", "/", "/0")
    engine = client.application.extensions["yipin"].db.engine
    with cache.counts_of(engine).counting, ThreadPoolExecutor(1) as other:
        for page in pages:
            assert other.submit(client.get, page).result(AT_ONCE_S).status_code in (200, 404), page
        assert other.submit(client.get, address, headers=json).result(AT_ONCE_S).get_json()["progress"]["counted"] == 0


def test_a_scan_of_a_remembered_batch_tells_the_new_count(world: World, sold: Sold) -> None:
    facts = BatchFactsCache(world.db)

    def counted() -> int | None:
        with world.db.read.begin() as session:
            said = lookup.present(session, world.installation, sold.digits[0], NOW, facts).answer.progress
        return said and said.counted

    until_counted(world, 0)
    enter(world, "ama", "green", "2024-01-01")
    with cache.counts_of(world.db.engine).counting:
        assert counted() == 0
    for _ in range(400):
        if counted() == 1:
            return
        time.sleep(0.02)
    raise AssertionError("the pages of the batch keep the old count")
