"""The monitor: the public log against the record. It names the first row that differs.

Each leaf must be the entry that the record keeps, and that its event and salt give again; each event must be in the log or wait for
it; the state of each batch must be the one that its acts say.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..db import Database
from ..db.columns import Base
from ..errors import N_, Message
from ..models import Action, Batch, BatchState, Event, LogDue, LogEntry, LogPosition, LogSalt
from ..models.log_entries import Numbers, Told, content_of, numbers_of, parts, plain, read
from ..models.public_facts import FIXED
from . import older

STATES = {
    Action.BATCH_HOLD: BatchState.ON_HOLD,
    Action.BATCH_RELEASE: BatchState.ON_SALE,
    Action.BATCH_RECALL: BatchState.RECALLED,
    Action.BATCH_WITHDRAW: BatchState.WITHDRAWN,
    Action.BATCH_RESTORE: BatchState.ON_SALE,
}


class Row(NamedTuple):
    """The record's rows of one leaf; None for what is not there."""

    event: int
    content: bytes | None
    salt: bytes | None
    told: Told | None


@dataclass(frozen=True)
class Difference:
    """A row of the record that the log does not bear out. `index`: the leaf, None for what is in no leaf; `event`: the number of
    the event, None for what is no event."""

    index: int | None
    event: int | None
    what: Message


@contextmanager
def watching(db: Database) -> Iterator["Monitor"]:
    """A comparison with the record as it is at one moment."""
    with db.transaction(writes=False) as session:
        if db.engine.dialect.name == "postgresql":  # where each statement sees the newest state otherwise
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        yield Monitor(session)


@dataclass
class Monitor:
    """One comparison, in one reading transaction: `see` every tile of entries in their order, then ask `differences`."""

    session: Session
    found: list[Difference] = field(default_factory=list)
    seen: int = 0
    unsalted: list[tuple[int, int]] = field(default_factory=list)
    forgotten: set[int] = field(default_factory=set)
    states: dict[str, tuple[BatchState, int | None]] = field(default_factory=dict)
    declared: dict[str, int] = field(default_factory=dict)
    recovered: list[range] = field(default_factory=list)

    def see(self, first: int, entries: list[bytes]) -> None:
        """Compare some leaves with the record."""
        rows = self._rows(first, len(entries))
        numbers = self._numbers(rows.values())
        for index, entry in enumerate(entries, first):
            event = rows[index].event if index in rows else None
            self._follow(event, read(entry), index)
            if what := self._wrong(index, entry, rows.get(index), numbers):
                self.found.append(Difference(index, event, what))
        self.seen = first + len(entries)

    def differences(self) -> list[Difference]:
        """Everything that differs, in the order of the leaves; then what is in no leaf."""
        self._follow_waiting()
        salts = [
            Difference(index, event, Message(N_("盐不见了，没有销毁它的记录")))
            for index, event in self.unsalted
            if event not in self.forgotten and not self._was_lost(index)
        ]
        leaves = sorted([*self.found, *salts], key=lambda each: each.index or 0)
        return [*leaves, *self._outside(), *self._other_states()]

    def _rows(self, first: int, count: int) -> dict[int, Row]:
        columns = [column.label(f"of_{column.key}") for column in Event.__table__.columns]
        asked = (
            sa.select(LogPosition.position, LogPosition.event_id, LogEntry.content, LogSalt.salt, *columns)
            .outerjoin(LogEntry, LogEntry.event_id == LogPosition.event_id)
            .outerjoin(Event, Event.id == LogPosition.event_id)
            .outerjoin(LogSalt, LogSalt.event_id == LogPosition.event_id)
            .where(LogPosition.position >= first, LogPosition.position < first + count)
        )
        try:
            found = map(plain, self.session.execute(asked).mappings())
            return {cast(int, row["position"]): _row(row) for row in found}
        except (ValueError, TypeError):  # a moment or JSON that is none
            half = count // 2
            return self._rows(first, half) | self._rows(first + half, count - half) if half else {}

    def _numbers(self, rows: Iterable[Row]) -> Numbers:
        fixed = (row.told for row in rows if row.told and row.told["object_kind"] in FIXED)
        return numbers_of(self.session.connection(), fixed, Base.metadata.tables)

    def _wrong(self, index: int, entry: bytes, row: Row | None, numbers: Numbers) -> Message | None:
        """What is wrong with the record's rows of one leaf."""
        public = read(entry)
        if row is None or row.content is None:
            said = {"action": public.get("action"), "number": public.get("number") or ""}
            return Message(N_("登记库里没有这一条，或者读不出来：%(action)s %(number)s"), said)
        if row.content != entry:
            return Message(N_("登记库里的条目和公开日志里的不一样"))
        if row.told is None:
            return Message(N_("这个事件从登记库里消失了"))
        return self._wrong_event(index, entry, row, row.told, numbers)

    def _wrong_event(self, index: int, entry: bytes, row: Row, told: Told, numbers: Numbers) -> Message | None:
        public = read(entry)
        if (now := numbers.get((told["object_kind"], told["object_id"]))) and now != public.get("number"):
            said = {"number": public.get("number"), "now": now}
            return Message(N_("事件说的是 %(number)s，登记库里现在是 %(now)s"), said)
        try:
            clear = parts(told, _number(public))[0]
        except (ValueError, TypeError, AttributeError):
            return Message(N_("事件的内容读不懂了"))
        if wrong := sorted(name for name, value in clear.items() if public.get(name) != value):
            return Message(N_("事件的公开部分改过：%(names)s"), {"names": "、".join(wrong)})
        if row.salt is None:
            self.unsalted.append((index, row.event))
        elif content_of(told, _number(public), row.salt) != entry:
            return Message(N_("事件的封存部分改过（姓名、对象编号或不公开的内容）"))
        return None

    def _follow(self, event: int | None, told: Told, index: int | None = None) -> None:
        """Keep what the acts say of a batch, which salts may be gone, and which leaves were lost with a restore."""
        data = cast("dict[str, int]", told.get("data"))
        if told.get("action") == Action.LOG_FORGET:
            self.forgotten.add(data["of"])
        elif told.get("action") == Action.LOG_RECOVER:
            self.recovered.append(range(data["first"], data["size"]))
        elif told.get("action") == Action.BATCH_DECLARE and index is not None:
            self.declared[str(told["number"])] = index
        elif told.get("kind") == Batch.__tablename__ and told.get("action") in STATES:
            self.states[str(told["number"])] = STATES[Action(str(told["action"]))], event

    def _was_lost(self, index: int | None) -> bool:
        """Whether the log itself says that this leaf was brought back from it: then what was sealed is gone."""
        return any(index in lost for lost in self.recovered)

    def _follow_waiting(self) -> None:
        """The acts that are not published yet have changed the record already."""
        later = sa.select(LogPosition.event_id).where(LogPosition.position >= self.seen)
        rows = sa.select(LogEntry.event_id, LogEntry.content).where(
            sa.or_(LogEntry.event_id.in_(later), LogEntry.event_id.in_(sa.select(LogDue.event_id)))
        )
        for event, content in self.session.execute(rows.order_by(LogEntry.event_id)):
            self._follow(event, read(content))

    def _outside(self) -> Iterator[Difference]:
        """Events that are in no leaf and will be in none."""
        entry = sa.exists().where(LogEntry.event_id == Event.id)
        without = sa.select(Event.id).where(~entry, ~older.are_left()).order_by(Event.id)
        for number in self.session.scalars(without):
            yield Difference(None, number, Message(N_("这个事件没有日志条目：不是程序写的")))
        placed = sa.exists().where(LogPosition.event_id == LogEntry.event_id)
        due = sa.exists().where(LogDue.event_id == LogEntry.event_id)
        left = sa.select(LogEntry.event_id).where(~placed, ~due).order_by(LogEntry.event_id)
        for number in self.session.scalars(left):
            yield Difference(None, number, Message(N_("这个事件的日志条目没有位置，也不在排队：有人动过队列")))

    def _other_states(self) -> Iterator[Difference]:
        """Batches that stand otherwise than their acts say, and those that the acts tell of and the record lacks."""
        left = dict(self.states)
        for number, state in self.session.execute(sa.select(Batch.id_number, Batch.state).order_by(Batch.id)):
            said, event = left.pop(number, (BatchState.ON_SALE, None))
            if state is not said:
                yield Difference(
                    None,
                    event,
                    Message(
                        N_("批次 %(number)s 在登记库里是 %(now)s，按日志应是 %(said)s"),
                        {"number": number, "now": state.value, "said": said.value},
                    ),
                )
        for number, (_, event) in left.items():
            if self._was_lost(self.declared.get(number)):
                continue  # its row was lost with its declaration
            yield Difference(None, event, Message(N_("批次 %(number)s 从登记库里消失了"), {"number": number}))


def _row(found: Told) -> Row:
    told = {key.removeprefix("of_"): value for key, value in found.items() if key.startswith("of_")}
    content, salt = (None if found[name] is None else bytes(cast(bytes, found[name])) for name in ("content", "salt"))
    return Row(cast(int, found["event_id"]), content, salt, told if told["id"] is not None else None)


def _number(public: Told) -> str | None:
    return cast("str | None", public.get("number"))
