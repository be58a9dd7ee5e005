"""Somebody else who holds a lock: on the record, as a long act of the office does, or on the store of looks."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from yipin.db import Database
from yipin.db.columns import Base, LookBase

from . import World


@contextmanager
def record_locked(world: World) -> Iterator[None]:
    """While this lasts nobody else writes into the record. On PostgreSQL no row of it can be locked either."""
    with _another(world) as db, db.engine.begin() as connection:
        _lock_tables(connection, Base.metadata)
        yield


@contextmanager
def looks_locked(world: World) -> Iterator[None]:
    """While this lasts nobody else writes a look."""
    with _another(world) as db, db.looks.engine.begin() as connection:
        _lock_tables(connection, LookBase.metadata)
        yield


@contextmanager
def _another(world: World) -> Iterator[Database]:
    db = Database(world.settings.database_url)
    try:
        yield db
    finally:
        db.dispose()


def _lock_tables(connection: sa.Connection, tables: sa.MetaData) -> None:
    """SQLite has one lock for a file, which `BEGIN IMMEDIATE` has taken already."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"LOCK TABLE {', '.join(sorted(tables.tables))} IN EXCLUSIVE MODE")
