"""In which order the tests of a run begin, when several workers take a share each and then each other's rest."""

from collections.abc import Sequence

import pytest


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
