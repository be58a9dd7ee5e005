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
