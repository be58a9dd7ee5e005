"""Print runs to try the press on."""

import hashlib
from pathlib import Path

import pytest

from world import World
from yipin.codes.label.stock import stocks
from yipin.models import CodeRange, PrintRun
from yipin.printing import plans

# What draws and reads back knows of no database.
on_one_database = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)


def plan(world: World, count: int = 3, stock: str = "a4-24", **order: object) -> PrintRun:
    """A planned run of a new batch."""
    codes = world.issue(world.declare(), count)
    with world.db.write.begin() as session:
        row = session.get_one(CodeRange, codes.id)
        wanted = plans.PrintOrder(stocks()[stock], row.first + 1, row.count, **order)
        return plans.plan_print(session, world.ama, world.installation, row, wanted, "print-1")


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def files(world: World) -> list[str]:
    return sorted(path.name for path in world.settings.labels.iterdir() if not path.name.endswith(".lock"))
