"""A sound store is found sound, whichever of its tables the health page happens to read."""

from world import Sold, World
from world.scans import look
from yipin.db import probe


def test_every_table_of_a_sound_store_can_be_read_from_some_place_on(world: World, sold: Sold) -> None:
    look(world, sold.digits[0])
    for store in (world.db, world.db.looks):
        with store.engine.execution_options(read_only=True).connect() as connection:
            tables = probe._tables(connection)
            assert tables
            for table in tables:
                probe._read(connection, table)
