"""Long lists are shown a page at a time."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.sql.base import ExecutableOption

PAGE = 50  # rows


def count(session: Session, rows: sa.Select[Any]) -> int:
    """How many rows there are in all."""
    return session.scalar(sa.select(sa.func.count()).select_from(rows.order_by(None).subquery())) or 0


def page_of(session: Session, rows: sa.Select[Any], page: int, *options: ExecutableOption) -> tuple[Sequence[Any], int]:
    """One page of ordered rows (`page` from 1), loaded with `options`, and how many there are in all."""
    shown = rows.limit(PAGE).offset((page - 1) * PAGE).options(*options)
    return session.scalars(shown).all(), count(session, rows)


def pages(total: int) -> int:
    """How many pages so many rows fill."""
    return -(-total // PAGE)
