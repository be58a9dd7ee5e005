"""The entries of the public log, in the record: one for each event, written in the transaction of the act.

An entry is canonical JSON (UTF-8, sorted keys, no blanks): what of the event is public in the clear, the rest as a commitment,
SHA-256(salt ‖ canonical JSON of the private part). Whoever has the salt can show what was sealed; when the salt is destroyed
nobody can, and every proof in the log stays what it was. The database refuses the commit of an event without its entry, and
changes and deletions of entries and positions.
"""

import contextlib
import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from typing import NamedTuple, cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, mapped_column

from ..db.columns import Base, Big
from .public_facts import NUMBERS, public_part

VERSION = 1
LARGEST = 65_535  # bytes of an entry (C2SP tlog-tiles); what would be larger is sealed
SALT = 32  # bytes
AT_ONCE = 1_000  # rows in one statement
_WHOLE = sa.BigInteger().with_variant(sa.Integer, "sqlite")
Told = Mapping[str, object]
"""An event by the names of its columns."""


class LogEntry(Base):
    """The bytes that are a leaf of the log, or will be one in a few seconds."""

    __tablename__ = "log_entries"

    event_id: Mapped[int] = mapped_column(_WHOLE, sa.ForeignKey("events.id"), primary_key=True, autoincrement=False)
    content: Mapped[bytes]


class LogSalt(Base):
    """What the private part of an entry is salted with. It may be destroyed, and never changed."""

    __tablename__ = "log_salts"

    event_id: Mapped[int] = mapped_column(_WHOLE, sa.ForeignKey("events.id"), primary_key=True, autoincrement=False)
    salt: Mapped[bytes]


class LogDue(Base):
    """The entries that have no position yet. A trigger adds a row with each event; it leads to the entry, which must be there
    when the transaction ends."""

    __tablename__ = "log_due"

    event_id: Mapped[int] = mapped_column(
        _WHOLE,
        sa.ForeignKey("log_entries.event_id", deferrable=True, initially="DEFERRED"),
        primary_key=True,
        autoincrement=False,
    )


class LogPosition(Base):
    """Which leaf an entry is, counted from 0."""

    __tablename__ = "log_positions"

    position: Mapped[int] = mapped_column(_WHOLE, primary_key=True, autoincrement=False)
    event_id: Mapped[Big] = mapped_column(sa.ForeignKey("log_entries.event_id"), unique=True)


class LogSequencer(Base):
    """One row: who gives positions now and until when, and the tree that was signed last. Of the events that are older than the log
    those after `old_done` up to `old_last` have no entry yet; None when all have."""

    __tablename__ = "log_sequencer"

    id: Mapped[int] = mapped_column(primary_key=True)
    worker: Mapped[str] = mapped_column(sa.String(40))
    token: Mapped[Big]
    until: Mapped[datetime | None]
    size: Mapped[Big]
    root: Mapped[bytes | None]
    old_last: Mapped[Big | None]
    old_done: Mapped[Big]


_SPELLING = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def canonical(value: object) -> bytes:
    """The one spelling of a value as JSON."""
    return _SPELLING.encode(value).encode("utf-8", "backslashreplace")  # half a surrogate pair becomes its JSON escape


def parts(told: Told, number: str | None) -> tuple[dict[str, object], dict[str, object]]:
    """What of an event is public, and what is sealed. `number` is the public number of its object."""
    rule, text, at = public_part(str(told["action"])), json.dumps(told["data"]), told["at"]
    data = json.loads(text)
    if not isinstance(at, datetime):
        raise TypeError("an event without its moment")
    clear: dict[str, object] = {
        "v": VERSION,
        "at": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "role": told["actor_role"],
        "county": told["actor_county"],
        "action": told["action"],
        "kind": told["object_kind"],
        "number": number,
        "reason": told["reason"] if rule.reason else None,
        "data": {key: value for key, value in data.items() if key in rule.keys},
    }
    private: dict[str, object] = {
        "actor": told["actor_id"],
        "name": told["actor_name"],
        "object": told["object_id"],
        "reason": None if rule.reason else told["reason"],
        "data": {key: value for key, value in data.items() if key not in rule.keys},
    }
    # Escaped, the data are no shorter; the reason, of 1,000 characters, and all else are below 10,000 bytes.
    if len(text) > LARGEST - 10_000 and len(canonical(clear)) > LARGEST - 100:
        private["data"], clear["data"] = data, {}
    return clear, private


def seal(salt: bytes, private: Mapping[str, object]) -> str:
    """The commitment to a private part, in hexadecimal."""
    return hashlib.sha256(salt + canonical(private)).hexdigest()


def content_of(told: Told, number: str | None, salt: bytes) -> bytes:
    """The entry of an event. It depends on nothing else, so that anyone with the record can write it again."""
    clear, private = parts(told, number)
    return canonical(clear | {"sealed": seal(salt, private)})


def read(entry: bytes) -> Told:
    """What an entry says; nothing for bytes that are no entry."""
    with contextlib.suppress(ValueError):
        if isinstance(told := json.loads(bytes(entry)), dict):
            return told
    return {}


class Made(NamedTuple):
    """An entry with its salt, not yet written."""

    event_id: int
    content: bytes
    salt: bytes

    @classmethod
    def of(cls, event: Told, number: str | None) -> "Made":
        """The entry of an event, under a new salt."""
        salt = os.urandom(SALT)
        return cls(cast(int, event["id"]), content_of(event, number, salt), salt)


def enter(connection: Connection, told: Iterable[tuple[Told, str | None]]) -> None:
    """Write the entries and salts of events that were just written, each given with the public number of its object."""
    made = [Made.of(event, number) for event, number in told]
    if made:  # through the driver itself: every act waits for these two, and SQLAlchemy takes ten times as long
        mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
        with closing(connection.connection.cursor()) as cursor:
            entries = [(each.event_id, each.content) for each in made]
            cursor.executemany(f"INSERT INTO log_entries (event_id, content) VALUES ({mark}, {mark})", entries)
            salts = [(each.event_id, each.salt) for each in made]
            cursor.executemany(f"INSERT INTO log_salts (event_id, salt) VALUES ({mark}, {mark})", salts)


def enter_all(connection: Connection, log: sa.FromClause, ids: Sequence[int], objects: "Objects") -> None:
    """The same for events of which only the numbers are known, read back from `log`, some at a time."""
    for start in range(0, len(ids), AT_ONCE):
        found = connection.execute(sa.select(log).where(log.c.id.in_(ids[start : start + AT_ONCE]))).mappings()
        rows = list(map(plain, found))
        numbers = numbers_of(connection, rows, objects)
        enter(connection, ((row, numbers.get((row["object_kind"], row["object_id"]))) for row in rows))


Objects = Mapping[str, sa.FromClause]
"""The tables of objects, by name: those of `NUMBERS` are asked for the public numbers."""


Numbers = dict[tuple[object, object], str]


def plain(row: sa.RowMapping) -> Told:
    """A row by the names of its columns."""
    return {str(name): value for name, value in row.items()}


def numbers_of(connection: Connection, rows: Iterable[Told], objects: Objects) -> Numbers:
    """The public numbers of the objects of these events, by kind and row number."""
    wanted: dict[str, set[object]] = {}
    for row in rows:
        if row["object_kind"] in NUMBERS:
            wanted.setdefault(str(row["object_kind"]), set()).add(row["object_id"])
    found: Numbers = {}
    for kind, ids in wanted.items():
        table = objects[kind]
        asked = sa.select(table.c.id, table.c[NUMBERS[kind]]).where(table.c.id.in_(ids))
        found |= {(kind, number): public for number, public in connection.execute(asked)}
    return found
