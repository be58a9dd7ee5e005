"""What the tests of the server share: the real server on a world's data, and a pack to scan meanwhile."""

from collections.abc import Iterator

import pytest

from world import World
from world.served import Served, served


@pytest.fixture
def running(world: World) -> Iterator[Served]:
    """The real server, to be flooded."""
    with served(world) as server:
        yield server


@pytest.fixture
def scan(world: World, running: Served) -> str:
    """The address of a pack whose page is drawn already."""
    codes = world.issue(world.declare(), 1)
    world.release(world.print(codes))
    (code,) = world.codes(codes)
    for _ in range(2):
        assert running.person("198.51.100.7").ask(f"/{code}").status == 200
    return f"/{code}"
