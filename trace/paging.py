"""Long lists are shown one page at a time, and say how many there are in all."""

from collections.abc import Sequence
from typing import TypeVar, overload

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.sql.base import ExecutableOption

PAGE = 50  # rows

Row = TypeVar("Row")


class Page(Sequence[Row]):
    """The rows of one page of a list. `total` is how many the list has, `number` which page this is, counted from 1, and
    `name` the word by which an address asks for a page of this list: a page with two lists has two names."""

    def __init__(self, rows: Sequence[Row], total: int, number: int, name: str = "page") -> None:
        self._rows, self.total, self.number, self.name = rows, total, number, name

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | Sequence[Row]:
        return self._rows[index]

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def pages(self) -> int:
        """The number of pages that the list fills."""
        return -(-self.total // PAGE)


def count(session: Session, rows: sa.GenerativeSelect) -> int:
    """The number of rows that the query `rows` finds."""
    return session.scalar(sa.select(sa.func.count()).select_from(rows.order_by(None).subquery())) or 0


def page_of(
    session: Session, rows: sa.Select[Row], page: int, *options: ExecutableOption, name: str = "page"
) -> Page[Row]:
    """One page of the ordered query `rows`, loaded with `options`. `page` counts from 1; behind the last comes the last."""
    total = count(session, rows)
    number = _within(page, total)
    shown = rows.limit(PAGE).offset((number - 1) * PAGE).options(*options)
    return Page(session.scalars(shown).all(), total, number, name)


def cut(rows: Sequence[Row], page: int, name: str = "page") -> Page[Row]:
    """One page of a list that is at hand as a whole, as `page_of`."""
    number = _within(page, len(rows))
    return Page(rows[(number - 1) * PAGE : number * PAGE], len(rows), number, name)


def _within(page: int, total: int) -> int:
    return max(1, min(page, -(-total // PAGE)))
