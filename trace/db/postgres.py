"""PostgreSQL: an engine that waits for a server which is being restarted, and that knows what became of a commit.

A restart cuts all connections. Whoever asks for a connection then waits up to `PATIENCE` seconds for the server. Once it
has been away for longer, nobody waits any more: each is refused at once until the server is back.

A connection that breaks during COMMIT leaves open whether the transaction was kept. The server knows: it is asked for the
state of the transaction's number (PostgreSQL 13 or newer, `pg_xact_status`).
"""

import logging
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from typing import Literal, cast

import psycopg
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Dialect, Engine, ExceptionContext
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from ..errors import N_, NotNow
from .outage import Outage, first_line

PATIENCE = 5.0  # seconds that a restart may take before anybody is told of it
ANSWERS_WITHIN = 3  # seconds for one try to connect
POOL_WAIT = 10  # seconds for a connection of the pool
_STEP = 0.1  # seconds between two tries
_MARK = (
    "SELECT pg_current_xact_id_if_assigned()::text, pg_current_wal_insert_lsn()::text, checkpoint_lsn::text "
    "FROM pg_control_checkpoint()"
)
# A crash can lose a transaction, and its number is then given to another. There was no crash if the last checkpoint is the
# same, and nothing was lost in one if the last checkpoint lies behind all that had been written before the commit.
_FATE = (
    "SELECT pg_xact_status(%s::xid8), checkpoint_lsn >= %s::pg_lsn OR checkpoint_lsn = %s::pg_lsn "
    "FROM pg_control_checkpoint()"
)
Mark = tuple[
    str, str, str
]  # the transaction's number, the end of the server's log, the last checkpoint; before the commit
Fate = Literal["committed", "aborted", "in progress", "lost sight of"]
Connection = psycopg.Connection[tuple[object, ...]]
log = logging.getLogger("yipin.db")


class CommitUnknown(NotNow):
    """The database went away during a commit and has not come back: nobody can say whether it was kept.

    `fate` asks the server again. It raises the driver's error while the server is away; "lost sight of" is for good.
    """

    def __init__(self, fate: Callable[[], Fate]) -> None:
        super().__init__(
            N_("数据库在保存的那一刻断开了，不知道存上了没有。请先到列表里看看：有，就不用再交；没有，再交一次。")
        )
        self.fate = fate


def engine(address: sa.URL, lock_wait_ms: int, **pool: object) -> Engine:
    """An engine for the database at `address`. A transaction waits so long for a lock of another (ms).

    `pool` says how many connections are kept, in the words of SQLAlchemy; nothing: as many as the pages need.
    """
    made = sa.create_engine(
        address,
        pool_pre_ping=True,
        connect_args={"options": f"-c lock_timeout={lock_wait_ms}"}
        | ({} if "connect_timeout" in address.query else {"connect_timeout": ANSWERS_WITHIN}),
        **(pool if "poolclass" in pool else {"pool_size": 10, "max_overflow": 20, "pool_timeout": POOL_WAIT} | pool),
    )
    server = _Server(made)
    event.listen(made, "do_connect", server.connect)
    event.listen(made, "handle_error", server.note)
    made.dialect.do_commit = server.commit  # type: ignore[assignment]
    made.dialect.do_rollback = _roll_back  # type: ignore[assignment]
    made.dialect.set_readonly = _set_read_only  # type: ignore[attr-defined]
    return made


def _roll_back(pooled: PoolProxiedConnection) -> None:
    """Roll back, unless the connection is closed: the server has rolled back then."""
    connection = _own(pooled)
    if not connection.closed:
        connection.rollback()


def _set_read_only(pooled: DBAPIConnection, value: bool) -> None:
    """Set it, unless the connection is closed. It is set back when a connection is given back, however its work ended."""
    connection = _own(pooled)
    if not connection.closed:
        connection.read_only = value


def _own(pooled: PoolProxiedConnection | DBAPIConnection) -> Connection:
    """The driver's own connection."""
    return cast(Connection, getattr(pooled, "driver_connection", pooled))


class _Server:
    """The server behind an engine: how it is reached, since when it is away, what became of a commit."""

    def __init__(self, made: Engine) -> None:
        self._dialect, self._away = made.dialect, Outage()
        self._again: Callable[[], DBAPIConnection] | None = None

    def connect(
        self, dialect: Dialect, record: ConnectionPoolEntry, given: list[object], named: dict[str, object]
    ) -> DBAPIConnection:
        """Connect. Waits for a server that has just gone away; one that has been away for long is tried once."""
        self._again = partial(self._patiently, partial(dialect.connect, *given, **named))
        return self._again()

    def _patiently(self, connect: Callable[[], DBAPIConnection]) -> DBAPIConnection:
        while True:
            try:
                made = connect()
            except psycopg.OperationalError as error:
                if self._away.began(error) + PATIENCE < time.monotonic():
                    raise
            else:
                self._away.ended()
                return made
            time.sleep(_STEP)

    def note(self, context: ExceptionContext) -> None:
        """A connection broke. The next one that is made ends the outage."""
        if context.is_disconnect and not context.is_pre_ping:
            self._away.began(context.original_exception)

    def commit(self, pooled: PoolProxiedConnection) -> None:
        """Commit. When the connection breaks meanwhile, ask the server what became of it.

        Returns if it was kept, raises the driver's error if it was not, and CommitUnknown if nobody can say.
        """
        connection = _own(pooled)
        mark = None if connection.autocommit or connection.read_only else _mark(connection)
        try:
            connection.commit()
        except psycopg.Error as error:
            is_harmless = mark is None and connection.closed  # nothing was written, so nothing is lost
            if not is_harmless and not (mark and connection.closed and self._was_kept(mark, error)):
                raise

    def _was_kept(self, mark: Mark, error: psycopg.Error) -> bool:
        self._away.began(error)
        ask: Callable[[], Fate] = partial(self._fate, mark)
        end = time.monotonic() + PATIENCE
        try:
            while (fate := ask()) == "in progress" and time.monotonic() < end:
                time.sleep(_STEP)
            if fate in ("committed", "aborted"):
                return fate == "committed"
            if fate == "lost sight of":
                ask = partial(_still, fate)
        except psycopg.Error as again:
            log.warning("the outcome of a commit could not be asked for: %s", first_line(again))
        raise CommitUnknown(ask) from error

    def _fate(self, mark: Mark) -> Fate:
        """What the server says of a transaction: "lost sight of" when its number may be another's by now, or is too old."""
        assert self._again is not None  # there was a connection, which broke
        with closing(cast(Connection, self._again())) as fresh:
            try:
                row = fresh.execute(_FATE, mark).fetchone()
            except (
                psycopg.errors.InvalidParameterValue
            ):  # the number lies in the future: it was lost with its transaction
                return "aborted"
        state, is_certain = row if row else (None, False)
        if state == "in progress" or state == "aborted":
            return state
        return "committed" if state == "committed" and is_certain else "lost sight of"


def _still(fate: Fate) -> Fate:
    """Asked once more after further checkpoints, the server might take another's transaction for this one."""
    return fate


def _mark(connection: Connection) -> Mark | None:
    row = connection.execute(_MARK).fetchone()
    return (str(row[0]), str(row[1]), str(row[2])) if row and row[0] is not None else None
