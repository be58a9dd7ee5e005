"""A table of open data: what its columns are, and how its rows are read. The same rows make the page, the CSV and the JSON."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from ..errors import N_
from ..policy.policy import Policy

Row = Mapping[str, object]  # by the key of the column


@dataclass(frozen=True)
class Column:
    """A column: its name for programs, and its title for people (a msgid). `words`: what to call its values. A column that is not
    `shown` is in the data alone. `said`: its values are texts of the policy, which are told in the reader's language."""

    key: str
    title: str
    words: Mapping[str, str] | None = None
    shown: bool = True
    said: bool = False


@dataclass(frozen=True)
class Asked:
    """Of which day the rows are asked, under which policy."""

    policy: Policy
    day: date


@dataclass(frozen=True)
class Table:
    """One table. `rows` are as of the end of the day asked for, in the order of their numbers; `head` is the column by which a
    person knows a row. `about` goes before the rows in the JSON, and `notes` say in sentences (msgids) what is in the table and
    what is not."""

    key: str
    title: str
    lead: str
    head: str
    columns: tuple[Column, ...]
    rows: Callable[[Session, Asked], Iterator[Row]]
    notes: tuple[str, ...] = ()
    about: Callable[[Asked], Row] = lambda asked: {}
    empty: str = N_("还没有。")


def after(day: date) -> date:
    """The next day: what happened before it begins, happened by the end of the day."""
    return day + timedelta(days=1)


LEAF = Column("leaf", N_("公开日志序号"))
DEMONSTRATION = Column("demonstration", N_("演示数据"), shown=False)  # the page has a mark for it
