"""The store of looks: how an older record gets one, that an upgrade may be killed at any moment, and that a record whose
looks are missing or another's is not served."""

import os
import re
import shutil
import subprocess
import tempfile
import time
from contextlib import closing, suppress
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from world import NOW, Sold, World, nursery
from world.pace import Took, in_time
from world.scans import look, told
from world.schemas import emptied, emptied_to, insert, upgraded
from yipin import schema
from yipin.cli import main
from yipin.db import Database, looks_file
from yipin.db.sqlite import newest_module
from yipin.errors import Conflict, Unavailable
from yipin.installation.installation import Installation
from yipin.installation.settings import Settings
from yipin.models import Scan, ScanKey, UnitReader, UnitScans
from yipin.scan.verdicts import Verdict
from yipin.web.app import create_app

HOUR = timedelta(hours=1)
TIMES = int(os.environ.get("SOAK_UPGRADES", "1"))
KEPT = b"a key of a day, which is 32 long"


@pytest.fixture
def on_sqlite(kind: str) -> None:
    if kind != "sqlite":
        pytest.skip("on PostgreSQL looks lie in the record's own database")


def path_of(world: World) -> Path:
    assert world.db.looks.path
    return world.db.looks.path


def copied(path: Path, copy: Path) -> None:
    """A whole copy of a database whose latest changes may still stand in the journal beside it."""
    with closing(newest_module().connect(path)) as kept, closing(newest_module().connect(copy)) as other:
        kept.backup(other)


def a_record_of_before(world: World, looks: int) -> None:
    """A record of version 0018 with one batch and so many looks at two packs of it, every third one by a robot."""
    emptied_to(world, "0018")
    where = {"county": "430225", "township": "x", "contact": "x", "phone": "1", "demonstration": False}
    reviewed = {"state": "approved", "submitted_at": NOW}
    batch = {"product_id": 1, "plot_id": 1, "county": "430225", "harvest_date": date(2026, 7, 18), "quantity": 100}
    batch |= {"unit": "kg", "pack_size": 100, "reserved": 0, "state": "on_sale", "state_since": NOW, "declared_at": NOW}
    with world.db.write.begin() as session:
        insert(session, "producers", id=5, name="Ama", kind="company", uscc="1", **where, **reviewed)
        insert(session, "products", id=1, producer_id=5, name="黄桃", description="", **reviewed)
        insert(session, "plots", id=1, producer_id=5, name="x", county="430225", place="x", area_mu=100)
        insert(session, "batches", id=1, id_number="x", producer_id=5, origin="harvest", **batch)
        insert(session, "scan_keys", day=date(2026, 7, 20), key=KEPT)
        for number in range(looks):
            one = {"visitor": "preview" if number % 3 == 2 else "person", "client": f"{number:016x}"}
            insert(session, "scans", batch_id=1, ordinal=number % 2, at=NOW, verdict="genuine", **one)
        for ordinal in (0, 1):
            total = {"scans": looks // 3, "first_at": NOW, "last_at": NOW}
            insert(session, "unit_scans", batch_id=1, ordinal=ordinal, **total)


def all_looks(db: Database) -> tuple[list[str], list[int], list[bytes]]:
    with db.read.begin() as session:
        clients = list(session.scalars(sa.select(Scan.client).order_by(Scan.id)))
        totals = list(session.scalars(sa.select(UnitScans.scans).order_by(UnitScans.ordinal)))
        return clients, totals, list(session.scalars(sa.select(ScanKey.key)))


def as_before(looks: int) -> tuple[list[str], list[int], list[bytes]]:
    return [f"{number:016x}" for number in range(looks)], [looks // 3] * 2, [KEPT]


def test_the_looks_of_an_older_record_are_kept(world: World) -> None:
    a_record_of_before(world, 300)
    schema.upgrade(world.db)
    assert all_looks(world.db) == as_before(300)
    with world.db.looks.read.begin() as session:
        assert [row.at for row in session.scalars(sa.select(Scan).limit(2))] == [NOW, NOW]


def test_an_upgrade_that_is_killed_loses_no_look_and_doubles_none(world: World, on_sqlite: None) -> None:
    """It is killed when the copy is begun, half done, and when it has its name, which is before or after the commit.

    `scripts/soak upgrade --count 20` does so twenty times."""
    a_record_of_before(world, 3_000)
    world.db.dispose()
    path, kept = path_of(world), world.settings.data / "kept.db"
    copied(world.settings.data / "yipin.db", kept)
    begun = path.with_name(f"{path.name}.being-made")
    moments = [begun.exists, lambda: begun.exists() and begun.stat().st_size > 50_000, path.exists] * TIMES
    for number, moment in enumerate(moments):
        assert any(_begun_and_killed(world, kept, moment) for _ in range(60)), (
            number
        )  # a quick one gets past the moment
        again = Database(world.db.url)  # the file is another one, which a database in use would refuse
        schema.upgrade(again)
        assert all_looks(again) == as_before(3_000), number
        schema.check(again)
        again.dispose()


def _begun_and_killed(world: World, kept: Path, moment: object) -> bool:
    """Put the older record in its place again, and kill its upgrade; whether it had come to that moment."""
    for name in ("yipin.db", "yipin.db-wal", "yipin.db-shm"):
        (world.settings.data / name).unlink(missing_ok=True)
    shutil.copy(kept, world.settings.data / "yipin.db")
    looks_file.remove(path_of(world))
    return _killed_at(world.db.url, moment)


def _killed_at(url: str, moment: object) -> bool:
    """Kill an upgrade at a moment; whether it had come to that moment."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        process = nursery.begin(upgraded, url, log=log)
        process.await_word(log, "ready")
        reached = False
        while process.poll() is None and not reached:
            with suppress(FileNotFoundError):  # it has just got its name
                reached = moment()  # type: ignore[operator]
        process.kill()
        process.wait()
    return reached


def test_a_file_with_looks_that_the_record_does_not_have_is_never_replaced(
    world: World, sold: Sold, on_sqlite: None
) -> None:
    look(world, sold.digits[0])
    before = path_of(world).with_name("before.db")
    world.desk.close()
    world.db.dispose()
    copied(path_of(world), before)
    emptied(world)
    before.rename(path_of(world))
    with pytest.raises(Unavailable, match="没有动它"):
        schema.upgrade(world.db)
    assert schema.current(world.db) is None and path_of(world).exists()
    path_of(world).rename(before)
    schema.upgrade(world.db)
    assert all_looks(world.db) == ([], [], [])


def refused(world: World, words: str) -> None:
    """Neither the service nor a command runs, and each says so in one line."""
    with pytest.raises(Unavailable, match=words):
        create_app(world.settings)
    for command in (["issue", "x", "1"], ["db", "upgrade"], ["serve"]):
        answer = CliRunner().invoke(main, [*command, "--data", str(world.settings.data)])
        assert answer.exit_code == 1 and len(answer.output.splitlines()) == 1, answer.output


def test_a_record_whose_looks_are_lost_is_not_served_until_they_are_back_or_given_up(
    world: World, sold: Sold, on_sqlite: None
) -> None:
    look(world, sold.digits[0])
    world.desk.close()
    world.db.dispose()
    away = path_of(world).with_name("away.db")
    path_of(world).rename(away)
    refused(world, "looks.db 不见了.*yipin looks new")
    assert not path_of(world).exists()
    away.rename(path_of(world))
    assert told(world, sold.digits[0]).scans == 1
    with pytest.raises(Conflict, match="没有动它"):
        schema.make_looks(world.db)
    world.db.dispose()
    looks_file.remove(path_of(world))
    made = CliRunner().invoke(main, ["looks", "new", "--data", str(world.settings.data)])
    assert made.output.strip() == str(path_of(world)) and path_of(world).stat().st_mode & 0o777 == 0o600
    schema.check(world.db)
    found = told(world, sold.digits[0])
    assert (found.verdict, found.scans) == (Verdict.GENUINE, 0)


def test_looks_of_another_record_and_a_file_that_is_none_are_refused(
    world: World, tmp_path: Path, on_sqlite: None
) -> None:
    world.db.dispose()
    other = tmp_path / "other"
    CliRunner().invoke(main, ["init", "--data", str(other)])
    copied(other / "looks.db", path_of(world))
    refused(world, "不属于这个登记库")
    for content in (b"", b"no database, however long one looks at it" * 99):
        looks_file.remove(path_of(world))
        path_of(world).write_bytes(content)
        refused(world, "打不开")


def test_a_new_directory_gets_a_record_and_its_looks_and_a_second_run_changes_neither(
    tmp_path: Path, on_sqlite: None
) -> None:
    for _ in range(2):
        assert CliRunner().invoke(main, ["init", "--data", str(tmp_path / "data")]).exit_code == 0
        made = {path.name for path in (tmp_path / "data").glob("*.db")}
        assert made == {"yipin.db", "looks.db"}


def test_a_postgresql_record_has_no_file_of_looks(world: World, kind: str) -> None:
    if kind == "postgresql":
        assert not (world.settings.data / "looks.db").exists()
        with pytest.raises(Unavailable, match="没有单独的"):
            schema.make_looks(world.db)


def test_an_older_copy_of_the_looks_makes_counts_lower_and_nothing_else(
    world: World, sold: Sold, on_sqlite: None
) -> None:
    assert look(world, sold.digits[0]).scans == 1
    world.desk.close()
    world.db.dispose()
    copy = path_of(world).with_name("copy.db")
    copied(path_of(world), copy)
    again = World(world.settings, world.installation, world.db)
    assert look(again, sold.digits[0], at=NOW + HOUR).scans == 2
    again.desk.close()
    world.db.dispose()
    looks_file.remove(path_of(world))
    copy.rename(path_of(world))
    schema.check(world.db)
    last = World(world.settings, world.installation, world.db)
    found = look(last, sold.digits[0], at=NOW + 2 * HOUR)
    last.desk.close()
    assert (found.scans, found.verdict) == (2, Verdict.GENUINE)


def test_the_looks_left_open_for_reading_can_be_read_with_and_without_their_journal(
    world: World, sold: Sold, on_sqlite: None
) -> None:
    look(world, sold.digits[0])
    assert Path(f"{path_of(world)}-wal").exists()
    assert told(world, sold.digits[0]).scans == 1
    world.desk.close()
    world.db.dispose()
    for end in ("-wal", "-shm"):
        Path(f"{path_of(world)}{end}").unlink(missing_ok=True)
    assert told(world, sold.digits[0]).scans == 1
    with pytest.raises(sa.exc.OperationalError, match="readonly"), world.db.write.begin() as session:
        session.execute(sa.delete(UnitScans))


def test_waiting_for_the_lock_of_looks_does_not_stop_the_office(world: World, sold: Sold, on_sqlite: None) -> None:
    def act(_: int) -> list[Took]:
        before = time.monotonic()
        world.declare()
        return [Took("an act", time.monotonic() - before, 5)]

    with world.db.looks.engine.begin():
        in_time(act)


def test_the_backup_of_the_document_restores_the_record_and_the_looks(
    world: World, sold: Sold, tmp_path: Path, on_sqlite: None
) -> None:
    """Taken while both files are in use, and set up again as the document says, in an empty directory."""
    assert [look(world, sold.digits[0], at=NOW + n * HOUR).scans for n in range(2)] == [1, 2]
    document = (Path(__file__).parents[2] / "docs" / "install.md").read_text("utf-8")
    (section,) = re.findall(r"^## Backup and restore$(.*?)^## ", document, re.M | re.S)
    commands, _ = re.findall(r"^ *```sh\n(.*?)^ *```", section, re.M | re.S)
    subprocess.run(["sh", "-ec", commands], cwd=world.settings.data, check=True)
    assert look(world, sold.digits[0], at=NOW + 2 * HOUR).scans == 3  # after the backup
    data = tmp_path / "restored"
    data.mkdir(mode=0o700)
    shutil.copytree(world.settings.keys, data / "keys")
    for name in ("yipin.toml", "backup/yipin.db", "backup/looks.db"):
        shutil.copy(world.settings.data / name, data)
    settings = Settings.load(data, {})
    assert CliRunner().invoke(main, ["db", "upgrade", "--data", str(data)]).exit_code == 0
    restored = World(settings, Installation.open(settings), Database(settings.database_url))
    found = look(restored, sold.digits[0], at=NOW + 3 * HOUR)
    assert (found.verdict, found.scans) == (Verdict.GENUINE, 3)
    restored.desk.close()
    restored.db.dispose()


def test_older_looks_are_counted_by_reader_and_day_and_a_reload_no_more(world: World) -> None:
    emptied_to(world, "0023")
    looks = (("a", 0), ("a", 20), ("a", 40), ("a", 90), ("b", 5), ("c", 24 * 60))
    store = world.db.looks if world.db.looks.path else world.db
    with store.write.begin() as session:
        for client, minutes in looks:
            at = NOW + timedelta(minutes=minutes)
            insert(session, "scans", batch_id=1, ordinal=0, at=at, verdict="genuine", visitor="person", client=client)
        insert(session, "scans", batch_id=1, ordinal=0, at=NOW, verdict="genuine", visitor="preview", client="d")
        for ordinal, scans in ((0, 6), (1, 4)):  # of the second the single looks are gone
            total = {"scans": scans, "first_at": NOW, "last_at": NOW + timedelta(days=1)}
            insert(session, "unit_scans", batch_id=1, ordinal=ordinal, **total)
    for _ in range(2):  # the second time there is nothing to do
        schema.upgrade(world.db)
        with world.db.read.begin() as session:
            totals = [
                (row.scans, row.readers, row.days)
                for row in session.scalars(sa.select(UnitScans).order_by(UnitScans.ordinal))
            ]
            readers = session.execute(sa.select(UnitReader.client, UnitReader.at).order_by(UnitReader.client))
            last = [(client, (at - NOW) // timedelta(minutes=1)) for client, at in readers]
        assert totals == [(4, 3, 2), (4, 1, 1)]
        assert last == [("a", 90), ("b", 5), ("c", 24 * 60)]
    schema.check(world.db)


def test_a_restored_file_of_an_older_version_is_brought_up_to_date(world: World, on_sqlite: None) -> None:
    with closing(newest_module().connect(path_of(world))) as file:
        file.execute("ALTER TABLE unit_scans DROP COLUMN readers")
        file.execute("ALTER TABLE unit_scans DROP COLUMN days")
        file.execute("DROP TABLE unit_readers")
        file.execute("UPDATE store SET version = 1")
        file.commit()
    world.db.dispose()
    with pytest.raises(Unavailable, match="yipin db upgrade"):
        schema.check(world.db)
    schema.upgrade(world.db)
    schema.check(world.db)
