"""The writer of looks: many requests at once, one commit, no look lost and none counted twice, whatever fails meanwhile."""

import itertools
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import sqlalchemy as sa

from world import NOW, Sold, World
from world.locks import looks_locked
from world.pace import Took, in_time
from yipin.models import Scan, UnitScans
from yipin.scan.counting import Counted, Counting
from yipin.scan.look_writer import LookWriter
from yipin.scan.looks import Look, Reader
from yipin.scan.verdicts import Verdict

PERSON = Reader.of("203.0.113.9", "Android")
OTHERS = itertools.count()


def writer(world: World, patience: float = 20, most_waiting: int = 1_000) -> LookWriter:
    return LookWriter(world.db, world.installation.policy.clone, patience, most_waiting)


def look(desk: LookWriter, sold: Sold, ordinal: int = 0) -> Counted:
    """Somebody looks who has not looked before."""
    reader = replace(PERSON, network=f"network {next(OTHERS)}")
    return desk.count(reader, (sold.batch.id, ordinal), Verdict.GENUINE, NOW)


def closed(desk: LookWriter) -> None:
    desk.close(20)
    assert desk.waiting == 0


def written(world: World) -> list[int]:
    """The units that were looked at, in the order in which the looks were written."""
    with world.db.read.begin() as session:
        units = list(session.scalars(sa.select(Scan.ordinal).order_by(Scan.id)))
        assert session.scalar(sa.select(sa.func.coalesce(sa.func.sum(UnitScans.scans), 0))) == len(units)
        return units


def test_four_hundred_looks_from_two_writers_are_four_hundred(world: World, sold: Sold) -> None:
    desks = [writer(world) for _ in range(2)]

    def told(number: int) -> int:
        seen, how = look(desks[number % 2], sold, number % 3)
        assert seen is not None and how is Counting.DONE
        return seen.scans

    with ThreadPoolExecutor(16) as pool:
        figures = sorted(pool.map(told, range(402)))
    assert figures == sorted([*range(1, 135)] * 3)  # every look was told a number of its own
    assert len(written(world)) == 402
    for desk in desks:
        closed(desk)


def test_a_look_that_cannot_be_written_waits_and_is_counted_once_and_in_order(world: World, sold: Sold) -> None:
    desk = writer(world, patience=0.05)
    with world.db.looks.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE scans RENAME TO scans_gone")
    assert [look(desk, sold, ordinal) for ordinal in (2, 0, 1)] == [Counted(None, Counting.KEPT)] * 3
    assert desk.waiting == 3
    with world.db.looks.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE scans_gone RENAME TO scans")
    closed(desk)
    assert written(world) == [2, 0, 1]


def test_more_looks_than_may_wait_are_not_taken(world: World, sold: Sold) -> None:
    desk = writer(world, patience=0.01, most_waiting=5)
    with looks_locked(world):
        told = [look(desk, sold).how for _ in range(8)]
        assert told == [Counting.KEPT] * 5 + [Counting.LOST] * 3
        assert not desk.put([], lambda: None) or desk.waiting == 5
    closed(desk)
    assert written(world) == [0] * 5


def test_a_writer_that_is_closed_writes_what_waits_and_takes_no_more(world: World, sold: Sold) -> None:
    desk = writer(world, patience=0.01, most_waiting=2_000)
    with looks_locked(world):
        assert desk.put([Look(PERSON, (sold.batch.id, n), Verdict.GENUINE, NOW) for n in range(1_500)], lambda: None)
        look(desk, sold)
    closed(desk)
    assert len(written(world)) == 1_501
    assert look(desk, sold) == Counted(None, Counting.LOST)


def test_a_stop_does_not_wait_for_ever_and_says_how_many_looks_are_lost(
    world: World, sold: Sold, caplog: pytest.LogCaptureFixture
) -> None:
    def stop(_: int) -> list[Took]:
        caplog.clear()
        desk = writer(world, patience=0.01)
        with looks_locked(world):
            assert [look(desk, sold).how for _ in range(3)] == [Counting.KEPT] * 3
            before = time.monotonic()
            desk.close(0.2)
            took = time.monotonic() - before
            assert desk.waiting == 3
        assert any("3 looks are lost" in message for message in caplog.messages)
        desk._inbox.close(20)  # the thread of this test's writer is still at work
        return [Took("the stop", took, 2)]

    in_time(stop)


def test_a_look_that_no_store_takes_does_not_stop_the_others(
    world: World, sold: Sold, caplog: pytest.LogCaptureFixture
) -> None:
    desk, ends = writer(world, patience=0.3), []
    bad = Look(PERSON, (sold.batch.id, 1), Verdict.GENUINE, NOW.replace(tzinfo=None))  # a moment without a zone
    good = [Look(PERSON, (sold.batch.id, n), Verdict.GENUINE, NOW) for n in (0, 2)]
    assert desk.put([good[0], bad, good[1]], lambda: ends.append("told"))
    assert look(desk, sold).how is not Counting.LOST
    closed(desk)
    assert written(world) == [0, 2, 0] and ends == []
    assert any("cannot be written" in message for message in caplog.messages)
