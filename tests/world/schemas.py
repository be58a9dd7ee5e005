"""Databases of an earlier schema."""

from world import World
from yipin.db import looks_file


def emptied(world: World) -> None:
    """Back to an empty database of the same kind, without a store of looks."""
    with world.db.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
            connection.exec_driver_sql("COMMIT")
            return
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        tables = connection.exec_driver_sql(
            "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        for (name,) in tables.all():
            connection.exec_driver_sql(f"DROP TABLE {name}")
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")
        connection.exec_driver_sql("BEGIN")
    world.db.dispose()
    looks_file.remove(world.db.looks.path)
