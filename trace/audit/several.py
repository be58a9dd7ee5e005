"""One act on several rows at once: each row has its own answer, and all that can be done is done in one transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..access.visibility import visible
from ..db.columns import Base
from ..errors import Message, TraceError

MOST = 100  # rows in one act: twice what a page of a list shows

Row = TypeVar("Row", bound=Base)


@dataclass(frozen=True)
class Answer(Generic[Row]):
    """What became of one row: done, or refused and why."""

    row: Row
    refusal: Message | None


def picked(session: Session, actor: Actor, kind: type[Row], picks: Sequence[str]) -> Sequence[Row]:
    """The rows with these numbers that the actor may know of, by number: everyone locks them in the same order."""
    numbers = {int(pick) for pick in picks[:MOST] if pick.isascii() and pick.isdigit() and len(pick) < 19}
    key = sa.inspect(kind).primary_key[0]
    return session.scalars(visible(actor, kind).where(key.in_(numbers)).order_by(key)).all()


def done(session: Session, rows: Sequence[Row], act: Callable[[Row], object]) -> list[Answer[Row]]:
    """Do the act on each row. What is refused for one leaves the others alone, and nothing of it is left."""
    return [Answer(row, _refusal(session, row, act)) for row in rows]


def tried(session: Session, rows: Sequence[Row], act: Callable[[Row], object]) -> list[Answer[Row]]:
    """What `done` would answer now. Nothing is changed."""
    with session.begin_nested() as whole:
        answers = done(session, rows, act)
        whole.rollback()
    return answers


def _refusal(session: Session, row: Row, act: Callable[[Row], object]) -> Message | None:
    with session.begin_nested() as step:
        try:
            act(row)
            session.flush()
        except TraceError as error:
            step.rollback()
            return error.message
    return None
