"""Rows that another transaction may be adding at the same moment: added once, and the second is told."""

from typing import TYPE_CHECKING, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session

if TYPE_CHECKING:
    from sqlalchemy import CursorResult


def add_first(session: Session, row: DeclarativeBase) -> bool:
    """Add a row, unless another transaction has added one with the same key. Returns whether it was added.

    Portable SQL has no "insert or update": on False the caller updates the row that is there.
    """
    try:
        with session.begin_nested():
            session.add(row)
        return True
    except sa.exc.IntegrityError:
        return False


def insert_new(session: Session, kind: type[DeclarativeBase], **values: object) -> bool:
    """Insert a row in one statement, unless one with the same key is there. Returns whether it was inserted.

    It is `add_first` for a row that nothing else needs afterwards, and without the two statements of a savepoint. Of two
    transactions at once the second waits for the first.
    """
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(kind).values(**values).on_conflict_do_nothing()
    counted = {"preserve_rowcount": True}  # which SQLAlchemy drops after an INSERT else
    done = session.execute(statement, execution_options=counted)
    return cast("CursorResult[object]", done).rowcount == 1
