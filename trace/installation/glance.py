"""A short look for damage before a service starts. A small SQLite file is checked whole; of a larger one, both ends of each
table. What it misses, `/healthz` meets later: it reads at another place each second."""

import sqlalchemy as sa

from ..db import Database
from ..errors import N_, Unavailable

WHOLE = 16 << 20  # bytes of a file that is checked in a tenth of a second


def refuse_damaged(db: Database) -> None:
    """Raises Unavailable when the database is damaged as far as a short look shows."""
    try:
        with db.engine.execution_options(read_only=True, postgresql_readonly=True).connect() as connection:
            if connection.dialect.name == "sqlite" and _size(connection) <= WHOLE:
                told = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar())
            else:
                told = _ends(connection)
    except sa.exc.DatabaseError as error:
        told = str(error.orig).strip().split("\n")[0]
    if told != "ok":
        raise Unavailable(
            N_("数据库已损坏（%(told)s）；请停下服务，留好现有文件，再从备份恢复"), told=told.split("\n")[-1]
        )


def _size(connection: sa.Connection) -> int:
    pages, size = (connection.exec_driver_sql(f"PRAGMA {name}").scalar() or 0 for name in ("page_count", "page_size"))
    return int(pages) * int(size)


def _ends(connection: sa.Connection) -> str:
    for name in sa.inspect(connection).get_table_names():
        table = sa.table(name)
        row = sa.select(sa.text("*")).select_from(table).limit(1)
        connection.execute(row).all()
        if connection.dialect.name == "sqlite":
            connection.execute(row.order_by(sa.text("rowid DESC"))).all()
    return "ok"
