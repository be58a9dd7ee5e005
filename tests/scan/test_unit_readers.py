"""Readers of a unit: told apart, counted by network, and no dearer when there are very many of them."""

import random
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa

from world import NOW, Sold, World
from world.pace import Took, in_time
from yipin.db import jsonrows
from yipin.models import UnitReader, UnitScans
from yipin.policy.clones import CloneRule
from yipin.scan import looks, unit_readers
from yipin.scan.looks import Look, Reader
from yipin.scan.verdicts import Verdict
from yipin.scan.visits import Unit, Visit

MANY = 20_000
FAMILIES = 10  # browsers that a network can have
COLUMNS = [UnitReader.__table__.c[name] for name in ("batch_id", "ordinal", "client", "at")]


def write(world: World, unit: Unit, readers: Iterable[tuple[str, datetime]]) -> None:
    rows = jsonrows.rows_of((*unit, client, at) for client, at in readers)
    with world.db.looks.write.begin() as session:
        dialect = session.connection().dialect.name
        session.execute(jsonrows.insert(dialect, COLUMNS), {"rows": rows})


def crowd(world: World, unit: Unit, size: int = MANY) -> None:
    """So many people from as many networks looked at this unit within the last hours, each once."""
    write(world, unit, ((f"{number:08x}{number:08x}", NOW - number * timedelta(seconds=1)) for number in range(size)))
    row = {"scans": size, "readers": size, "days": 1, "first_at": NOW - timedelta(days=1), "last_at": NOW}
    with world.db.looks.write.begin() as session:
        session.add(UnitScans(batch_id=unit[0], ordinal=unit[1], **row))


def look(world: World, unit: Unit, number: int) -> looks.Seen:
    one = Look(Reader.of(f"10.{number // 250}.{number % 250}.1", "Android"), unit, Verdict.GENUINE, NOW)
    with world.db.looks.write.begin() as session:
        looks.count(session, [one], world.installation.policy.clone)
    assert one.seen is not None
    return one.seen


def test_a_look_at_a_pack_that_thousands_scan_costs_no_more_than_another(world: World, sold: Sold) -> None:
    asked, seldom = (sold.batch.id, 0), (sold.batch.id, 1)
    crowd(world, asked)
    for number in range(60):
        look(world, seldom, number)  # enough readers that those of this unit are counted too
    with world.db.looks.write.begin() as session:
        session.execute(sa.text("ANALYZE"))

    def took(unit: Unit, start: int) -> float:
        times = []
        for number in range(start, start + 30):
            began = time.perf_counter()
            assert look(world, unit, number).copied
            times.append(time.perf_counter() - began)
        return statistics.median(times)

    def trial(number: int) -> Iterable[Took]:
        start = 1_000 + 60 * number
        yield Took("over a look at another pack", took(asked, start) / took(seldom, start), 2.5)

    in_time(trial)


def test_a_reader_is_met_again_and_another_is_not(world: World, sold: Sold) -> None:
    unit, later = (sold.batch.id, 0), NOW + timedelta(minutes=5)
    first, again, other = (Visit(unit, NOW, "a", "a"), Visit(unit, later, "a", "a"), Visit(unit, later, "b", "b"))
    for people, met in (([first], {}), ([again, other], {(unit, "a"): NOW}), ([again], {(unit, "a"): later})):
        with world.db.looks.write.begin() as session:
            assert unit_readers.meet(session.connection(), people) == met


def test_a_look_by_a_clock_that_went_back_is_not_the_last(world: World, sold: Sold) -> None:
    unit = (sold.batch.id, 0)
    for at in (NOW, NOW - timedelta(hours=3), NOW + timedelta(minutes=1)):
        with world.db.looks.write.begin() as session:
            met = unit_readers.meet(session.connection(), [Visit(unit, at, "a", "a")])
    assert met == {(unit, "a"): NOW}


def are_many(readers: dict[str, datetime], rule: CloneRule) -> bool:
    """The rule, read slowly: every reader of the last hours, of one network only a few."""
    lately = [client for client, at in readers.items() if NOW - timedelta(hours=rule.hours) <= at <= NOW]
    networks = Counter(client[:8] for client in lately)
    return sum(min(count, rule.per_network) for count in networks.values()) >= rule.readers


def test_the_latest_readers_are_enough_to_tell_whether_there_are_many(world: World, sold: Sold) -> None:
    chance, found = random.Random(4), defaultdict(int)
    for ordinal in range(120):
        rule = CloneRule(readers=chance.randint(2, 6), hours=chance.randint(1, 24), per_network=chance.randint(1, 4))
        readers = {
            f"{network:08x}{family:08x}": NOW - timedelta(minutes=chance.randrange(30 * 60))
            for network in range(chance.randint(1, 12))
            for family in range(chance.randint(1, FAMILIES))
        }
        write(world, (sold.batch.id, ordinal), readers.items())
        with world.db.looks.read.begin() as session:
            told = unit_readers.are_many(session.connection(), (sold.batch.id, ordinal), rule, NOW, FAMILIES)
        assert told is are_many(readers, rule), (rule, readers)
        found[told] += 1
    assert min(found[True], found[False]) > 20


def test_a_network_has_no_more_browsers_than_are_reckoned_with() -> None:
    agents = "MicroMessenger Alipay Huawei Miui iPhone Android Windows Linux x ?".split() + ["Mac OS", ""]
    assert len({Reader.of("203.0.113.9", agent).agent for agent in agents}) == FAMILIES == looks.MOST_OF_A_NETWORK
