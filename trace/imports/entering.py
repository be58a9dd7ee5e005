"""The rows of a table enter the record: all of them in one short transaction, which copies what stood on trial.

Nothing is computed in it but a comparison with what others have written since, so that it takes some hundredths of a
second for thousands of rows.
"""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from ..db import Base
from ..db.apart import FIRST, Apart
from ..models import Account, Audited, Event, ImportState, Producer, RecordVersion, TableImport, tell_brought
from .engine import Import, Made
from .judging import Trial, clashing

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


def enter(trial: Trial[Made], import_id: int, seen: int) -> None:
    """Make all rows part of the record, each with its events, or none. `seen` is what `watched` said before the trial.

    Raises Gone, Outdated or Clashing; nothing has entered then.
    """
    connection = trial.apart.connection
    if connection.dialect.name == "sqlite":
        with connection.begin():
            connection.exec_driver_sql(f"PRAGMA cache_size=-{CACHE_KIB}")
    connection.execution_options(read_only=False)
    try:
        with connection.begin():
            _enter(trial, import_id, seen)
    except sa.exc.IntegrityError:
        raise Clashing from None
    finally:
        connection.execution_options(read_only=True)


def _enter(trial: Trial[Made], import_id: int, seen: int) -> None:
    apart, connection = trial.apart, trial.apart.connection
    _claim(connection, import_id)
    if connection.dialect.name == "postgresql":
        _hold_off(trial)
    if trial.kind.watches and _watched(apart, trial.kind) != seen:
        raise Outdated
    if any(connection.execute(sa.select(clashing(trial, clash)).limit(1)).first() for clash in trial.kind.clashes):
        raise Clashing
    more = {kind.__tablename__: _more(apart, kind) for kind in trial.kind.writes}
    for kind in trial.kind.writes:
        _copy(apart, kind, more)
    told = {kind.__tablename__: (apart.ours(kind), more[kind.__tablename__]) for kind in _audited(trial.kind.writes)}
    tell_brought(connection, apart.ours(Event), apart.theirs(Event), apart.theirs(RecordVersion), told)


def _claim(connection: Connection, import_id: int) -> None:
    """The mark: the import is done when this transaction ends, and no other one enters it again."""
    row = TableImport.__table__.c
    acting = sa.select(Account.id).where(Account.id == row.account_id, Account.disabled_at.is_(None))
    mine = sa.update(TableImport).where(row.id == import_id, row.state == ImportState.ENTERING, acting.exists())
    if connection.execute(mine.values(state=ImportState.DONE, found={}, done=row.rows)).rowcount != 1:
        raise Gone


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


def _audited(kinds: Iterable[type[Base]]) -> list[type[Base]]:
    return [kind for kind in kinds if issubclass(kind, Audited)]


def _more(apart: Apart, kind: type[Base]) -> int:
    """What is added to a number on trial to make it a number of the record. On SQLite the rows follow the record's last."""
    last = sa.select(sa.func.max(apart.theirs(kind).c.id))
    return (0 if apart.reserves else apart.connection.scalar(last) or 0) - FIRST


def _copy(apart: Apart, kind: type[Base], more: dict[str, int]) -> None:
    ours, theirs, table = apart.ours(kind), apart.theirs(kind), kind.__table__
    values = []
    for column in table.columns:
        value = ours.c[column.name]
        to = {key.column.table.name for key in column.foreign_keys} & more.keys()
        name = kind.__tablename__ if column.primary_key else next(iter(to), None)
        values.append(value if name is None else sa.case((value > FIRST, value + more[name]), else_=value))
    rows = sa.select(*values).order_by(ours.c.id)
    apart.connection.execute(sa.insert(theirs).from_select([column.name for column in table.columns], rows))
