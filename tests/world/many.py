"""So many of everything, put in by SQL: what a city's record looks like after some years."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from world import NOW, World
from yipin.db.columns import Base
from yipin.farm import farmers
from yipin.models import CollectedCertificate, Event
from yipin.models.log_entries import enter_all

MANY = 1_001  # more than lists once ended at, and than a thousand
# What else has to differ for the rows to be listed one by one.
VARIED: dict[str, tuple[str, ...]] = {"farm_entries": ("input_name", "input_name_normal"), "partners": ("name",)}
ALONE = {
    "batch_links",
    "attachments",
    "draw_seeds",
    "log_sequencer",
}  # what batches were made of, what files are attached, the seed of a draw: one object's, on its page; and what there is one of


def multiply(world: World, many: int = MANY, *, days_apart: int = 0) -> None:
    """Copy the first row of every table, and Ama's first, until there are `many` with it. What a row is linked to, its copies
    are. With `days_apart`, each copy is so many days older than the one before, in everything that has a day."""
    _begin(world)
    for table in Base.metadata.sorted_tables:
        with world.db.write.begin() as session:
            for first in _firsts(session.connection(), table, world.ama.producer_id or 0):
                _multiply(session.connection(), table, first, many, days_apart)


def more(world: World, kind: type[Base], many: int, *, days_apart: int = 0, **where: Any) -> None:
    """Copy one row of a table until there are `many` more. `days_apart` as above."""
    table: sa.Table = kind.__table__  # type: ignore[assignment]
    with world.db.write.begin() as session:
        first = session.connection().execute(sa.select(table).filter_by(**where)).mappings().first()
        assert first
        _multiply(session.connection(), table, first, many + 1, days_apart)


def _begin(world: World) -> None:
    """One of what the street has none of; and Ama's own goods are on their way to her, so that the list of what comes is long."""
    with world.db.write.begin() as session:
        farmers.add_farmer(session, world.ama, name="老陈", place="山垄村")
        to_ama = {
            "producer_id": world.ama.producer_id,
            "certificate_id": 1,
            "collected_at": NOW,
            "kept_until": NOW.date(),
        }
        session.connection().execute(sa.insert(CollectedCertificate.__table__), [to_ama])
        session.connection().execute(sa.text(f"UPDATE shipments SET to_producer_id = {world.ama.producer_id}"))


def _firsts(connection: sa.Connection, table: sa.Table, ama: int) -> list[Mapping[str, Any]]:
    if "id" not in table.c or table.name in ALONE:
        return []
    rows = sa.select(table).order_by(table.c.id).limit(1)
    found = [connection.execute(rows).mappings().first()]
    if "producer_id" in table.c:
        found.append(connection.execute(rows.where(table.c.producer_id == ama)).mappings().first())
    return [row for n, row in enumerate(found) if row is not None and row not in found[:n]]


def _multiply(connection: sa.Connection, table: sa.Table, first: Mapping[str, Any], many: int, days_apart: int) -> None:
    newest = connection.execute(sa.select(sa.func.max(table.c.id))).scalar_one()
    alone = _alone(table)
    copies = [_older(_copy(table, first, alone, newest + n), timedelta(days=n * days_apart)) for n in range(1, many)]
    connection.execute(sa.insert(table), copies)
    if table is Event.__table__:
        enter_all(connection, table, [copy["id"] for copy in copies], Base.metadata.tables)


def _older(row: dict[str, Any], by: timedelta) -> dict[str, Any]:
    return {name: value - by if isinstance(value, date) else value for name, value in row.items()}


def _alone(table: sa.Table) -> set[str]:
    """The columns in which no two rows may be the same, or not together with others."""
    sets = [each.columns for each in table.constraints if isinstance(each, sa.UniqueConstraint)]
    sets += [each.columns for each in table.indexes if each.unique]
    return {column.name for each in sets for column in each} | set(VARIED.get(table.name, ()))


def _copy(table: sa.Table, first: Mapping[str, Any], alone: set[str], number: int) -> dict[str, Any]:
    """A copy of a row. Where no two may be of one other row, it is of that row's copy of the same number."""
    values = dict(first) | {"id": number}
    for name in alone - {"id", "producer_id"}:
        if values[name] is not None:
            values[name] = _other(values[name], number)
    return values


def _other(value: Any, number: int) -> Any:
    if isinstance(value, str):
        return f"{value[: max(0, len(value) - 6)]}9{number:05d}"
    return number if isinstance(value, int) else f"9{number:05d}".encode()
