"""The rows of a table enter the record: all of them in one short transaction, which copies what stood on trial.

Nothing is computed in it but a comparison with what others have written since, so that it takes some hundredths of a
second for thousands of rows.
"""

from collections.abc import Mapping
from typing import Generic

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.sql.compiler import SQLCompiler

from ..db.apart import FIRST, Apart
from ..db.columns import Base
from ..models import (
    Account,
    Audited,
    Event,
    ImportState,
    Producer,
    RecordChange,
    RecordVersion,
    TableImport,
    Untold,
    brought,
    changed_everything,
)
from .engine import Import, Made
from .judging import Trial, clashing
from .log_copy import LogCopy

CACHE_KIB = 32 << 10  # SQLite: with less, pages are written and read again within the transaction


class Gone(Exception):
    """The import is not waiting to enter: it has entered, was given up, or its person may not act any more."""


class Outdated(Exception):
    """Others have changed since the trial what the judgement depends on."""


class Clashing(Exception):
    """Others have entered since the trial what keeps rows of the file out."""


def watched(apart: Apart, kind: Import[Made]) -> int:
    """How many events there are of the kinds that may change the judgement of any row.

    A count is compared and not the last number: on PostgreSQL a smaller number may be committed later.
    """
    if not kind.watches:
        return 0
    with apart.connection.begin():
        return _watched(apart, kind)


def _watched(apart: Apart, kind: Import[Made]) -> int:
    log = apart.theirs(Event)
    of_kind = sa.select(sa.func.count()).select_from(log).where(log.c.object_kind.in_(kind.watches))
    return apart.connection.scalar(of_kind) or 0


def enter(trial: Trial[Made], token: str, seen: int) -> None:
    """Make all rows part of the record, each with its events, or none. `seen` is what `watched` said before the trial.

    Raises Gone, Outdated or Clashing; nothing has entered then. Raises Untold for a row without an event.
    """
    connection, copy = trial.apart.connection, Copy(trial)
    with connection.begin():
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(f"PRAGMA cache_size=-{CACHE_KIB}")
        copy.refuse_untold()
        copy.prepare()
    connection.execution_options(read_only=False)
    try:
        with connection.begin():
            _claim(connection, token, len(trial.rows))
            _refuse_others(trial, seen)
            copy.write()
    except sa.exc.IntegrityError:
        raise Clashing from None
    finally:
        connection.execution_options(read_only=True)


def _claim(connection: Connection, token: str, entered: int) -> None:
    """The mark: the import is done when this transaction ends, `entered` rows have, and no other one enters it again.

    It is named by its token, since SQLite gives the number of a deleted import to the next one.
    """
    row = TableImport.__table__.c
    acting = sa.select(Account.id).where(Account.id == row.account_id, Account.disabled_at.is_(None))
    mine = sa.update(TableImport).where(row.token == token, row.state == ImportState.ENTERING, acting.exists())
    if connection.execute(mine.values(state=ImportState.DONE, found={}, done=entered)).rowcount != 1:
        raise Gone


def _refuse_others(trial: Trial[Made], seen: int) -> None:
    """Nothing that others have written since the trial may speak against a row."""
    apart, kind = trial.apart, trial.kind
    if apart.connection.dialect.name == "postgresql":
        _hold_off(trial)
    if kind.watches and _watched(apart, kind) != seen:
        raise Outdated
    among = _changed(trial)
    if among is not None and not among:
        return
    if any(
        apart.connection.execute(sa.select(clashing(trial, each, among)).limit(1)).first() for each in trial.clashes
    ):
        raise Clashing


def _changed(trial: Trial[Made]) -> list[int] | None:
    """The rows of the record that may clash and did not when they were compared: those that an event tells of since.

    None for all of them. On PostgreSQL an event with a smaller number may have been committed later, and nobody waits.
    """
    if trial.apart.connection.dialect.name == "postgresql":
        return None
    log = trial.apart.theirs(Event)
    kind = log.c.object_kind + ""  # not to be looked up in an index: the last events are few, those of a kind are many
    since = sa.and_(log.c.id > trial.compared, kind == trial.kind.made.__tablename__)
    return list(trial.apart.connection.scalars(sa.select(log.c.object_id).where(since).distinct()))


def _hold_off(trial: Trial[Made]) -> None:
    """PostgreSQL has many writers: none writes such a row between the comparison and the copy.

    Use-cases lock the producer of what they write. To lock in another order could wait for each other for ever.
    """
    apart, ours = trial.apart, trial.apart.ours(trial.kind.made)
    if "producer_id" in ours.c:
        whose = sa.select(Producer.id).where(Producer.id.in_(sa.select(ours.c.producer_id)))
        apart.connection.execute(whose.order_by(Producer.id).with_for_update())
        return
    table = apart.theirs(trial.kind.made)
    apart.connection.exec_driver_sql(f"LOCK TABLE {table.schema}.{table.name} IN SHARE ROW EXCLUSIVE MODE")


class Copy(Generic[Made]):
    """The statements that copy what stood on trial. They are compiled before the lock is taken."""

    def __init__(self, trial: Trial[Made]) -> None:
        self.apart, self.kinds = trial.apart, trial.kind.writes
        audited = [kind for kind in self.kinds if issubclass(kind, Audited)]
        rows = {kind.__tablename__: self.apart.ours(kind) for kind in audited}
        self._untold, events = brought(self.apart.ours(Event), self.apart.theirs(Event), rows)
        version = self.apart.theirs(RecordVersion)
        more = sa.update(version).values(version=version.c.version + 1)
        changed = changed_everything(version, self.apart.theirs(RecordChange))
        numbered: tuple[type[Base], ...] = (*self.kinds, Event)
        self._last = {kind.__tablename__: self._compiled(_last(self.apart, kind)) for kind in numbered}
        self._copies = [self._compiled(each) for each in (*map(self._copied, self.kinds), events, more, changed)]
        self._log = LogCopy(self.apart)

    def _compiled(self, statement: sa.ClauseElement) -> SQLCompiler:
        made = statement.compile(dialect=self.apart.connection.dialect)
        assert isinstance(made, SQLCompiler)
        return made

    def _copied(self, kind: type[Base]) -> sa.Insert:
        """A number on trial, of the row or of one that it points to, becomes a number of the record."""
        ours, names = self.apart.ours(kind), {each.__tablename__ for each in self.kinds}
        values: list[sa.ColumnElement[object]] = []
        for column in kind.__table__.columns:
            value: sa.ColumnElement[object] = ours.c[column.name]
            to = {key.column.table.name for key in column.foreign_keys} & names
            name = kind.__tablename__ if column.primary_key else next(iter(to), None)
            if name is not None:
                shifted = value + sa.bindparam(f"more_{name}", type_=sa.BigInteger)
                value = sa.case((value > FIRST, shifted), else_=value)
            values.append(value)
        rows = sa.select(*values).order_by(ours.c.id)
        return sa.insert(self.apart.theirs(kind)).from_select([column.name for column in kind.__table__.columns], rows)

    def refuse_untold(self) -> None:
        """Every row has its event before it can be seen. Raises Untold for one without."""
        if any(self.apart.connection.scalar(each) for each in self._untold):
            raise Untold(", ".join(kind.__tablename__ for kind in self.kinds))

    def prepare(self) -> None:
        """Make the entries of the events, which takes longer than all else, for the numbers that the rows would have now."""
        self._log.prepare(self._more())

    def _more(self) -> Mapping[str, int]:
        """What is added to the numbers on trial, by table."""
        return {name: (_run(self.apart.connection, each).scalar() or 0) - FIRST for name, each in self._last.items()}

    def write(self) -> None:
        """Copy rows and events with their entries in the public log, and raise the record's version, as every transaction with
        an event does."""
        more = self._more()
        values = {f"more_{name}": number for name, number in more.items()}
        for each in self._copies:
            _run(self.apart.connection, each, {name: value for name, value in values.items() if name in each.params})
        self._log.write(more)


def _last(apart: Apart, kind: type[Base]) -> sa.Select[int]:
    """The number that the rows follow. On PostgreSQL their numbers are reserved, and follow none."""
    last = sa.select(sa.func.max(apart.theirs(kind).c.id))
    return sa.select(sa.literal(0)) if apart.reserves else last


def _run(connection: Connection, statement: SQLCompiler, values: dict[str, int] | None = None) -> sa.CursorResult[int]:
    """Execute what was compiled before: to compile the statements takes as long as to run some of them."""
    given = statement.construct_params(values)
    ordered = tuple(given[name] for name in statement.positiontup or ())
    return connection.exec_driver_sql(str(statement), ordered if statement.positional else given)
