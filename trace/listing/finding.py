"""The rows of a list that were asked for, in the order that was asked for."""

from collections.abc import Iterator
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .. import paging
from ..access.actor import Actor
from ..access.matching import Fits, Typed
from ..clock import start_of
from ..paging import Page
from .asked import Asked
from .listof import Days, Expression, ListOf, Query, Row

MOST_WORDS = 8  # that are looked for one by one


def found(listed: ListOf, actor: Actor, asked: Asked) -> Query:
    """All rows that were asked for and that this actor may know of, in order."""
    return _sorted(listed, narrowed(listed, actor, asked), asked).options(*listed.options)


def narrowed(listed: ListOf, actor: Actor, asked: Asked) -> Query:
    """The same rows in no order."""
    return listed.rows(actor).where(*_conditions(listed, actor, asked))


def page(session: Session, listed: ListOf, actor: Actor, asked: Asked, number: int) -> Page[Row]:
    """One page of what was asked for."""
    return paging.page_of(session, found(listed, actor, asked), number)


def _conditions(listed: ListOf, actor: Actor, asked: Asked) -> Iterator[sa.ColumnElement[bool]]:
    if asked.words:
        yield _matches(listed.search, asked.words)
    for choice in listed.choices:
        if value := asked.chosen[choice.name]:
            yield choice.fits(choice.kind(value), actor)
    if asked.county and listed.county is not None:
        yield listed.county == asked.county
    if asked.product and listed.product:
        yield _matches(listed.product, asked.product)
    if listed.days:
        yield from _within(listed.days, asked)


def _matches(search: Fits, words: str) -> sa.ColumnElement[bool]:
    """Whether all of it stands somewhere as it was typed, or each of its words does. What cannot stand anywhere finds nothing."""
    whole = sa.or_(sa.false(), *search(Typed.of(words)))
    each = words.split()[:MOST_WORDS]
    if len(each) < 2:
        return whole
    return sa.or_(whole, sa.and_(*(sa.or_(sa.false(), *search(Typed.of(word))) for word in each)))


def _within(days: Days, asked: Asked) -> Iterator[sa.ColumnElement[bool]]:
    column = days.column
    if asked.since:
        yield column >= (start_of(asked.since) if days.is_moment else asked.since)
    if asked.until:
        after = asked.until + timedelta(days=1)
        yield column < (start_of(after) if days.is_moment else after)


def _sorted(listed: ListOf, rows: Query, asked: Asked) -> Query:
    """Rows without a value come last either way; rows that are the same there are ordered by their number, the same way."""
    column = listed.column(asked.sort)
    assert column, f"{listed.key}: {asked.sort}"
    turn = sa.desc if asked.is_backwards else sa.asc
    by = [
        each
        for one in column.by
        for each in ([one.is_(None)] if column.may_lack or _may_be_empty(one) else []) + [turn(one)]
    ]
    return rows.order_by(*by, turn(listed.number))


def _may_be_empty(one: Expression) -> bool:
    """Whether a row may lack the value. Where none does, an index gives the order."""
    columns = getattr(getattr(one, "property", None), "columns", ())
    return any(column.nullable for column in columns)
