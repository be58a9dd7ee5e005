"""A public log in a test: acts that make a history, the sequencer, the monitor, and a database administrator who changes rows."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from world import World
from yipin.audit import holds, log
from yipin.log import keys, opening, rebuilding
from yipin.log.checkpoint import Checkpoint
from yipin.log.folder import LogFolder
from yipin.log.monitor import Difference, Monitor, watching
from yipin.log.sources import FolderSource
from yipin.models import Account, Action, Batch


def append(world: World) -> int:
    """Publish what waits. Returns the size of the log."""
    size = opening.sequencer_of(world.db, world.settings).append()
    assert size is not None
    return size


def folder_of(world: World) -> LogFolder:
    return LogFolder(world.settings.log)


def checkpoint(world: World) -> Checkpoint:
    """What is published, verified against the tiles."""
    return folder_of(world).published([each.verifier for each in keys.signers(world.settings)])


def rebuilt(world: World, seen: Checkpoint | None = None, visit: rebuilding.Visit = rebuilding.nothing) -> Checkpoint:
    """What the public bytes alone give."""
    verifiers = [each.verifier for each in keys.signers(world.settings)]
    return rebuilding.rebuild(FolderSource(world.settings.log), verifiers, seen, visit)[0]


def public(world: World) -> list[tuple[int, list[bytes]]]:
    """The entries that anyone can read, a tile at a time."""
    tiles: list[tuple[int, list[bytes]]] = []
    rebuilt(world, None, lambda first, entries: tiles.append((first, entries)))
    return tiles


def differences(tiles: list[tuple[int, list[bytes]]], session: Session) -> list[Difference]:
    """What the monitor finds, in this session."""
    watch = Monitor(session)
    for first, entries in tiles:
        watch.see(first, entries)
    return watch.differences()


def found(world: World) -> list[Difference]:
    """What the monitor finds."""
    with watching(world.db) as watch:
        rebuilt(world, None, watch.see)
        return watch.differences()


def history(world: World, batch: Batch, events: int, chance: random.Random) -> None:
    """Acts of all kinds that a bureau does, some in each transaction: so many events, or a few more."""
    left = events
    while left > 0:
        with world.db.write.begin() as session:
            row = session.get_one(Batch, batch.id)
            for _ in range(chance.randint(1, 8)):
                left -= 1
                kind = chance.randrange(4)
                if kind == 0:
                    holds.hold(session, world.chen, row, f"抽检第 {left} 次")
                    holds.release(session, world.chen, row, f"第 {left} 次合格")
                elif kind == 1:
                    log.record(session, world.chen, Action.BATCH_USE, row, None, used=str(left), into=["x"])
                elif kind == 2:
                    subject = session.get_one(Account, world.chen.account_id)
                    log.record(
                        session,
                        world.ama,
                        Action.ACCOUNT_CHANGE,
                        subject,
                        f"第 {left} 次换人",
                        corrected={"name": ["甲", "乙"]},
                    )
                else:
                    log.record(session, world.ama, Action.BATCH_CODED, row, None, first=left, count=3)


class Leaf(NamedTuple):
    """A leaf as the record keeps it."""

    index: int
    event: int


Way = Callable[[Session, random.Random, list[Leaf]], int]
"""One falsification: it is given the leaves, and returns the index of the first false one, or minus the number of an event that is
in no leaf."""

EDITS = {
    "at": "'2020-01-01 00:00:00.000000'",
    "actor_id": "NULL",
    "actor_name": "'别人'",
    "actor_role": "'insurer'",
    "actor_county": "'439999'",
    "action": "'batch.brand'",
    "object_kind": "'plots'",
    "object_id": "object_id + 1000",
    "reason": "'另一个原因'",
    "data": """'{"used": "0"}'""",
}


def _run(session: Session, statement: str, **values: object) -> None:
    session.execute(sa.text(statement), values)


def edited(column: str) -> Way:
    def way(session: Session, chance: random.Random, leaves: list[Leaf]) -> int:
        same = f"{column} IS NOT NULL" if column == "actor_id" else "1 = 1"
        ids = session.scalars(sa.text(f"SELECT id FROM events WHERE {same} AND {_other(column)}")).all()
        one = chance.choice([leaf for leaf in leaves if leaf.event in set(ids)])
        _run(session, f"UPDATE events SET {column} = {EDITS[column]} WHERE id = :id", id=one.event)
        return one.index

    return way


def _other(column: str) -> str:
    """Only rows that the edit changes."""
    if column == "data":
        return "1 = 1"
    return (
        "1 = 1" if column in ("object_id", "actor_id", "at") else f"({column} IS NULL OR {column} <> {EDITS[column]})"
    )


def removed(*tables: str) -> Way:
    def way(session: Session, chance: random.Random, leaves: list[Leaf]) -> int:
        one = chance.choice(leaves)
        for table in tables:
            column = "id" if table == "events" else "event_id"
            _run(session, f"DELETE FROM {table} WHERE {column} = :id", id=one.event)
        return one.index

    return way


def inserted(session: Session, chance: random.Random, leaves: list[Leaf]) -> int:
    """An event that never was, written past the program."""
    one = chance.choice(leaves)
    number = (session.scalar(sa.text("SELECT max(id) FROM events")) or 0) + 1
    columns = "at, actor_id, actor_name, actor_role, action, object_kind, object_id, reason, data"
    _run(
        session,
        f"INSERT INTO events (id, {columns}) SELECT :n, {columns} FROM events WHERE id = :id",
        n=number,
        id=one.event,
    )
    _run(session, "DELETE FROM log_due")
    return -number


def events_swapped(session: Session, chance: random.Random, leaves: list[Leaf]) -> int:
    first, second = sorted(chance.sample(leaves, 2))
    for old, new in ((first.event, -1), (second.event, first.event), (-1, second.event)):
        _run(session, "UPDATE events SET id = :new WHERE id = :old", old=old, new=new)
    return first.index


def positions_swapped(session: Session, chance: random.Random, leaves: list[Leaf]) -> int:
    first, second = sorted(chance.sample(leaves, 2))
    for old, new in ((first.index, -1), (second.index, first.index), (-1, second.index)):
        _run(session, "UPDATE log_positions SET position = :new WHERE position = :old", old=old, new=new)
    return first.index


def entry_rewritten(session: Session, chance: random.Random, leaves: list[Leaf]) -> int:
    one, other = chance.sample(leaves, 2)
    content = session.scalar(sa.text("SELECT content FROM log_entries WHERE event_id = :id"), {"id": other.event})
    session.execute(
        sa.text("UPDATE log_entries SET content = :c WHERE event_id = :id"), {"c": content, "id": one.event}
    )
    return one.index


def salt_changed(session: Session, chance: random.Random, leaves: list[Leaf]) -> int:
    one = chance.choice(leaves)
    _run(session, "UPDATE log_salts SET salt = :salt WHERE event_id = :id", salt=chance.randbytes(32), id=one.event)
    return one.index


def row_changed(statement: str, actions: str) -> Way:
    """A row of the record that its acts do not bear out; the last act of these that is of it is named."""

    def way(session: Session, chance: random.Random, leaves: list[Leaf]) -> int:
        _run(session, statement)
        found = session.scalar(sa.text(f"SELECT max(id) FROM events WHERE action IN ({actions})"))
        return -int(found or 0)

    return way


WAYS: dict[str, Way] = {
    **{f"edit {column}": edited(column) for column in EDITS},
    "delete an event": removed("events"),
    "delete an event and its entry": removed("log_due", "log_entries", "events"),
    "delete all of an event": removed("log_positions", "log_entries", "log_salts", "events"),
    "delete a position": removed("log_positions"),
    "delete a salt": removed("log_salts"),
    "insert an event": inserted,
    "swap two events": events_swapped,
    "swap two positions": positions_swapped,
    "rewrite an entry": entry_rewritten,
    "change a salt": salt_changed,
    "set a state": row_changed(
        "UPDATE batches SET state = CASE state WHEN 'on_sale' THEN 'on_hold' ELSE 'on_sale' END",
        "'batch.hold', 'batch.release', 'batch.declare'",
    ),
    "issue more codes": row_changed("UPDATE code_ranges SET count = count + 7", "'codes.issue'"),
    "forget an issue": row_changed("DELETE FROM code_ranges", "'codes.issue'"),
}
TRIGGERS = "SELECT name FROM sqlite_schema WHERE type = 'trigger'"


@contextmanager
def administrator(world: World) -> Iterator[Session]:
    """A session of somebody whom no trigger and no foreign key holds up. What is done in it is rolled back."""
    with world.db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            for (name,) in connection.exec_driver_sql(TRIGGERS).all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            connection.exec_driver_sql("SET session_replication_role = replica")
        with Session(connection, join_transaction_mode="conditional_savepoint") as session:
            yield session
            session.rollback()
        connection.rollback()
        connection.invalidate()


def leaves_of(session: Session) -> list[Leaf]:
    rows = session.execute(sa.text("SELECT position, event_id FROM log_positions ORDER BY position"))
    return [Leaf(*row) for row in rows]
