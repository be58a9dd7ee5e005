"""The counting desk: many requests at once, one commit, no look lost and none counted twice."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from world import NOW, Sold, World
from yipin.models import Scan, UnitScans
from yipin.scan.look_writer import LookWriter, NotCounted
from yipin.scan.looks import Reader
from yipin.scan.verdicts import Verdict

PERSON = Reader.of("203.0.113.9", "Android")


def test_four_hundred_looks_from_two_desks_are_four_hundred(world: World, sold: Sold) -> None:
    desks = [LookWriter(world.db, world.installation.policy.clone) for _ in range(2)]

    def look(number: int) -> int:
        seen = desks[number % 2].count(PERSON, (sold.batch.id, number % 3), Verdict.GENUINE, NOW)
        assert seen is not None
        return seen.scans

    with ThreadPoolExecutor(16) as pool:
        told = sorted(pool.map(look, range(402)))
    assert told == sorted([*range(1, 135)] * 3)  # every look was told a number of its own
    with world.db.read.begin() as session:
        assert session.scalar(sa.select(sa.func.sum(UnitScans.scans))) == 402
        assert session.scalar(sa.select(sa.func.count()).select_from(Scan)) == 402


def test_a_look_that_cannot_be_written_is_not_claimed(world: World, sold: Sold) -> None:
    desk = LookWriter(world.db, world.installation.policy.clone)
    with world.db.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE scans RENAME TO scans_gone")
    with pytest.raises(NotCounted):
        desk.count(PERSON, (sold.batch.id, 0), Verdict.GENUINE, NOW)
    with world.db.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE scans_gone RENAME TO scans")
    seen = desk.count(PERSON, (sold.batch.id, 0), Verdict.GENUINE, NOW)  # and the desk goes on
    assert seen is not None
    assert seen.scans == 1
