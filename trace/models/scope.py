"""Which rows of a table a person may know of: each table declares it in `visibility`, and `access.visibility` asks it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.orm import QueryableAttribute


class Reader(Protocol):
    """The person who reads, as far as a scope asks: account, producer, insurer and county, or None."""

    @property
    def account_id(self) -> int | None: ...
    @property
    def producer_id(self) -> int | None: ...
    @property
    def insurer_id(self) -> int | None: ...
    @property
    def county(self) -> str | None: ...


Rule = Callable[[Reader], sa.ColumnElement[bool]]


@dataclass(frozen=True)
class Scope:
    """A condition for each role, over the table joined along `joins`. A role without a condition knows of no row. Of a producer's
    people, who writes the farm's record alone knows only of what is `in_the_field`."""

    joins: tuple[QueryableAttribute[object], ...] = ()
    producer: Rule | None = None
    in_the_field: bool = False
    officer: Rule | None = None
    insurer: Rule | None = None
    administrator: Rule | None = None


def own(column: sa.ColumnElement[int] | QueryableAttribute[int] | QueryableAttribute[int | None]) -> Rule:
    """Rows of the reader's own producer. A reader without one has no rows."""
    return lambda reader: sa.false() if reader.producer_id is None else column == reader.producer_id


def insured_by(column: QueryableAttribute[int]) -> Rule:
    """Rows of the reader's own insurance company. A reader without one has no rows."""
    return lambda reader: sa.false() if reader.insurer_id is None else column == reader.insurer_id


def in_county(column: QueryableAttribute[str] | QueryableAttribute[str | None]) -> Rule:
    """Rows of the reader's county. An officer of the whole city has no county and knows of all."""
    return lambda reader: sa.true() if reader.county is None else column == reader.county


def everything(reader: Reader) -> sa.ColumnElement[bool]:
    """Every row of the table."""
    return sa.true()
