"""What a part of a producer's data is: a kind of rows, with each column described once for sheets, JSON and the README."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..errors import N_
from ..fields import plain
from ..models import Account, Producer
from ..sheets.writer import Kind

AT_ONCE = 500  # rows fetched together: what bounds the memory
KIND_WORDS = {
    Kind.TEXT: N_("文字"),
    Kind.COUNT: N_("个数"),
    Kind.NUMBER: N_("编号"),
    Kind.AMOUNT: N_("数量"),
    Kind.DAY: N_("日期，年-月-日"),
    Kind.MOMENT: N_("时间，带时区"),
}
YES_NO = {True: N_("是"), False: N_("否")}
Row = Any  # a row of whatever table
Query = sa.Select[Row]
Rows = Callable[[Producer], Query]
Words = Mapping[Row, str]


@dataclass(frozen=True)
class Col:
    """A column: its word in JSON, its title for people, and how its value is taken from a row. `unit` is in words; `words` are
    those of the values, which JSON keeps as they are."""

    key: str
    title: str
    of: Callable[[Row], object]
    kind: Kind = Kind.TEXT
    unit: str = ""
    words: Words | None = None


@dataclass(frozen=True)
class Part:
    """One kind of rows. `stays` says why another installation cannot take them over; empty where it can."""

    key: str
    title: str
    rows: Rows
    columns: Sequence[Col]
    stays: str = ""

    def read(self, session: Session, producer: Producer) -> Iterator[Row]:
        """The producer's rows, some at a time."""
        yield from session.scalars(self.rows(producer).execution_options(yield_per=AT_ONCE))

    def count(self, session: Session, producer: Producer) -> int:
        return (
            session.scalar(sa.select(sa.func.count()).select_from(self.rows(producer).order_by(None).subquery())) or 0
        )


def as_json(value: object) -> object:
    """A value as JSON keeps it: amounts as text without needless zeros, days and moments by ISO 8601."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return plain(value)
    return value.isoformat() if isinstance(value, date | datetime) else value


def same(*names: str) -> Callable[[Row], object]:
    """The value at the end of a path of attributes, None where it breaks off."""

    def of(row: Row) -> object:
        for name in names:
            row = None if row is None else getattr(row, name)
        return row

    return of


def col(
    path: str, title: str, kind: Kind = Kind.TEXT, unit: str = "", words: Words | None = None, key: str = ""
) -> Col:
    """A column that a path of attributes names: `plot.name` is called `plot_name`."""
    return Col(key or path.replace(".", "_"), title, same(*path.split(".")), kind, unit, words)


def by(column: str) -> Col:
    """Whose account it was, by the name that the person has today."""
    return Col("by", N_("谁"), lambda row: _name_of(row, column))


def _name_of(row: Row, column: str) -> object:
    session, number = sa.inspect(row).session, getattr(row, column)
    account = session.get(Account, number) if number and session else None
    return account.name if account else None
