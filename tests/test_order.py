"""The long tests of a run begin first, a few in each worker's share."""

import pytest

from world.order import long_first


def nothing() -> None: ...


def test_each_share_begins_with_long_tests_and_none_is_lost(request: pytest.FixtureRequest) -> None:
    def made(number: int) -> pytest.Item:
        item = pytest.Function.from_parent(request.node.parent, name=f"test_{number}", callobj=nothing)
        if number % 5 == 4:
            item.add_marker("long")
        return item

    tests = [made(number) for number in range(24)]  # four of them are long
    for workers in (1, 2, 3, 4):
        ordered = long_first(tests, workers)
        assert sorted(map(id, ordered)) == sorted(map(id, tests))
        share = len(tests) // workers
        for start in range(0, share * workers, share):
            assert ordered[start].get_closest_marker("long"), (workers, start)


def test_without_long_tests_the_order_stays(request: pytest.FixtureRequest) -> None:
    tests = [pytest.Function.from_parent(request.node.parent, name=f"test_{n}", callobj=nothing) for n in range(7)]
    assert long_first(tests, 3) == tests
