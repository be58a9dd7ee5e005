"""The store of looks on SQLite: the file `looks.db` beside the record.

A look needs a write lock. In a file of its own it never waits for one that an act of the office holds. The record's own
connections attach the file for reading, so that the names of its tables mean the same in a query as on PostgreSQL,
where all tables lie in one database. `BEGIN IMMEDIATE` takes no lock on a file that is attached for reading.

The record and its file of looks carry the same mark (`models.stores`), so that the looks of one installation are never
counted for another. A restored older copy has the same mark: its counts are lower, and nothing else is wrong.
"""

import secrets
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa

from .. import diskfiles
from .sqlite import newest_module

FILE = "looks.db"
STORE = "looks"  # the store's name in the record's table of stores, and that of the attached file in queries
# What makes the tables of a file, and what brings each version to the next. A new file goes through all of it; a file is
# brought up to date by `upgrade`. What a former version was is never edited.
STEPS = (
    (
        "CREATE TABLE store (mark VARCHAR(32) NOT NULL, version INTEGER NOT NULL)",
        "CREATE TABLE scan_keys (day DATE NOT NULL, key BLOB NOT NULL, CONSTRAINT pk_scan_keys PRIMARY KEY (day))",
        """CREATE TABLE scans (
            id INTEGER NOT NULL, batch_id BIGINT NOT NULL, ordinal BIGINT NOT NULL, at DATETIME NOT NULL,
            visitor VARCHAR(24) NOT NULL, client VARCHAR(16) NOT NULL, verdict VARCHAR(24) NOT NULL,
            CONSTRAINT pk_scans PRIMARY KEY (id)
        )""",
        "CREATE INDEX ix_scans_unit ON scans (batch_id, ordinal, at)",
        """CREATE TABLE unit_scans (
            batch_id BIGINT NOT NULL, ordinal BIGINT NOT NULL, scans BIGINT NOT NULL,
            first_at DATETIME NOT NULL, last_at DATETIME NOT NULL,
            CONSTRAINT pk_unit_scans PRIMARY KEY (batch_id, ordinal)
        )""",
    ),
    (  # readers and days; a look within half an hour of the same reader's is no further one
        """CREATE TABLE counted AS
            SELECT batch_id, ordinal, sum(fresh) AS scans, count(DISTINCT client) AS readers, count(DISTINCT day) AS days FROM (
                SELECT batch_id, ordinal, client, date(at, '+8 hours') AS day, coalesce(julianday(at) - julianday(
                    lag(at) OVER (PARTITION BY batch_id, ordinal, client ORDER BY at)) > 30 / 1440.0, 1) AS fresh
                FROM scans WHERE visitor = 'person'
            ) GROUP BY batch_id, ordinal""",
        "CREATE UNIQUE INDEX ix_counted ON counted (batch_id, ordinal)",
        "ALTER TABLE unit_scans RENAME TO former",
        """CREATE TABLE unit_scans (
            batch_id BIGINT NOT NULL, ordinal BIGINT NOT NULL, scans BIGINT NOT NULL,
            first_at DATETIME NOT NULL, last_at DATETIME NOT NULL, readers BIGINT NOT NULL, days BIGINT NOT NULL,
            CONSTRAINT pk_unit_scans PRIMARY KEY (batch_id, ordinal)
        )""",
        """INSERT INTO unit_scans SELECT f.batch_id, f.ordinal, coalesce(c.scans, f.scans), f.first_at, f.last_at,
            coalesce(c.readers, 1), coalesce(c.days, 1) FROM former f LEFT JOIN counted c USING (batch_id, ordinal)""",
        "DROP TABLE former",
        "DROP TABLE counted",
    ),
    (  # the readers of a unit, each once a day: those of the last days, since a pseudonym lives for one
        """CREATE TABLE unit_readers (
            batch_id BIGINT NOT NULL, ordinal BIGINT NOT NULL, client VARCHAR(16) NOT NULL,
            at DATETIME NOT NULL, before_at DATETIME,
            CONSTRAINT pk_unit_readers PRIMARY KEY (batch_id, ordinal, client)
        )""",
        """INSERT INTO unit_readers SELECT batch_id, ordinal, client, max(at), NULL FROM scans
            WHERE visitor = 'person' AND at >= (SELECT datetime(max(at), '-8 days') FROM scans)
            GROUP BY batch_id, ordinal, client""",
        "CREATE INDEX ix_unit_readers_at ON unit_readers (batch_id, ordinal, at)",
    ),
    (  # where readers are
        "ALTER TABLE unit_readers ADD COLUMN region VARCHAR(20) NOT NULL DEFAULT ''",
    ),
)
VERSION = len(STEPS)
Fill = Callable[[sqlite3.Connection], object]


def beside(url: sa.URL) -> Path | None:
    """The path of the file of looks that belongs to a record, or None if the record is not a SQLite file."""
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return None
    return Path(url.database).absolute().with_name(FILE)


def url_of(path: Path) -> sa.URL:
    """The address by which the file is opened for writing. A file that is not there is not made."""
    return sa.URL.create("sqlite", database=f"file:{quote(str(path))}", query={"mode": "rw", "uri": "true"})


def attach(connection: sqlite3.Connection, path: Path) -> None:
    """Let a connection to the record read the file of looks. A file that is not there yet is left out."""
    if path.exists():
        connection.execute(f"ATTACH DATABASE 'file:{quote(str(path))}?mode=ro' AS {STORE}")


def new_mark() -> str:
    """A mark for a record and its file of looks, 32 hexadecimal digits."""
    return secrets.token_hex(16)


def make(path: Path, mark: str, fill: Fill | None = None) -> None:
    """Make the file in the place of any that is there: a new one, or one of the first version with what `fill` writes into it.

    It takes its name only when it is whole and on the disk, so a process that is killed meanwhile leaves no half of it.
    """
    steps, whole = STEPS[:1] if fill else STEPS, path.with_name(f"{FILE}.being-made")
    remove(whole)
    diskfiles.make_private(whole)
    with closing(newest_module().connect(str(whole), isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=EXTRA")
        connection.execute("BEGIN")
        _take(connection, steps)
        connection.execute("INSERT INTO store (mark, version) VALUES (?, ?)", (mark, len(steps)))
        if fill:
            fill(connection)
        connection.execute("COMMIT")
    remove(path)
    whole.rename(path)
    diskfiles.sync_folder(path.parent)


def upgrade(path: Path) -> None:
    """Bring a file of an older version up to date, in one transaction. Any other file is left as it is."""
    with closing(
        newest_module().connect(f"file:{quote(str(path))}?mode=rw", uri=True, isolation_level=None)
    ) as connection:
        connection.execute("PRAGMA synchronous=EXTRA")
        connection.execute("BEGIN IMMEDIATE")
        (version,) = connection.execute("SELECT version FROM store").fetchone()
        if version < VERSION:
            _take(connection, STEPS[version:])
            connection.execute("UPDATE store SET version = ?", (VERSION,))
        connection.execute("COMMIT")


def _take(connection: sqlite3.Connection, steps: Sequence[Sequence[str]]) -> None:
    for step in steps:
        for statement in step:
            connection.execute(statement)


def remove(path: Path) -> None:
    """Remove the file and its journals: SQLite would play an old journal into a new file."""
    for end in ("", "-wal", "-shm", "-journal"):
        Path(f"{path}{end}").unlink(missing_ok=True)
