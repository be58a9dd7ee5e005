"""The database: engine and sessions. SQLite by default, PostgreSQL by URL. The column kinds stand in `columns.py`.

`Database.read` opens a reading transaction, `Database.write` a writing one. On SQLite the writing one begins with
`BEGIN IMMEDIATE`. A transaction that reads first and writes later therefore never fails half way with "database is
locked".
"""

import fcntl
import sqlite3
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import DeclarativeBase, ORMExecuteState, Session, UOWTransaction, sessionmaker
from sqlalchemy.pool import NullPool, PoolProxiedConnection

from ..diskfiles import private
from ..errors import N_, Unavailable
from . import looks_file, outage, postgres, watch
from .damage import Damage
from .samefile import SameFile
from .sqlite import newest_module

LOCK_WAIT_MS = 15_000
ATTEMPTS = 3  # at work whose connection is lost before anything was written
LOOK_POOL = {"pool_size": 1, "max_overflow": 3}  # connections to PostgreSQL for looks: one thread writes them
Found = TypeVar("Found")


class Store:
    """An engine and its two kinds of sessions."""

    def __init__(self, engine: Engine, path: Path | None) -> None:
        self.engine, self.path = engine, path  # the path is that of a SQLite file
        self.file: SameFile | None = None
        self.damage = Damage(engine)
        self._reading = self.engine.execution_options(read_only=True, postgresql_readonly=True)
        self.write: sessionmaker[Session] = sessionmaker(self.engine, expire_on_commit=False, close_resets_only=False)
        self.read: sessionmaker[Session] = sessionmaker(self._reading, expire_on_commit=False, close_resets_only=False)

    @contextmanager
    def transaction(self, *, writes: bool) -> Iterator[Session]:
        """One session from its begin to its end: committed when the block ends, rolled back when it raises.

        It cannot be used afterwards: whoever still holds it meets an error and not a second transaction.
        The database is asked for nothing before the first query, so the write lock is taken by that query.
        """
        with _whole(self.write() if writes else self.read()) as session:
            yield session

    def run(self, work: Callable[[Session], Found], *, writes: bool) -> Found:
        """Do `work` in one transaction. If the connection is lost before anything was written, do it again on a new one.

        `work` then begins anew, so it must not keep what the first session gave it.
        """
        for attempt in range(1, ATTEMPTS + 1):
            with _whole(self.write() if writes else self.read()) as session:
                try:
                    return work(session)
                except Exception as error:
                    if attempt == ATTEMPTS or session.info.get("wrote") or not outage.is_gone(error):
                        raise
                    session.rollback()
        raise AssertionError("unreachable")

    @contextmanager
    def raw(self) -> Iterator[PoolProxiedConnection]:
        """A connection of the driver itself, for the one query of every scan. A broken one is not used again."""
        connection = self.engine.raw_connection()
        try:
            yield connection
        except Exception:
            connection.invalidate()
            raise
        finally:
            connection.close()

    def give_up(self, session: Session) -> None:
        """Roll back, and let the rest of the session read only: a page that tells a refusal needs no write lock."""
        session.rollback()
        session.bind = self._reading
        session.info["given up"] = True

    def inform(self, name: str, value: object) -> None:
        """Let every writing session from now on know `value`, in its `info`."""
        self.write.configure(info=self.write.kw.get("info", {}) | {name: value})

    def keep_to(self, query: str, answer: str) -> None:
        """From now on refuse each new connection on which `query` gives another answer.

        An address may lead to another database one day. The connections that were opened before still lead to this one.
        """

        @event.listens_for(self.engine, "connect")
        def ask(connection: DBAPIConnection, _record: object) -> None:
            if _asked(connection, query) != answer:
                raise Unavailable(N_("数据库地址现在通向另一个数据库；请停下服务，核对 YIPIN_DATABASE_URL，再启动"))

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait until this process may write; for code that writes all the time.

        SQLite has one writer at a time. A writer that finds the database busy sleeps up to a tenth of a second before
        it asks again. With this file lock it is woken as soon as the other writer is done. PostgreSQL needs no lock.
        """
        if self.path is None:
            yield
            return
        with open(f"{self.path}.turn", "ab", opener=private) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def dispose(self) -> None:
        """Close all connections."""
        self.engine.dispose()


class Database(Store):
    """The record, and the store of looks that belongs to it.

    `looks` has connections of its own, and on SQLite a file of its own, so that no act of the office delays a look.
    Raises Unavailable for a URL that is no SQLite or PostgreSQL address. Without `may_be_new` a missing SQLite file is
    refused and not made.
    """

    def __init__(self, url: str, *, may_be_new: bool = True) -> None:
        self.url = url
        engine = _engine(url)
        beside = looks_file.beside(engine.url)
        super().__init__(engine, Path(str(engine.url.database)) if beside else None)
        self.file = _file(url, may_be_new=may_be_new)
        if self.file:
            self.file.watch(engine)
        if beside:
            event.listen(engine, "connect", lambda connection, _record: looks_file.attach(connection, beside))
        self.looks = Store(_sqlite_engine(looks_file.url_of(beside)) if beside else _engine(url, **LOOK_POOL), beside)

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        """A new connection that is closed at the end and shared with nobody. Its transactions take no write lock until
        the option `read_only` is set to False."""
        engine = _engine(self.url, poolclass=NullPool)
        try:
            with engine.connect() as connection:
                yield connection.execution_options(read_only=True)
        finally:
            engine.dispose()

    def dispose(self) -> None:
        """Close all connections."""
        super().dispose()
        self.looks.dispose()


def _asked(connection: DBAPIConnection, query: str) -> object:
    cursor = connection.cursor()
    try:
        cursor.execute(query)
        row = cursor.fetchone()
    except Exception:  # for example: there is no such table
        row = None
    finally:
        cursor.close()
        connection.rollback()
    return row[0] if row else None


@contextmanager
def _whole(session: Session) -> Iterator[Session]:
    try:
        yield session
        session.commit()
    finally:
        session.close()  # rolls back what was not committed


@event.listens_for(Session, "after_flush")
def _note_flush(session: Session, context: UOWTransaction) -> None:
    session.info["wrote"] = True


@event.listens_for(Session, "do_orm_execute")
def _note_statement(state: ORMExecuteState) -> None:
    """Note what writes. A statement that is given as text writes, unless it begins with SELECT."""
    is_text = isinstance(state.statement, sa.TextClause) and not state.statement.text.lstrip().startswith("SELECT")
    if state.is_insert or state.is_update or state.is_delete or is_text:
        state.session.info["wrote"] = True


def lock(session: Session, row: DeclarativeBase) -> None:
    """Read a row again and keep others from changing it until the transaction ends: they wait here for each other.

    Only the row itself is locked. It may have been read together with rows that it leads to, and PostgreSQL refuses to lock a
    row that may be missing. A session that was given up locks nothing, since it will not write.
    """
    session.refresh(row, with_for_update=None if session.info.get("given up") else {"of": type(row)})


def _engine(url: str, **pool: object) -> Engine:
    try:
        name = sa.make_url(url).get_backend_name()
    except sa.exc.ArgumentError:
        raise Unavailable(N_("数据库地址读不懂；应形如 sqlite:///路径 或 postgresql+psycopg://…")) from None
    if name == "sqlite":
        return _sqlite_engine(url, **pool)
    if name == "postgresql":
        address = sa.make_url(url).set(drivername="postgresql+psycopg")
        return postgres.engine(address, LOCK_WAIT_MS, **pool)
    raise Unavailable(N_("不支持数据库 %(name)s；请用 sqlite 或 postgresql"), name=name)


def _file(url: str, *, may_be_new: bool) -> SameFile | None:
    """The file under an SQLite database; None for one in memory, and for PostgreSQL."""
    whole = sa.make_url(url)
    if whole.get_backend_name() != "sqlite" or not whole.database or whole.database == ":memory:":
        return None
    return SameFile(whole.database, may_be_new=may_be_new)


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """Whether this SQLite has the WAL-reset fix: 3.51.3, or the branches 3.50.7 and 3.44.6 (sqlite.org/wal.html)."""
    branch = version[:2]
    return (
        version >= (3, 51, 3)
        or branch == (3, 50)
        and version >= (3, 50, 7)
        or branch == (3, 44)
        and version >= (3, 44, 6)
    )


def _sqlite_engine(url: str | sa.URL, **pool: object) -> Engine:
    module = newest_module()
    engine = sa.create_engine(
        url,
        module=module,
        connect_args={"timeout": LOCK_WAIT_MS / 1000, "uri": True},
        **(pool or {"pool_size": 20, "max_overflow": 80}),
    )
    safe = wal_is_safe(module.sqlite_version_info)
    if not safe:
        warnings.warn(
            f"SQLite {module.sqlite_version} can lose commits in WAL mode; using a rollback journal. "
            "Install pysqlite3.",
            RuntimeWarning,
            stacklevel=3,
        )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # BEGIN is sent below, not by the driver
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={LOCK_WAIT_MS}")
        cursor.execute("PRAGMA foreign_keys=ON")
        # With FULL an acknowledged commit survives a power cut. With NORMAL it may be lost without notice.
        cursor.execute("PRAGMA journal_mode=WAL" if safe else "PRAGMA journal_mode=DELETE")
        cursor.execute("PRAGMA synchronous=FULL" if safe else "PRAGMA synchronous=EXTRA")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("read_only"):
            connection.exec_driver_sql("BEGIN")
            return
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        watch.taken(connection)

    event.listen(engine, "commit", watch.given_back)
    event.listen(engine, "rollback", watch.given_back)

    return engine
