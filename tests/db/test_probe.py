"""The probe reads at a random place of a random table: each table must be one that it can read."""

import pytest

from world import World
from yipin.db import probe


@pytest.mark.parametrize("store", ["record", "looks"])
def test_every_table_of_each_store_can_be_tried(world: World, store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    database = world.db if store == "record" else world.db.looks
    one = probe.Probe(database)
    with database.engine.connect() as connection:
        tables = probe._tables(connection)
    assert len(tables) > 3
    for table in tables:
        monkeypatch.setattr(probe.random, "choice", lambda _, table=table: table)
        one.try_out()
    assert one.read_all() is None
    one.dispose()
