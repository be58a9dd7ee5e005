"""Databases of an earlier schema."""

import time

import sqlalchemy as sa
from alembic import command
from sqlalchemy.orm import Session

from world import World
from yipin import schema
from yipin.db import Database, looks_file


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


def emptied_to(world: World, revision: str) -> None:
    """An empty record of an earlier schema."""
    emptied(world)
    with world.db.engine.connect() as connection, connection.begin():
        command.upgrade(schema._config(connection), revision)


def insert(session: Session, table: str, **values: object) -> None:
    """A row of a table as an older version had it."""
    moments = {name: sa.DateTime(timezone=True) for name in values if name == "at" or name.endswith("_at")}
    columns = [sa.column(name, moments.get(name)) for name in values]
    session.connection().execute(sa.table(table, *columns).insert().values(**values))


def upgraded(url: str) -> None:
    """What a process does that is killed meanwhile: it says "ready", and brings the database up to date."""
    db = Database(url)
    schema.current(db)
    print("ready", flush=True)
    schema.upgrade(db)
    db.dispose()
    time.sleep(0.2)  # a program takes as long to end, and whoever waits for a moment sees the last one
