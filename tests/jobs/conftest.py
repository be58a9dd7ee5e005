"""Kinds of jobs to try the workers on, and workers in processes of their own, which can be killed and stopped."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from world import World
from world.jobs import Shop


@pytest.fixture
def shop(world: World, tmp_path: Path) -> Iterator[Shop]:
    """Jobs of the world, and worker processes that all end with the test."""
    made = Shop(world, tmp_path)
    try:
        yield made
    finally:
        made.end()
