"""The database: what is switched on, what a transaction promises, how values come back."""

import threading
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from world import NOW, World
from yipin import db
from yipin.db.new_rows import add_first, insert_new
from yipin.errors import Unavailable
from yipin.models import Batch, LoginFailure, Producer


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 44, 7), True),
        ((3, 45, 9), False),
        ((3, 46, 0), False),
        ((3, 49, 9), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 0), False),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), True),
        ((4, 0, 0), True),
    ],
)
def test_wal_is_used_only_where_the_library_does_not_lose_commits(version: tuple[int, ...], safe: bool) -> None:
    assert db.wal_is_safe(version) is safe


def test_sqlite_is_set_up_to_keep_what_it_acknowledged(tmp_path: Path) -> None:
    database = db.Database(f"sqlite:///{tmp_path / 'x.db'}")
    with database.engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
        version = tuple(map(int, str(connection.exec_driver_sql("SELECT sqlite_version()").scalar()).split(".")))
    database.dispose()
    assert db.wal_is_safe(version)  # the wheel that setup.cfg asks for
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": db.LOCK_WAIT_MS}


def test_postgresql_gives_up_waiting_for_a_lock(world: World) -> None:
    if world.db.engine.dialect.name == "postgresql":
        with world.db.read.begin() as session:
            assert session.scalar(sa.text("SHOW lock_timeout")) == "15s"
            assert session.scalar(sa.text("SHOW transaction_read_only")) == "on"


@pytest.mark.parametrize("address", ["", "no address", "mysql://x/y", "oracle://x"])
def test_another_database_is_refused_with_the_ones_there_are(address: str) -> None:
    with pytest.raises(Unavailable, match="sqlite"):
        db.Database(address)


def test_a_read_and_write_of_many_threads_loses_nothing_and_never_meets_a_lock(world: World) -> None:
    """On SQLite a plain BEGIN would fail here with "database is locked": both read, then both want to write."""
    with world.db.write.begin() as session:
        session.add(LoginFailure(mark="m", failures=0, since=NOW))
    errors: list[Exception] = []

    def work() -> None:
        try:
            for _ in range(50):
                with world.db.write.begin() as session:
                    row = session.get_one(LoginFailure, "m", with_for_update=True)
                    row.failures += 1
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert world.get(LoginFailure, "m").failures == 400


def test_a_reader_does_not_wait_for_a_writer(world: World) -> None:
    with world.db.write.begin() as writing, world.db.read.begin() as reading:
        writing.add(LoginFailure(mark="w", failures=1, since=NOW))
        writing.flush()
        assert reading.get(LoginFailure, "w") is None


def test_a_session_that_was_given_up_reads_a_row_again_without_a_lock(world: World) -> None:
    """After a refusal the page is drawn in the same request, and may come by a place that locks."""
    with world.db.transaction(writes=True) as session:
        producer = session.get_one(Producer, world.ama.producer_id)
        producer.contact = "不该留下"
        session.flush()
        world.db.give_up(session)
        db.lock(session, producer)
        assert producer.contact != "不该留下"


def test_the_first_to_add_a_row_wins_and_the_second_goes_on(world: World) -> None:
    with world.db.write.begin() as session:
        assert add_first(session, LoginFailure(mark="a", failures=1, since=NOW))
        session.expunge_all()
        assert not add_first(session, LoginFailure(mark="a", failures=9, since=NOW))
        assert add_first(session, LoginFailure(mark="b", failures=2, since=NOW))
        assert insert_new(session, LoginFailure, mark="c", failures=3, since=NOW)
        assert not insert_new(session, LoginFailure, mark="c", failures=9, since=NOW)
    assert [world.get(LoginFailure, mark).failures for mark in "abc"] == [1, 2, 3]


def test_a_moment_comes_back_as_the_same_moment_in_utc(world: World) -> None:
    shanghai = datetime(2026, 7, 20, 0, 30, 1, 123456, tzinfo=timezone(timedelta(hours=8)))
    with world.db.write.begin() as session:
        session.add(LoginFailure(mark="t", failures=1, since=shanghai))
    found = world.get(LoginFailure, "t").since
    assert found == shanghai and found.tzinfo is UTC


def test_a_moment_without_a_zone_is_not_stored(world: World) -> None:
    with pytest.raises(sa.exc.StatementError, match="without a zone"), world.db.write.begin() as session:
        session.add(LoginFailure(mark="n", failures=1, since=datetime(2026, 7, 20)))  # noqa: DTZ001


def test_an_amount_comes_back_to_the_hundredth(world: World) -> None:
    batch = world.declare(quantity="100000000", pack_size="99999999.99")
    found = world.get(Batch, batch.id)
    assert (found.quantity, found.pack_size) == (Decimal("100000000"), Decimal("99999999.99"))
    assert found.net_content == "99999999.99 kg"
    assert world.get(Batch, world.declare(pack_size="2.50").id).net_content == "2.5 kg"
    assert world.get(Batch, world.declare(quantity="300", pack_size="100").id).net_content == "100 kg"


def test_the_tables_themselves_refuse_what_no_record_may_say(world: World) -> None:
    world.declare()
    for change in (
        "batches SET reserved = 101",
        "batches SET reserved = -1",
        "batches SET quantity = 0",
        "batches SET pack_size = 0",
        "plots SET area_mu = -1",
        "batches SET plot_id = 999",
        "producers SET identity_mark = 'x'",
        "producers SET uscc = NULL",
    ):
        with pytest.raises(sa.exc.IntegrityError), world.db.write.begin() as session:
            session.execute(sa.text(f"UPDATE {change}"))


def test_two_producers_never_share_an_identity(world: World) -> None:
    with pytest.raises(sa.exc.IntegrityError), world.db.write.begin() as session:
        session.execute(sa.text("UPDATE producers SET uscc = (SELECT min(uscc) FROM producers)"))
    with world.db.read.begin() as session:
        assert session.scalar(sa.select(sa.func.count(sa.distinct(Producer.uscc)))) == 2
