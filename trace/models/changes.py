"""The version of the record, and what each version changed: a reader drops that, and keeps the rest of what it remembers.

A version is given last in a transaction, under the lock of one row that is held until the commit. Versions are therefore
given in the order of the commits: a reader that sees a version sees all before it, and what they changed.
"""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..db.columns import Base, Big

Key = tuple[str, int]
"""The kind of what was changed (`touches.Kind`), and its row number."""

EVERYTHING: Key = ("all", 0)
MOST_KEYS = 1_000  # of one version; an act that changes more changes everything, so that its commit stays short
KEPT_VERSIONS = 10_000
SWEPT_EVERY = 500  # versions


class RecordVersion(Base):
    """How often the record has changed: one row, raised by every transaction that wrote an event.

    Read first, it tells a reader whether what it remembers is still true. What the versions up to `swept` changed is no
    longer known.
    """

    __tablename__ = "record_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[Big]
    swept: Mapped[Big] = mapped_column(default=0, server_default="0")


class RecordChange(Base):
    """One thing that a version changed. A version without rows changed nothing that a scan reads."""

    __tablename__ = "record_changes"

    version: Mapped[Big] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    object_id: Mapped[Big] = mapped_column(primary_key=True, autoincrement=False)


_ONE_MORE = sa.update(RecordVersion).values(version=RecordVersion.version + 1).returning(RecordVersion.version)


def raise_version(connection: sa.Connection, keys: Collection[Key]) -> None:
    """Give the transaction its version and write down what it changed. The last thing before its commit."""
    told = sorted(keys) if len(keys) <= MOST_KEYS else [EVERYTHING]
    version = connection.scalar(_ONE_MORE)
    if version is None:
        raise RuntimeError("the record has no version")
    if told:
        rows = [{"version": version, "kind": kind, "object_id": number} for kind, number in told]
        connection.execute(sa.insert(RecordChange), rows)
    if version % SWEPT_EVERY == 0:
        _sweep(connection, version - KEPT_VERSIONS)


def _sweep(connection: sa.Connection, last: int) -> None:
    """Forget what the versions up to `last` changed. A reader that is as far behind drops everything."""
    connection.execute(sa.delete(RecordChange).where(RecordChange.version <= last))
    connection.execute(sa.update(RecordVersion).where(RecordVersion.swept < last).values(swept=last))


def changed_everything(version: sa.FromClause, changes: sa.TableClause) -> sa.Insert:
    """The statement by which the newest version has changed everything, for rows that were not written one by one."""
    kind, number = EVERYTHING
    everything = sa.select(version.c.version, sa.literal(kind), sa.literal(number))
    return sa.insert(changes).from_select(["version", "kind", "object_id"], everything)
