"""The entries of the public log for rows that enter by a copy: made before the write lock is taken, for the numbers that the rows are
expected to get, and made anew under the lock where others have written such rows meanwhile."""

from collections.abc import Mapping

import sqlalchemy as sa

from ..db.apart import FIRST, Apart
from ..db.columns import Base
from ..models import Event, LogEntry, LogSalt
from ..models.log_entries import Made, numbers_of, plain
from ..models.public_facts import NUMBERS

_MADE = sa.table(
    "made_entries",
    sa.column("event_id", sa.BigInteger()),
    sa.column("content", sa.LargeBinary()),
    sa.column("salt", sa.LargeBinary()),
)


class LogCopy:
    """The entries of the events on trial, in a table of the connection's own."""

    def __init__(self, apart: Apart) -> None:
        self._apart, self._expected = apart, dict[str, int]()
        blob = "BLOB" if apart.connection.dialect.name == "sqlite" else "BYTEA"
        with apart.connection.begin():
            apart.connection.exec_driver_sql("DROP TABLE IF EXISTS made_entries")
            apart.connection.exec_driver_sql(
                f"CREATE TEMPORARY TABLE made_entries (event_id BIGINT PRIMARY KEY, content {blob}, salt {blob})"
            )

    def prepare(self, more: Mapping[str, int]) -> None:
        """Make the entries. `more` is what is added to the numbers on trial, by table."""
        connection, self._expected = self._apart.connection, self._objects(more)
        connection.execute(sa.delete(_MADE))
        rows = list(map(plain, connection.execute(sa.select(self._apart.ours(Event))).mappings()))
        numbers = numbers_of(connection, rows, self._tables())
        made = [
            Made.of(self._shifted(dict(row), more), numbers.get((row["object_kind"], row["object_id"])))._asdict()
            for row in rows
        ]
        if made:
            connection.execute(sa.insert(_MADE), made)

    def write(self, more: Mapping[str, int]) -> None:
        """Write them into the record, in the transaction of the copy."""
        if self._objects(more) != self._expected:
            self.prepare(more)
        number = _MADE.c.event_id + more[Event.__tablename__]
        for kind, column in ((LogEntry, "content"), (LogSalt, "salt")):
            rows = sa.select(number, _MADE.c[column])
            self._apart.connection.execute(sa.insert(kind).from_select(["event_id", column], rows))

    def _objects(self, more: Mapping[str, int]) -> dict[str, int]:
        """What an entry depends on: it says which row its event tells of, and not which event it is."""
        return {name: number for name, number in more.items() if name != Event.__tablename__}

    def _shifted(self, told: dict[str, object], more: Mapping[str, int]) -> dict[str, object]:
        number = told["object_id"]
        if isinstance(number, int) and number > FIRST:
            told["object_id"] = number + more[str(told["object_kind"])]
        return told

    def _tables(self) -> dict[str, sa.FromClause]:
        """Where the public numbers are read: of rows on trial from their own tables."""
        return {
            name: self._apart.ours(self._apart.kinds[name]) if name in self._apart.kinds else Base.metadata.tables[name]
            for name in NUMBERS
        }
