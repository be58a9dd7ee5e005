"""The long tests of a run begin first, a few in each worker's share; what takes too long is left to the soak."""

import os
import subprocess
import sys

import pytest

from world.order import WHOLE, for_every_change, long_first


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


def test_what_takes_too_long_is_left_to_the_soak_which_runs_it(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(WHOLE, raising=False)
    tests = [pytest.Function.from_parent(request.node.parent, name=f"test_{n}", callobj=nothing) for n in range(3)]
    tests[1].add_marker("soak")
    assert for_every_change(tests) == ([tests[0], tests[2]], [tests[1]])
    monkeypatch.setenv(WHOLE, "1")
    assert for_every_change(tests) == (tests, [])


def test_a_file_may_leave_to_the_soak_what_it_asks_the_second_database(request: pytest.FixtureRequest) -> None:
    command = [sys.executable, "-m", "pytest", "--collect-only"]
    clean = {name: value for name, value in os.environ.items() if name != WHOLE and not name.startswith("PYTEST_")}

    def collected(*words: str) -> str:
        return subprocess.run(
            [*command, *words], cwd=request.config.rootpath, env=clean, capture_output=True, text=True, check=True
        ).stdout

    for_every = collected("-o", "testpaths=tests/chain/test_properties.py")
    assert "found[sqlite]" in for_every and "[postgresql]" not in for_every
    assert "found[postgresql]" in collected("tests/chain/test_properties.py")  # whoever names a file means all of it
