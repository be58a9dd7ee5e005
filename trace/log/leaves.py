"""Which leaves of the public log tell of an object: its acts, each with its index once it is published."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .. import paging
from ..errors import N_, NotFound
from ..models import Batch, CommitmentCertificate, Event, LogEntry, LogPosition, LogSequencer, Product
from ..models.log_entries import Told, read
from ..paging import Page

NUMBERED = (Batch.id_number, Product.id_number, CommitmentCertificate.number)


@dataclass(frozen=True)
class Leaf:
    """An act as the log tells it. `index`: which leaf it is; None for a few seconds after the act."""

    index: int | None
    told: Told


def of_number(session: Session, number: str, page: int = 1) -> Page[Leaf]:
    """The acts done to the batch, product or certificate with this public number, newest first, a page of them. Raises NotFound."""
    return _leaves(session, *_named(session, number), page)


def newest_of(session: Session, number: str) -> int | None:
    """The leaf of its last act that is published; None while none is. Raises NotFound."""
    kind, row = _named(session, number)
    return _last(session, kind, sa.literal(row))


def _named(session: Session, number: str) -> tuple[str, int]:
    for column in NUMBERED:
        row = session.scalar(sa.select(column.class_.id).where(column == number))
        if row is not None:
            return column.class_.__tablename__, row
    raise NotFound(N_("没有编号为 %(number)s 的批次、产品或合格证"), number=number[:40])


def _leaves(session: Session, kind: str, row: int, page: int) -> Page[Leaf]:
    mine = Event.object_kind == kind, Event.object_id == row
    rows = sa.select(LogEntry).join(Event, Event.id == LogEntry.event_id).where(*mine).order_by(Event.id.desc())
    found = paging.page_of(session, rows, page)
    ids = [each.event_id for each in found]
    places = sa.select(LogPosition.event_id, LogPosition.position).where(LogPosition.event_id.in_(ids))
    published = {event: at for event, at in session.execute(places.where(LogPosition.position < _size(session)))}
    return Page([Leaf(published.get(each.event_id), read(each.content)) for each in found], found.total, found.number)


def last_of_batch(session: Session, number: str) -> int | None:
    """The leaf of the last act on a batch that is published; None while none is."""
    return _last(session, Batch.__tablename__, sa.select(Batch.id).where(Batch.id_number == number).scalar_subquery())


def last_of_certificate(session: Session, row: CommitmentCertificate) -> int | None:
    """The same of a commitment certificate."""
    return _last(session, CommitmentCertificate.__tablename__, sa.literal(row.id))


def _last(session: Session, kind: str, row: sa.ColumnElement[int]) -> int | None:
    rows = sa.select(sa.func.max(LogPosition.position)).join(Event, Event.id == LogPosition.event_id)
    size = sa.select(LogSequencer.size).scalar_subquery()
    mine = sa.and_(Event.object_kind == kind, Event.object_id == row)
    return session.scalar(rows.where(mine, LogPosition.position < size))


def index_of_event(session: Session, event: int) -> int:
    """The leaf of an event. Raises NotFound for one that is not published."""
    found = session.scalar(sa.select(LogPosition.position).where(LogPosition.event_id == event))
    if found is None or found >= _size(session):
        raise NotFound(N_("事件 %(event)d 还没有公布；几秒后再试"), event=event)
    return found


def _size(session: Session) -> int:
    return session.scalars(sa.select(LogSequencer.size)).one()
