"""Tables of one connection's own, which stand before the record's tables of the same names.

What a use-case writes goes into them, and nobody else sees it; what it asks of other tables it reads from the record. No
lock is held meanwhile, and nothing is left when the connection ends, however it ends. Rows get numbers above `FIRST`, which
no row of the record has.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from .columns import Base

FIRST = 1 << 50
AT_ONCE = 100  # numbers reserved
ON_TRIAL = "on trial"  # the key in a session's `info`: what it writes is being judged, and is no act yet
_CHANGED = re.compile(r"\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+\"?(\w+)", re.IGNORECASE)


class Stray(RuntimeError):
    """A programming error: a trial would have changed a table of the record."""


class Apart:
    """The tables of one connection's own. `reserves`: rows have numbers that are reserved in the record, above `FIRST`."""

    def __init__(self, connection: Connection, kinds: Sequence[type[Base]]) -> None:
        self.connection = connection
        self.kinds = {kind.__tablename__: kind for kind in kinds}
        self.reserves = connection.dialect.name == "postgresql"
        self._schema = self._schema_of_record() if self.reserves else "main"
        self._numbers = {name: self._reserved(name) if self.reserves else count(FIRST + 1) for name in self.kinds}
        with connection.begin():
            for kind in kinds:
                _make(connection, kind)

    def _schema_of_record(self) -> str:
        with self.connection.begin():
            return str(self.connection.scalar(sa.text("SELECT current_schema()")))

    def _reserved(self, name: str) -> Iterator[int]:
        """On PostgreSQL many writers take numbers from a sequence: what follows `FIRST` is a number taken from it."""
        sequence = sa.func.pg_get_serial_sequence(f"{self._schema}.{name}", "id")
        some = sa.select(sa.func.nextval(sequence)).select_from(sa.func.generate_series(1, AT_ONCE))
        while True:
            yield from (FIRST + number for number in self.connection.scalars(some).all())

    def ours(self, kind: type[Base]) -> sa.TableClause:
        """The connection's own table of a kind."""
        return _named(kind, "temp" if self._schema == "main" else "pg_temp")

    def theirs(self, kind: type[Base]) -> sa.TableClause:
        """The record's table of a kind, which the connection's own one may hide."""
        return _named(kind, self._schema)

    @contextmanager
    def step(self) -> Iterator[Session]:
        """A transaction that writes into the own tables. Raises Stray when it would write into another one.

        Rows that it has read stay in memory until it ends, so that they are read once.
        """
        read: list[object] = []
        with Session(self.connection, expire_on_commit=False, close_resets_only=False) as session:
            session.info[ON_TRIAL] = True
            event.listen(session, "before_flush", self._number)
            event.listen(session, "loaded_as_persistent", lambda _, row: read.append(row))
            event.listen(self.connection, "before_cursor_execute", self._refuse_stray)
            try:
                yield session
                session.commit()
            finally:
                event.remove(self.connection, "before_cursor_execute", self._refuse_stray)

    def _number(self, session: Session, *_: object) -> None:
        for row in session.new:
            numbers = self._numbers.get(row.__tablename__)
            if numbers is not None and row.id is None:
                row.id = next(numbers)

    def _refuse_stray(self, connection: Connection, cursor: object, statement: str, *_: object) -> None:
        changed = _CHANGED.match(statement)
        if changed and changed[1] not in self.kinds:
            raise Stray(changed[1])


def _make(connection: Connection, kind: type[Base]) -> None:
    """The kind's table with its rules and indexes; not its foreign keys, which hold when the rows enter the record."""
    table = kind.__table__
    assert isinstance(table, sa.Table)
    own = table.to_metadata(sa.MetaData(naming_convention=Base.metadata.naming_convention))
    own._prefixes = ["TEMPORARY"]
    for rule in [*own.foreign_key_constraints]:
        own.constraints.remove(rule)
    own.create(connection, checkfirst=False)


def _named(kind: type[Base], schema: str) -> sa.TableClause:
    table = kind.__table__
    assert isinstance(table, sa.Table)
    return sa.table(table.name, *(sa.column(each.key, each.type) for each in table.columns), schema=schema)
