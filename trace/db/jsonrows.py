"""Many rows in one statement: they are sent as one JSON text, which costs a fraction of as many bound values.

For the store of looks, which writes some rows with each scan.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

Value = int | str | datetime | None
_TABLES = {"sqlite": "json_each(:rows)", "postgresql": "json_array_elements(CAST(:rows AS json))"}
DIALECTS = tuple(_TABLES)


def insert(dialect: str, columns: Sequence[sa.Column[object]], then: str = "") -> sa.TextClause:
    """The statement that inserts rows of these columns of one table, bound as `rows` (`rows_of`). `then` follows it."""
    names, table = ", ".join(column.name for column in columns), columns[0].table.name
    values = ", ".join(_value(dialect, number, column) for number, column in enumerate(columns))
    return sa.text(f"INSERT INTO {table} ({names}) SELECT {values} FROM {_TABLES[dialect]} WHERE true {then}")


def _value(dialect: str, number: int, column: sa.Column[object]) -> str:
    text = f"value ->> {number}"
    if dialect == "sqlite":
        return text
    if isinstance(column.type.dialect_impl(postgresql.dialect()), sa.DateTime):  # type: ignore[no-untyped-call]
        return f"CAST({text} AS timestamp) AT TIME ZONE 'UTC'"
    return f"CAST({text} AS {column.type.compile(postgresql.dialect())})"  # type: ignore[no-untyped-call]


def rows_of(rows: Iterable[Sequence[Value]]) -> str:
    """Rows as the text that is bound, in their order. Raises TypeError for a moment without a zone."""
    return json.dumps([*rows], default=_utc)


@lru_cache(maxsize=256)  # rows that are written together name the same moments
def _utc(at: datetime) -> str:
    if at.tzinfo is None:
        raise TypeError("a moment without a zone cannot be stored")
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
