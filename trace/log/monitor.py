"""The monitor: the public log against the record. It names the first row that differs.

Each leaf must be the entry that the record keeps, and that its event and salt give again; each event must be in the log or wait for
it; each row that is audited must have an event, and say what its acts say of it (`following`). What was deleted by request is sealed
anew by the act that deleted it: such an event must be what that act left. What a restore lost stands in leaves that the log itself names.
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
from ..models import Action, Audited, Event, LogDue, LogEntry, LogPosition, LogSalt
from ..models.log_entries import Numbers, Told, content_of, numbers_of, parts, plain, read, seal
from ..models.public_facts import FIXED
from . import older
from .following import Act, Following

NO_SALT = N_("盐不见了，没有按请求删除的记录")
SEALED_OTHERWISE = N_("事件的封存部分改过（姓名、对象编号或不公开的内容）")
NOT_AS_LEFT = N_("这个事件按请求删除过内容，后来又改过")
AT_ONCE = 500  # events in one question


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
    unproven: list[tuple[int, int, str]] = field(default_factory=list)
    resealed: dict[int, str] = field(default_factory=dict)
    recovered: list[range] = field(default_factory=list)
    following: Following = field(default_factory=Following)

    def see(self, first: int, entries: list[bytes]) -> None:
        """Compare some leaves with the record."""
        rows = self._tile(first, len(entries))
        numbers = self._numbers(rows.values())
        for index, entry in enumerate(entries, first):
            row = rows.get(index)
            event = row.event if row else None
            of = cast("int | None", row.told["object_id"]) if row and row.told else None
            self._follow(Act(read(entry), event, of, index))
            if what := self._wrong(index, entry, row, numbers):
                self.found.append(Difference(index, event, what))
        self.seen = first + len(entries)

    def differences(self) -> list[Difference]:
        """Everything that differs, in the order of the leaves; then what is in no leaf."""
        self._follow_waiting()
        unproven = [
            Difference(index, event, Message(why))
            for index, event, why in self.unproven
            if event not in self.resealed and not self._was_lost(index)
        ]
        leaves = sorted([*self.found, *unproven, *self._not_as_left()], key=lambda each: each.index or 0)
        return [*leaves, *self._outside(), *self._untold(), *self._other_rows()]

    def _tile(self, first: int, count: int) -> dict[int, Row]:
        """The rows of so many leaves; what cannot be read at all is left out."""
        try:
            return self._rows(LogPosition.position >= first, LogPosition.position < first + count)
        except (ValueError, TypeError):  # a moment or JSON that is none
            half = count // 2
            return self._tile(first, half) | self._tile(first + half, count - half) if half else {}

    def _rows(self, *which: sa.ColumnElement[bool]) -> dict[int, Row]:
        columns = [column.label(f"of_{column.key}") for column in Event.__table__.columns]
        asked = (
            sa.select(LogPosition.position, LogPosition.event_id, LogEntry.content, LogSalt.salt, *columns)
            .outerjoin(LogEntry, LogEntry.event_id == LogPosition.event_id)
            .outerjoin(Event, Event.id == LogPosition.event_id)
            .outerjoin(LogSalt, LogSalt.event_id == LogPosition.event_id)
            .where(*which)
        )
        found = map(plain, self.session.execute(asked).mappings())
        return {cast(int, row["position"]): _row(row) for row in found}

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
            self.unproven.append((index, row.event, NO_SALT))
        elif content_of(told, _number(public), row.salt) != entry:
            self.unproven.append((index, row.event, SEALED_OTHERWISE))
        return None

    def _not_as_left(self) -> Iterator[Difference]:
        """Events from which something was deleted, and that are not as the last such act left them."""
        wanted = sorted(self.resealed)
        for start in range(0, len(wanted), AT_ONCE):
            for index, row in self._rows(LogPosition.event_id.in_(wanted[start : start + AT_ONCE])).items():
                if row.content is not None and row.told is not None and not self._is_as_left(row):
                    yield Difference(index, row.event, Message(NOT_AS_LEFT))

    def _is_as_left(self, row: Row) -> bool:
        told, content = cast(Told, row.told), cast(bytes, row.content)
        try:
            private = parts(told, _number(read(content)))[1]
        except (ValueError, TypeError, AttributeError):
            return True  # told of as illegible already
        return row.salt is not None and seal(row.salt, private) == self.resealed[row.event]

    def _follow(self, act: Act) -> None:
        """Keep what the acts say of the record's rows, what was sealed anew, and which leaves were lost with a restore."""
        if act.action == Action.LOG_FORGET:
            anew = cast("dict[str, str]", act.data["resealed"])
            self.resealed |= {int(number): sealed for number, sealed in anew.items()}
        elif act.action == Action.LOG_RECOVER:
            lost = cast("dict[str, int]", act.data)
            self.recovered.append(range(lost["first"], lost["size"]))
        self.following.see(act)

    def _was_lost(self, index: int | None) -> bool:
        """Whether the log itself says that this leaf was brought back from it: then what was sealed is gone."""
        return any(index in lost for lost in self.recovered)

    def _follow_waiting(self) -> None:
        """The acts that are not published yet have changed the record already."""
        later = sa.select(LogPosition.event_id).where(LogPosition.position >= self.seen)
        rows = (
            sa.select(LogEntry.event_id, LogEntry.content, Event.object_id)
            .join(Event, Event.id == LogEntry.event_id)
            .where(sa.or_(LogEntry.event_id.in_(later), LogEntry.event_id.in_(sa.select(LogDue.event_id))))
        )
        for event, content, row in self.session.execute(rows.order_by(LogEntry.event_id)):
            self._follow(Act(read(content), event, row))

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

    def _untold(self) -> Iterator[Difference]:
        """Rows of the record that no event tells of: the program writes none."""
        for kind in AUDITED:
            table = Base.metadata.tables[kind]
            told = sa.exists().where(Event.object_kind == kind, Event.object_id == table.c.id)
            for number in self.session.scalars(sa.select(table.c.id).where(~told).order_by(table.c.id)):
                values = {"table": kind, "number": number}
                yield Difference(
                    None, None, Message(N_("%(table)s 的第 %(number)s 行没有任何事件：不是程序写的"), values)
                )

    def _other_rows(self) -> Iterator[Difference]:
        """Rows that say otherwise than their acts, or that only one of the two has."""
        for event, what in self.following.differences(self.session, self._was_lost):
            yield Difference(None, event, what)


AUDITED = tuple(sorted(kind.__tablename__ for kind in Audited.__subclasses__()))


def _row(found: Told) -> Row:
    told = {key.removeprefix("of_"): value for key, value in found.items() if key.startswith("of_")}
    content, salt = (None if found[name] is None else bytes(cast(bytes, found[name])) for name in ("content", "salt"))
    return Row(cast(int, found["event_id"]), content, salt, told if told["id"] is not None else None)


def _number(public: Told) -> str | None:
    return cast("str | None", public.get("number"))
