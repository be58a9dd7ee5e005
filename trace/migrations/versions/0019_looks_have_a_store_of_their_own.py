"""Looks lie in a store of their own: on SQLite in `looks.db` beside the record, and no foreign key leads to a batch.

On SQLite the rows are copied to the new file first, and then the record drops its tables. A process that is killed in
between leaves a file that holds nothing but what the record still has; the next upgrade makes it anew. A file that holds
more than the record is never replaced.
"""

import sqlite3
from pathlib import Path
from typing import cast

import sqlalchemy as sa
from alembic import op

from yipin.db import looks_file
from yipin.errors import N_, Unavailable

revision = "0019"
down_revision = "0018"

TABLES = {
    "scans": "id, batch_id, ordinal, at, visitor, client, verdict",
    "unit_scans": "batch_id, ordinal, scans, first_at, last_at",
    "scan_keys": "day, key",
}


def upgrade() -> None:
    op.create_table(
        "stores", sa.Column("name", sa.String(24), primary_key=True), sa.Column("mark", sa.String(32), nullable=False)
    )
    path = looks_file.beside(op.get_bind().engine.url)
    if path is None:
        for table in ("scans", "unit_scans"):
            op.drop_constraint(f"fk_{table}_batch_id", table)
        return
    _move_to(path)


def _move_to(path: Path) -> None:
    _refuse_more_than_the_record(path)
    mark = looks_file.new_mark()
    looks_file.make(path, mark, _copy)
    for table in TABLES:
        op.drop_table(table)
    op.execute(sa.text("INSERT INTO stores (name, mark) VALUES (:name, :mark)").bindparams(name="looks", mark=mark))


def _copy(into: sqlite3.Connection) -> None:
    record = cast(sqlite3.Connection, op.get_bind().connection.driver_connection)
    for table, columns in TABLES.items():
        places = ", ".join("?" * len(columns.split()))
        rows = record.execute(f"SELECT {columns} FROM main.{table}")
        into.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", rows)


def _refuse_more_than_the_record(path: Path) -> None:
    """A file that is there already may only be the copy that an upgrade left when it was killed."""
    if not path.exists():
        return
    for table, columns in TABLES.items():
        both = f"SELECT {columns} FROM looks.{table} EXCEPT SELECT {columns} FROM main.{table} LIMIT 1"
        if op.get_bind().exec_driver_sql(both).first():
            raise Unavailable(N_("%(path)s 里有登记库没有的扫码记录，没有动它；请先把这个文件移到别处"), path=str(path))
