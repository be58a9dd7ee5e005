"""One rule for demonstration data: it counts nowhere, unless the whole installation is a demonstration.

An installation is one as long as it holds no producer but those of the demonstration. Then everything is counted, so that
the pages can be tried, and each of them says how many demonstration rows are in its figures. From the first real producer on,
every public figure, list, draw and export leaves them out.

Producers, brands, complaints and lines of the list of inputs are marked; any other row is a demonstration's where it belongs to such a
one: to its producer if it has one, else to whatever it refers to.
"""

from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..db.columns import Base
from ..models import Account, Producer

MARK = "demonstration"
WHO_ACTED = Account.__tablename__
"""A row belongs to nobody for having been entered by somebody. Accounts themselves are told whole: who may sign in is no figure."""


def whole(session: Session) -> bool:
    """Whether all there is, is a demonstration."""
    return not session.scalar(sa.select(_any_real()))


def counts(kind: type[Base]) -> sa.ColumnElement[bool]:
    """Which rows of a table count, for a query of it; rows that belong to nobody do."""
    return sa.or_(sa.not_(_any_real()), sa.not_(of_demonstration(kind)))


@cache
def of_demonstration(kind: type[Base]) -> sa.ColumnElement[bool]:
    """Which rows of a table are a demonstration's, whatever else there is. Never unknown."""
    table = Base.metadata.tables[kind.__tablename__]
    return _of(table, table)


def _any_real() -> sa.ColumnElement[bool]:
    other = sa.alias(Base.metadata.tables[Producer.__tablename__])
    return sa.exists(sa.select(sa.literal(1)).select_from(other).where(other.c[MARK].is_(False)).correlate(None))


def _of(table: sa.Table, rows: sa.FromClause) -> sa.ColumnElement[bool]:
    """`rows` are those of the table, under whatever name a query has them."""
    marked = [rows.c[MARK].is_(True)] if MARK in table.c else []
    return sa.or_(sa.false(), *marked, *(_owned(key, rows.c[key.parent.name]) for key in _owners(table)))


@cache
def _owners(table: sa.Table) -> tuple[sa.ForeignKey, ...]:
    """The references that say whose a row is."""
    if table.name == WHO_ACTED:
        return ()
    keys = [key for column in table.c for key in column.foreign_keys if key.column.table is not table]
    its_producer = [key for key in keys if key.parent.name == "producer_id" and not key.parent.nullable]
    return tuple(its_producer or (key for key in keys if _leads(key.column.table)))


def _leads(table: sa.Table) -> bool:
    """Whether rows of a table can be a demonstration's at all."""
    return MARK in table.c or bool(_owners(table))


def _owned(key: sa.ForeignKey, column: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """A query may hold the table of the owners already: here it goes by another name."""
    owners = key.column.table.alias()
    theirs = sa.select(owners.c[key.column.name]).where(_of(key.column.table, owners)).correlate(None)
    return sa.and_(column.is_not(None), column.in_(theirs))
