"""What a list can be asked for: which of its columns it is sorted by, what its search looks through, what narrows it.

A use-case declares a `ListOf` beside its query. The page, its file and the tests read it; none of them has a rule of its own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.base import ExecutableOption

from ..access.actor import Actor
from ..access.matching import Fits
from ..models import Role

Row = Any  # of whatever table
Query = sa.Select[Row]
Expression = sa.ColumnElement[Any] | sa.orm.InstrumentedAttribute[Any]
Fit = Callable[[Row, Actor], sa.ColumnElement[bool]]


@dataclass(frozen=True)
class Column:
    """A heading, and what the list is sorted by there; one without `by` cannot be sorted by. `newest`: a first touch of the
    heading puts the last first, as one wants it of days and amounts. `is_order` alone: no heading, but an order to choose.
    `not_for`: whose table has no such column."""

    key: str
    title: str
    by: Sequence[Expression] = ()
    newest: bool = False
    is_number: bool = False
    is_order: bool = False
    may_lack: bool = False  # of a table that not every row has; a column of the row itself says so by itself
    not_for: tuple[Role, ...] = ()


@dataclass(frozen=True)
class Choice:
    """A filter with given values, each an `is` of the address. `first` is what is shown when the address does not say."""

    name: str
    title: str
    kind: type[StrEnum]
    fits: Fit
    first: Callable[[Actor], str] = lambda actor: ""
    is_tabs: bool = False  # the page shows its values as tabs
    only: Sequence[StrEnum] = ()  # the values that this list can have, if not all


@dataclass(frozen=True)
class Days:
    """A filter by days of Shanghai, first and last included. `is_moment`: the column holds moments in UTC."""

    title: str
    column: Expression
    is_moment: bool = False


@dataclass(frozen=True)
class ListOf:
    """One list. `rows` are those that a person may know of, in no order, with the tables joined that the rest speaks of;
    `searched` says to people what the search looks through, `none` what an empty list is called. `order` is the column by
    which it is sorted when the address does not say, with a minus for the last first."""

    key: str
    rows: Callable[[Actor], Query]
    number: Expression  # what tells two rows apart that are the same by their column
    columns: Sequence[Column]
    order: str | Callable[[Mapping[str, str]], str]
    search: Fits
    searched: str
    none: str
    choices: Sequence[Choice] = ()
    county: Expression | None = None
    product: Fits | None = None
    days: Days | None = None
    options: Sequence[ExecutableOption] = ()

    def column(self, key: str) -> Column | None:
        """The column of this key, if the list can be sorted by it."""
        return next((column for column in self.columns if column.key == key and column.by), None)
