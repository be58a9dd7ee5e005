"""Long lists are shown one page at a time."""

from collections.abc import Sequence
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.sql.base import ExecutableOption

PAGE = 50  # rows

Row = TypeVar("Row")


def count(session: Session, rows: sa.GenerativeSelect) -> int:
    """The number of rows that the query `rows` finds."""
    return session.scalar(sa.select(sa.func.count()).select_from(rows.order_by(None).subquery())) or 0


def page_of(session: Session, rows: sa.Select[Row], page: int, *options: ExecutableOption) -> tuple[Sequence[Row], int]:
    """One page of the ordered query `rows`, loaded with `options`, and the number of all its rows. `page` counts from 1."""
    shown = rows.limit(PAGE).offset((page - 1) * PAGE).options(*options)
    return session.scalars(shown).all(), count(session, rows)


def pages(total: int) -> int:
    """The number of pages that `total` rows fill."""
    return -(-total // PAGE)
