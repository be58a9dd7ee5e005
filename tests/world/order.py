"""Which tests a run has, and in which order they begin, when several workers take a share each and then each other's rest."""

import os
from collections.abc import Sequence

import pytest

WHOLE = "SOAK_SUITE"  # set by scripts/soak, and by a run of named files: every test, however long it takes


def for_every_change(tests: Sequence[pytest.Item]) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """The tests of scripts/test, and those left to `scripts/soak suite`: what is marked `soak`, and of a file that says
    `POSTGRESQL_IN_SOAK` what it asks PostgreSQL."""
    if WHOLE in os.environ:
        return list(tests), []
    left = {test for test in tests if test.get_closest_marker("soak") or _again_on_postgresql(test)}
    return [test for test in tests if test not in left], [*left]


def _again_on_postgresql(test: pytest.Item) -> bool:
    """Whether its file says that it differs little there, and this is it there."""
    kind = test.callspec.params.get("kind") if isinstance(test, pytest.Function) and hasattr(test, "callspec") else ""
    return kind == "postgresql" and hasattr(test.getparent(pytest.Module).obj, "POSTGRESQL_IN_SOAK")


def long_first(tests: Sequence[pytest.Item], workers: int) -> list[pytest.Item]:
    """The same tests, of which each worker's share begins with some of those marked `long`: none is left alone with one
    when the others have ended. The shares are those of `--dist worksteal`."""
    long = [test for test in tests if test.get_closest_marker("long")]
    short = [test for test in tests if not test.get_closest_marker("long")]
    found: list[pytest.Item] = []
    for number in range(workers):
        mine = long[number::workers]
        size = (len(tests) - len(found)) // (workers - number)
        count = max(0, size - len(mine))
        found += mine + short[:count]
        del short[:count]
    return found + short
