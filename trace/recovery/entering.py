"""The lost leaves become entries of the record again: the same bytes at the same places, so that the log goes on as the log it was.

Of a lost event the record gets what the log says in the clear. Who did it and what was sealed is gone; its salt is gone with it.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..db.columns import Base
from ..models import Event, LogDue, LogEntry, LogPosition
from ..models.public_facts import NUMBERS
from .lost import Leaf

AT_ONCE = 1_000  # rows in one statement
NAME = "（按公开日志恢复）"  # in the place of the name of whoever acted
NOWHERE = 0  # the number of an object that is not in the record


def enter(session: Session, leaves: Sequence[Leaf], objects: Mapping[int, int]) -> None:
    """Give each leaf its event, its entry and its position. `objects`: the row numbers of what was brought back, by leaf."""
    connection = session.connection()
    for start in range(0, len(leaves), AT_ONCE):
        some = leaves[start : start + AT_ONCE]
        events = {leaf.index: leaf.event for leaf in some if leaf.event is not None}
        gone = [leaf for leaf in some if leaf.event is None]
        if gone:
            rows = [_event(session, leaf, objects) for leaf in gone]
            adding = sa.insert(Event).returning(Event.id, sort_by_parameter_order=True)
            ids = connection.scalars(adding, rows).all()
            entries = [{"event_id": i, "content": leaf.content} for i, leaf in zip(ids, gone, strict=True)]
            connection.execute(sa.insert(LogEntry), entries)
            events |= {leaf.index: i for i, leaf in zip(ids, gone, strict=True)}
        connection.execute(sa.delete(LogDue).where(LogDue.event_id.in_(events.values())))
        placed = [{"position": index, "event_id": number} for index, number in sorted(events.items())]
        connection.execute(sa.insert(LogPosition), placed)


def moment(leaf: Leaf) -> datetime:
    """When it was done."""
    return datetime.strptime(str(leaf.told["at"]), "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def _event(session: Session, leaf: Leaf, objects: Mapping[int, int]) -> dict[str, object]:
    told = leaf.told
    return {
        "at": moment(leaf),
        "actor_id": None,
        "actor_name": NAME,
        "actor_role": told["role"],
        "actor_county": told["county"],
        "action": told["action"],
        "object_kind": told["kind"],
        "object_id": objects.get(leaf.index) or _object(session, str(told["kind"]), told["number"]),
        "reason": told["reason"],
        "data": leaf.data,
    }


def _object(session: Session, kind: str, number: object) -> int:
    if number is None or kind not in NUMBERS:
        return NOWHERE
    table = Base.metadata.tables[kind]
    found = session.connection().scalar(sa.select(table.c.id).where(table.c[NUMBERS[kind]] == number))
    return NOWHERE if found is None else int(found)
