"""Sixty-four readers of one batch read it once, and nobody gets what was read before their own scan began."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock

import pytest
import sqlalchemy as sa

from world import NOW, Sold, World
from yipin.clock import day_of
from yipin.scan.facts_cache import BatchFactsCache
from yipin.scan.single_flight import SingleFlight


def test_sixty_four_readers_read_a_batch_once(world: World, sold: Sold) -> None:
    cache, lock, read = BatchFactsCache(world.db), Lock(), []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        with lock:
            read.append(statement)

    sa.event.listen(world.db.engine, "before_cursor_execute", note)
    with ThreadPoolExecutor(8) as readers:
        wish = (sold.batch.id_number, 0)
        found = list(readers.map(lambda _: cache.get(world.installation, wish, day_of(NOW)), range(64)))
    assert all(one is not None and one.facts is found[0].facts for one in found if found[0])
    assert len([statement for statement in read if "FROM batches " in statement and "id_number = " in statement]) == 1


def test_who_asked_later_does_not_get_what_was_read_before() -> None:
    flights: SingleFlight[str] = SingleFlight()
    begun, may_end, answers = Event(), Event(), iter(["old", "new"])

    def slow() -> str:
        said = next(answers)
        begun.set()
        may_end.wait(10)
        return said

    with ThreadPoolExecutor(3) as readers:
        first = readers.submit(flights.read, "batch", 5, slow)
        begun.wait(10)
        same, later = (readers.submit(flights.read, "batch", version, slow) for version in (5, 6))
        may_end.set()
        assert (first.result(10), same.result(10), later.result(10)) == ("old", "old", "new")


def test_a_reading_that_fails_fails_for_its_own_caller_alone() -> None:
    flights: SingleFlight[str] = SingleFlight()
    begun, may_end = Event(), Event()

    def fails() -> str:
        begun.set()
        may_end.wait(10)
        raise OSError("the database is gone")

    with ThreadPoolExecutor(2) as readers:
        first = readers.submit(flights.read, "batch", 5, fails)
        begun.wait(10)
        second = readers.submit(flights.read, "batch", 5, lambda: "read again")
        may_end.set()
        assert second.result(10) == "read again"
        with pytest.raises(OSError, match="gone"):
            first.result(10)


def never() -> str:
    raise AssertionError("this was read already")


def test_who_arrives_when_a_reading_has_just_ended_gets_it_if_it_covers_what_was_asked() -> None:
    flights: SingleFlight[str] = SingleFlight()
    assert flights.read("batch", 5, lambda: "at 5") == "at 5"
    assert flights.read("batch", 5, never) == flights.read("batch", 4, never) == "at 5"
    assert flights.read("another", 5, lambda: "another") == "another"
    assert flights.read("batch", 6, lambda: "at 6") == "at 6"
    assert flights.read("batch", 5, never) == "at 6"


def test_a_reading_that_failed_is_not_given_to_those_who_come_later() -> None:
    flights: SingleFlight[str] = SingleFlight()
    with pytest.raises(AssertionError):
        flights.read("batch", 5, never)
    assert flights.read("batch", 5, lambda: "read again") == "read again"


def test_after_a_record_was_put_back_nothing_that_was_read_before_is_given_to_anybody() -> None:
    flights: SingleFlight[str] = SingleFlight()
    begun, may_end = Event(), Event()

    def slow() -> str:
        begun.set()
        may_end.wait(10)
        return "of the former record"

    flights.read("other", 12, lambda: "of the former record")
    with ThreadPoolExecutor(1) as readers:
        first = readers.submit(flights.read, "batch", 12, slow)
        begun.wait(10)
        flights.forget()
        assert flights.read("batch", 8, lambda: "now") == flights.read("other", 8, lambda: "now") == "now"
        may_end.set()
        assert first.result(10) == "of the former record"
    assert flights.read("batch", 8, never) == "now"


def test_a_version_that_the_record_has_not_had_covers_nothing() -> None:
    """Asked before the record was put back to version 8, and arriving afterwards."""
    flights: SingleFlight[str] = SingleFlight(lambda version: version <= 8)
    assert flights.read("batch", 12, lambda: "soon out of date") == "soon out of date"
    assert flights.read("batch", 8, lambda: "now") == "now"
    assert flights.read("batch", 12, lambda: "for itself") == "for itself"


def test_only_so_many_readings_are_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yipin.scan.single_flight.MOST_LANDED", 2)
    flights: SingleFlight[int] = SingleFlight()
    for number in range(4):
        flights.read(number, 1, lambda number=number: number)
    assert [flights.read(number, 1, lambda: -1) for number in (3, 2, 0)] == [3, 2, -1]
