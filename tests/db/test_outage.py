"""A database that goes away: what was asked is asked again, what was saved is known to be, and the log says it once."""

import logging
import os
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from world import postgres
from world.pace import Took, in_time
from world.postgres import Line, Server
from yipin.db import Database, outage
from yipin.db.postgres import CommitUnknown

COUNT = "SELECT count(*) FROM t"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgres.server() as made:
        database = Database(made.url)
        with database.transaction(writes=True) as session:
            session.execute(sa.text("CREATE TABLE t (n serial PRIMARY KEY)"))
        database.dispose()
        yield made


@pytest.fixture
def database(server: Server) -> Iterator[Database]:
    made = Database(server.url)
    yield made
    made.dispose()


@pytest.fixture
def line(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    made = Line(server.folder, tmp_path_factory.mktemp("line"))
    yield made
    made.listening.close()


@pytest.fixture
def behind(server: Server, line: Line) -> Iterator[Database]:
    """The database at the end of a line that can be cut."""
    made = Database(server.url.replace(str(server.folder), str(line.folder)))
    yield made
    made.dispose()


def insert(session: Session) -> None:
    session.execute(sa.text("INSERT INTO t DEFAULT VALUES"))


def end_all(server: Server) -> None:
    server.count("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")


@pytest.mark.parametrize("writes", [False, True])
def test_work_that_has_written_nothing_is_done_again_on_a_new_connection(
    server: Server, database: Database, writes: bool
) -> None:
    seen: list[int] = []

    def work(session: Session) -> int:
        seen.append(session.scalar(sa.text("SELECT pg_backend_pid()")) or 0)
        if len(seen) == 1:
            end_all(server)
        if writes:
            session.scalar(sa.text("SELECT 1"))
            insert(session)
        return session.scalar(sa.text(COUNT)) or 0

    before = server.count(COUNT)
    assert database.run(work, writes=writes) == before + writes == server.count(COUNT)
    assert len(set(seen)) == 2


def test_work_that_has_written_is_not_done_again(server: Server, database: Database) -> None:
    """It could have done more than to write: only the person may say that it is to be done again."""
    calls: list[int] = []

    def work(session: Session) -> None:
        calls.append(1)
        insert(session)
        end_all(server)
        session.scalar(sa.text(COUNT))

    before = server.count(COUNT)
    with pytest.raises(sa.exc.OperationalError) as raised:
        database.run(work, writes=True)
    assert outage.is_gone(raised.value)
    assert calls == [1] and server.count(COUNT) == before


def test_a_commit_whose_answer_is_lost_is_known_to_be_kept(server: Server, line: Line, behind: Database) -> None:
    before = server.count(COUNT)
    line.cut_after_commit = True

    behind.run(insert, writes=True)
    assert server.count(COUNT) == before + 1


def test_a_commit_that_never_arrived_is_known_to_be_lost(server: Server, line: Line, behind: Database) -> None:
    before = server.count(COUNT)
    line.cut_before_commit = True
    with pytest.raises(sa.exc.OperationalError):
        behind.run(insert, writes=True)
    assert server.count(COUNT) == before


def test_a_commit_that_nobody_can_ask_after_is_said_to_be_unknown(
    server: Server, line: Line, behind: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("yipin.db.postgres.PATIENCE", 0.5)
    before = server.count(COUNT)

    def work(session: Session) -> None:
        insert(session)
        line.cut_after_commit = line.is_cut = True

    with pytest.raises(CommitUnknown, match="不知道存上了没有") as raised:
        behind.run(work, writes=True)
    assert server.count(COUNT) == before + 1  # it was not done twice
    with pytest.raises(psycopg.OperationalError):
        raised.value.fate()
    line.is_cut = line.cut_after_commit = False
    assert raised.value.fate() == "committed"


def test_a_commit_that_a_crash_has_lost_is_never_said_to_be_kept(
    server: Server, line: Line, behind: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the crash its number is given to another transaction, whose commit must not be taken for this one's."""
    monkeypatch.setattr("yipin.db.postgres.PATIENCE", 30.0)
    before = server.count(COUNT)
    writer = server.count("SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'")

    def crash() -> None:
        time.sleep(0.2)
        server.control("restart", "-m", "immediate")
        other = Database(server.url)
        for _ in range(3):
            other.run(insert, writes=True)
        other.dispose()
        line.is_cut = line.cut_after_commit = False
        time.sleep(1)
        server.control("restart", "-m", "fast")

    accident = threading.Thread(target=crash)

    def work(session: Session) -> None:
        session.execute(sa.text("SET LOCAL synchronous_commit = off"))  # a commit that is not on the disk at once
        insert(session)
        os.kill(writer, signal.SIGSTOP)  # nobody brings it to the disk
        line.cut_after_commit = line.is_cut = True
        accident.start()

    with pytest.raises((CommitUnknown, sa.exc.OperationalError)) as raised:
        behind.run(work, writes=True)
    accident.join()
    if isinstance(raised.value, CommitUnknown):
        assert raised.value.fate() == "lost sight of", "not even after further restarts"
    assert server.count(COUNT) == before + 3


def test_a_reading_whose_connection_is_cut_after_its_last_query_still_gives_its_answer(
    server: Server, database: Database
) -> None:
    def work(session: Session) -> int:
        found = session.scalar(sa.text(COUNT))
        own = session.scalar(sa.text("SELECT pg_backend_pid()"))
        server.count(f"SELECT pg_terminate_backend({own}, 5000)::int")
        return int(found or 0)

    for _ in range(3):
        assert database.run(work, writes=False) == server.count(COUNT)


def test_a_server_that_starts_again_within_five_seconds_is_waited_for(server: Server, database: Database) -> None:
    database.run(lambda session: session.scalar(sa.text(COUNT)), writes=False)
    for mode in ("fast", "immediate"):
        restart = threading.Thread(target=server.control, args=("restart", "-m", mode))
        restart.start()
        while restart.is_alive():
            assert database.run(lambda session: session.scalar(sa.text(COUNT)), writes=False) is not None
        restart.join()


def test_a_server_that_stays_away_is_waited_for_once(
    server: Server, database: Database, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("yipin.db.postgres.PATIENCE", 1.0)
    database.run(lambda session: session.scalar(sa.text(COUNT)), writes=False)
    server.control("stop", "-m", "fast")

    def refused() -> float:
        began = time.monotonic()
        with pytest.raises(sa.exc.OperationalError) as raised:
            database.run(lambda session: session.scalar(sa.text(COUNT)), writes=False)
        assert outage.is_gone(raised.value)
        return time.monotonic() - began

    with caplog.at_level(logging.WARNING, "yipin.db"):
        assert refused() > 0.9
        in_time(lambda _: [Took("the longest of 19", max(refused() for _ in range(19)), 0.5)])
        server.control("restart")
        database.run(lambda session: session.scalar(sa.text(COUNT)), writes=False)
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]
    assert not [record for record in caplog.records if record.exc_info]


def test_a_fault_of_ours_is_no_outage() -> None:
    assert not outage.is_gone(sa.exc.ProgrammingError("x", {}, psycopg.errors.UndefinedTable("no table")))
    assert not outage.is_gone(psycopg.errors.LockNotAvailable())
    assert not outage.is_gone(sqlite3.OperationalError("database is locked"))
    assert not outage.is_gone(ValueError())
    assert outage.is_gone(psycopg.errors.CannotConnectNow("the database system is starting up"))
    assert outage.is_gone(psycopg.errors.AdminShutdown("terminating connection"))
    assert outage.is_gone(psycopg.InterfaceError("the connection is closed"))


def test_the_same_error_is_logged_once_and_then_counted(caplog: pytest.LogCaptureFixture) -> None:
    told, log = outage.Told(), logging.getLogger("yipin.db")
    for _ in range(500):
        told.tell(log, "database", sqlite3.OperationalError("database is locked"))
    assert [record.getMessage() for record in caplog.records] == ["database: database is locked"]
