"""Tries a database on a connection of its own: one write that leaves nothing, and a few rows read at a random place.

The connection is not the pool's, so the answer is true also while all of those wait. It waits for a lock a second at most,
and holds one no longer than a commit takes.
"""

import random
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from . import Store
from .sqlite import newest_module

WAIT_MS = 1_000  # for a lock, or for a statement of PostgreSQL
ROWS = 50


class Probe:
    """Tries one database. A statement of PostgreSQL takes at most `patience_ms`; SQLite is not interrupted."""

    def __init__(self, db: Store, patience_ms: int = WAIT_MS) -> None:
        self._db, self._engine = db, _engine(db, patience_ms)

    def try_out(self) -> None:
        """Write and read. Raises the driver's error, or Unavailable where the file is missing or was replaced."""
        if self._db.file:
            self._db.file.check()
        with self._engine.connect() as connection:
            _write(connection)
            _read_somewhere(connection)

    def read_all(self) -> str | None:
        """What is damaged, None if nothing is. The whole database is read; of an SQLite file also the structure is checked.

        Raises the driver's error.
        """
        with self._engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                told = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar())
                return None if told == "ok" else told.split("\n")[-1]
            for table in _tables(connection):
                connection.exec_driver_sql(f'SELECT count(each::text) FROM "{table}" AS each')
            return None

    def dispose(self) -> None:
        """Close what is open."""
        self._engine.dispose()


def _engine(db: Store, patience_ms: int) -> sa.Engine:
    if db.engine.dialect.name != "sqlite":
        options = f"-c lock_timeout={WAIT_MS} -c statement_timeout={patience_ms}"
        given = {"options": options, "connect_timeout": 2}
        return sa.create_engine(db.engine.url, poolclass=sa.NullPool, connect_args=given)
    address = f"file:{quote(str(db.path))}?mode=rw"

    def connect() -> object:
        return newest_module().connect(address, uri=True, timeout=WAIT_MS / 1000, isolation_level=None)

    return sa.create_engine("sqlite://", module=newest_module(), creator=connect, poolclass=sa.NullPool)


def _write(connection: Connection) -> None:
    """A commit that reaches the disk and changes nothing: no table is needed for it, and no row is locked by it."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        same = connection.exec_driver_sql("PRAGMA user_version").scalar()
        connection.exec_driver_sql(f"PRAGMA user_version = {same}")
    else:
        connection.exec_driver_sql("SET TRANSACTION READ WRITE")  # a server that only follows another one refuses this
        connection.exec_driver_sql("SELECT pg_logical_emit_message(true, 'yipin', 'health')")
    connection.commit()


def _read_somewhere(connection: Connection) -> None:
    """A few rows of one table, from a random place on: damage anywhere is met sooner or later."""
    if not (tables := _tables(connection)):
        return
    table = random.choice(tables)
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(f'SELECT * FROM "{table}" TABLESAMPLE SYSTEM (1) LIMIT {ROWS}').all()
        return
    last = connection.exec_driver_sql(f'SELECT max(rowid) FROM "{table}"').scalar() or 0
    start = random.randint(0, last)
    connection.exec_driver_sql(f'SELECT * FROM "{table}" WHERE rowid >= {start} LIMIT {ROWS}').all()


def _tables(connection: Connection) -> list[str]:
    if connection.dialect.name == "sqlite":
        found = connection.exec_driver_sql("SELECT name FROM sqlite_schema WHERE type = 'table'")
    else:
        found = connection.exec_driver_sql("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
    return [name for (name,) in found]
