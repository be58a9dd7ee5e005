"""The event log: append-only, one row for every change of record, written in the change's own transaction.

The database refuses update and delete of events by trigger; the session refuses to commit a change of an
audited row that no event tells of. Each event has its entry in the public log (`log_entries`), written before the commit.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, cast

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, SessionTransaction, UOWTransaction, mapped_column

from ..db.apart import FIRST, ON_TRIAL
from ..db.columns import Base, Big, County, Id
from .changes import raise_version
from .contradicted import refuse_blind
from .log_entries import enter, enter_all
from .public_facts import NUMBERS
from .touches import settled, touch_many


class Event(Base):
    """Who did what to which object, when and why. `actor_id` is None for the command line."""

    __tablename__ = "events"
    __table_args__ = (sa.Index("ix_events_object", "object_kind", "object_id"),)

    id: Mapped[Id]
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"))
    actor_name: Mapped[str] = mapped_column(sa.String(120))
    actor_role: Mapped[str] = mapped_column(sa.String(24))
    actor_county: Mapped[County | None]  # of an officer
    action: Mapped[str] = mapped_column(sa.String(40))
    object_kind: Mapped[str] = mapped_column(sa.String(40))
    object_id: Mapped[Big]
    reason: Mapped[str | None] = mapped_column(sa.String(1000))
    data: Mapped[dict[str, Any]]


class Audited:
    """Mark of a table whose every change must be told of by an event."""

    __tablename__: str
    id: Mapped[Id]


class Numbered(Protocol):
    """A row that an event can tell of: an audited one, or one of another table that has a number."""

    @property
    def id(self) -> Any: ...
    @property
    def __tablename__(self) -> str: ...


class Untold(RuntimeError):
    """A programming error: a transaction would change audited rows and write no event of it."""


def tell(session: Session, told: Event, subject: Numbered) -> None:
    """Add an event of `subject` (flushed, so that it has its number). A change after this needs an event of its own.

    Raises what `contradicted` says while the record lacks a part of its history.
    """
    refuse_blind(session, told.action)
    session.flush()
    told.object_kind, told.object_id = subject.__tablename__, subject.id
    session.add(told)
    session.info["told"] = True
    _unentered(session).append((told, getattr(subject, NUMBERS.get(told.object_kind, ""), None)))
    if isinstance(subject, Audited):
        _untold(session).discard(subject)


def _untold(session: Session) -> set[Audited]:
    """The changed rows of the transaction that no event tells of yet."""
    rows: set[Audited] = session.info.setdefault("untold", set())
    return rows


def _unentered(session: Session) -> list[tuple[Event, str | None]]:
    """The events of the transaction that have no entry yet, each with the public number of what it tells of."""
    events: list[tuple[Event, str | None]] = session.info.setdefault("unentered", [])
    return events


@event.listens_for(Session, "before_flush")
def _note_changes(session: Session, context: UOWTransaction, instances: object) -> None:
    changed = _untold(session)
    changed.update(row for row in (*session.new, *session.deleted) if isinstance(row, Audited))
    changed.update(row for row in session.dirty if isinstance(row, Audited) and session.is_modified(row))


@event.listens_for(Session, "before_commit")
def _refuse_untold(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.flush()
    if untold := _untold(session):
        raise Untold(", ".join(sorted(f"{row.__tablename__} {row.id}" for row in untold)))
    # What is on trial is no act yet, and enters with its entries: `imports.entering`.
    if ON_TRIAL not in session.info and _unentered(session):  # who only reads may have no connection
        enter(session.connection(), ((_columns(told), number) for told, number in _unentered(session)))
    touched = settled(session)
    if touched or session.info.get("told"):
        raise_version(session.connection(), touched)


def _columns(told: Event) -> dict[str, object]:
    return {name: getattr(told, name) for name in _NAMES}


_NAMES = tuple(column.key for column in Event.__table__.columns)


@event.listens_for(Session, "do_orm_execute")
def _refuse_bulk(state: ORMExecuteState) -> None:
    """A bulk insert, update or delete of an audited table would pass by the check above."""
    if state.is_insert or state.is_update or state.is_delete:
        table = getattr(state.statement, "table", None)
        if table is not None and table.name in {kind.__tablename__ for kind in Audited.__subclasses__()}:
            raise Untold(f"bulk change of {table.name}")


@event.listens_for(Session, "after_transaction_create")
def _remember(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        kept = set(_untold(session)), len(_unentered(session))
        session.info.setdefault("savepoints", {})[transaction] = kept


@event.listens_for(Session, "after_soft_rollback")
def _go_back(session: Session, transaction: SessionTransaction) -> None:
    """What was changed since the savepoint is undone, and so is what was told since."""
    if transaction.nested:
        session.info["untold"], told = session.info["savepoints"].pop(transaction)
        del _unentered(session)[told:]


@event.listens_for(Session, "after_transaction_end")
def _forget(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        for name in ("untold", "unentered", "told", "savepoints", "touched"):
            session.info.pop(name, None)


def change_many(session: Session, kind: type[Audited], ids: Sequence[int], values: dict[str, Any], told: Event) -> None:
    """Change many rows of an audited table in one go, with an event for each, patterned on `told`.

    For acts over thousands of rows, which the caller has locked; what the session remembers of them is let go.
    """
    refuse_blind(session, told.action)
    connection, table = session.connection(), cast(sa.Table, kind.__table__)  # type: ignore[attr-defined]
    log = cast(sa.Table, Event.__table__)
    pattern = {name: value for name, value in _columns(told).items() if name != "id"}
    for start in range(0, len(ids), 1000):
        some = ids[start : start + 1000]
        touch_many(session, table, some, values)
        connection.execute(sa.update(table).where(table.c.id.in_(some)).values(values))
        rows = [pattern | {"object_kind": kind.__tablename__, "object_id": number} for number in some]
        numbers = connection.scalars(sa.insert(log).returning(log.c.id), rows).all()
        enter_all(connection, log, numbers, {table.name: table})
    session.info["told"] = bool(ids) or session.info.get("told", False)
    session.expire_all()


def brought(
    told: sa.TableClause, log: sa.TableClause, rows: Mapping[str, sa.TableClause]
) -> tuple[Sequence[sa.Select[int]], sa.Insert]:
    """The events of rows that enter the record by a copy: what finds a row without one, and what writes them all.

    `told` holds the events, `log` is the record's, `rows` are those that enter, by the name of their audited table. The
    copy must use both in its transaction, and write the entries of the events in it. A parameter `more_<name>` is added to the
    numbers of a table's rows, `more_events` to those of the events.
    """
    number: sa.ColumnElement[int] = told.c.object_id
    untold = []
    for name, each in rows.items():
        ours = sa.and_(told.c.object_kind == name, told.c.object_id > FIRST)
        untold.append(sa.select(each.c.id).where(~sa.exists().where(ours, told.c.object_id == each.c.id)).limit(1))
        number = sa.case((ours, told.c.object_id + sa.bindparam(f"more_{name}", type_=sa.BigInteger)), else_=number)
    shifted = {"object_id": number, "id": told.c.id + sa.bindparam("more_events", type_=sa.BigInteger)}
    columns = [column.name for column in told.columns]
    values = [shifted.get(name, told.c[name]) for name in columns]
    return untold, sa.insert(log).from_select(columns, sa.select(*values).order_by(told.c.id))
