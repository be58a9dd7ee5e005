"""What is wrong with a record is said where somebody will see it, and keeps codes from being given out until it is cured."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient

from world import Sold, World, signed_in
from world.logged import append, folder_of
from world.restored import Backup, backup
from world.scans import verdict
from yipin import clock
from yipin.access.actor import Actor
from yipin.accounts import signin
from yipin.audit import holds
from yipin.cli import main
from yipin.cli.service import refuse_unsound
from yipin.db import Database
from yipin.installation import place
from yipin.installation.opening import opened
from yipin.installation.settings import Settings
from yipin.log.rollback import Behind
from yipin.models import Batch, Event, Role
from yipin.printing import withdrawal
from yipin.recovery import guard, moments
from yipin.scan.verdicts import Verdict

ONE = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)


def issued_once(world: World, batch: Batch, key: str) -> int:
    return world.issue(batch, 2, key).first


@pytest.fixture
def old(world: World, sold: Sold, tmp_path: Path) -> Iterator[Backup]:
    """A record that was put back after two codes were issued."""
    append(world)
    with backup(world, tmp_path / "backup") as copy:
        world.issue(sold.batch, 2, "lost")
        append(world)
        copy.restore()
        yield copy


def run(data: Path, *words: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(main, [*words, "--data", str(data)], input=typed)


def test_an_old_record_gives_out_nothing_and_says_why(old: Backup, world: World, sold: Sold) -> None:
    with pytest.raises(Behind, match="比自己的公开日志旧.*yipin recover"):
        world.issue(sold.batch, 2, "again")


def test_with_an_old_record_scans_and_stops_go_on(old: Backup, world: World, sold: Sold) -> None:
    assert verdict(world, sold.digits[0]) is Verdict.GENUINE
    with world.db.write.begin() as session:
        holds.hold(session, world.chen, session.get_one(Batch, sold.batch.id), "抽检不合格")
    other = world.declare()
    with world.db.write.begin() as session:
        withdrawal.withdraw(session, world.ama, session.get_one(Batch, other.id), "登记错了")
    with pytest.raises(Behind), world.db.write.begin() as session:
        holds.release(session, world.chen, session.get_one(Batch, sold.batch.id), "复检合格")


@ONE
def test_the_service_the_operator_and_the_bureau_are_told_of_an_old_record(
    old: Backup, world: World, sold: Sold, capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest
) -> None:
    refuse_unsound(world.settings.data)
    assert "比自己的公开日志旧" in capsys.readouterr().err
    with world.db.write.begin() as session:
        signin.add_account(
            session,
            Actor("founder", clock.now()),
            world.installation.policy,
            login="root",
            name="管理员",
            role=Role.ADMINISTRATOR,
            password="a pear in a tree",
        )
    app: Flask = request.getfixturevalue("app")
    health = app.test_client().get("/healthz?deep=1")
    assert "yipin recover" in health.json["parts"]["log"]
    assert "yipin recover" in signed_in(app, "chen").get("/bureau/").text
    assert "yipin recover" in signed_in(app, "root").get("/bureau/accounts").text
    grower: FlaskClient = signed_in(app, "ama")
    answer = grower.post(f"/producer/batches/{sold.batch.id_number}/codes", data={"count": "2", "key": "k" * 20})
    assert answer.status_code == 503 and "比自己的公开日志旧" in answer.text


def test_after_a_crash_between_position_and_tile_nothing_is_refused(
    world: World, sold: Sold, monkeypatch: pytest.MonkeyPatch
) -> None:
    append(world)
    guard.watch(world.db, world.settings)
    before = folder_of(world).signed()
    world.issue(sold.batch, 1, "first")
    monkeypatch.setattr("yipin.log.folder.LogFolder.publish", _killed)
    with pytest.raises(KeyboardInterrupt):
        append(world)
    assert folder_of(world).signed() == before
    assert issued_once(world, sold.batch, "second") == sold.codes.count + 1


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


@ONE
def test_lost_or_unreadable_files_of_the_log_are_no_proof_that_all_is_well(world: World, sold: Sold) -> None:
    append(world)
    guard.watch(world.db, world.settings)
    (world.settings.log / "checkpoint").write_bytes(b"?")
    with pytest.raises(Behind, match="读不懂"):
        world.issue(sold.batch, 1, "first")
    shutil.rmtree(world.settings.log)
    with pytest.raises(Behind, match="不见了"):
        world.issue(sold.batch, 1, "first")
    append(world)
    assert issued_once(world, sold.batch, "first") == sold.codes.count


@ONE
def test_the_question_costs_one_small_file_and_a_few_rows(world: World, sold: Sold) -> None:
    append(world)
    watched, asked = guard.watch(world.db, world.settings), list[str]()
    sa.event.listen(world.db.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    with world.db.transaction(writes=False) as session:
        watched.refuse(session)
    assert len(asked) <= 5 and not any("count(" in each for each in asked)


# A clock that was set back


def test_a_clock_set_back_is_said_and_keeps_codes_back_until_it_is_right(
    world: World, sold: Sold, monkeypatch: pytest.MonkeyPatch
) -> None:
    guard.watch(world.db, world.settings)
    newest = _newest(world)
    monkeypatch.setattr(clock, "now", lambda: newest - timedelta(hours=3))
    with pytest.raises(moments.Early, match="时钟"):
        world.issue(sold.batch, 1, "early")
    monkeypatch.setattr(clock, "now", lambda: newest - moments.BOUND + timedelta(seconds=1))
    assert issued_once(world, sold.batch, "a little early") == sold.codes.count


def test_a_clock_that_was_once_fast_is_accepted_by_a_person_and_watched_again(
    world: World, sold: Sold, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest = _newest(world)
    monkeypatch.setattr(clock, "now", lambda: newest - timedelta(hours=3))
    done = run(world.settings.data, "recover", typed="y\n")
    assert done.exit_code == 0 and "记下了" in done.output
    guard.watch(world.db, world.settings)
    assert issued_once(world, sold.batch, "now") == sold.codes.count
    world.issue(sold.batch, 1, "fast again", who=world.actor("ama", newest))
    with pytest.raises(moments.Early):
        world.issue(sold.batch, 1, "later")


def _newest(world: World):  # type: ignore[no-untyped-def]
    with world.db.read.begin() as session:
        return session.scalars(sa.select(sa.func.max(Event.at))).one()


# Two copies


@ONE
def test_of_two_copies_at_once_one_issues_and_a_moved_one_says_so(world: World, sold: Sold, tmp_path: Path) -> None:
    settings = world.settings
    opened(settings)[0].dispose()  # from now on the record knows where it stands
    world.db.dispose()
    copy = tmp_path / "copy"
    shutil.copytree(settings.data, copy)
    second = run(copy, "issue", sold.batch.id_number, "2")
    assert second.exit_code == 1 and "复制来的安装" in second.output and "--moved" in second.output
    assert run(settings.data, "issue", sold.batch.id_number, "2").exit_code == 0
    assert "安装现在在这里" in run(copy, "recover", "--moved", typed="y\n").output
    assert run(copy, "issue", sold.batch.id_number, "2").exit_code == 0


@ONE
def test_a_directory_that_was_renamed_is_the_same_one(world: World, sold: Sold, tmp_path: Path) -> None:
    opened(world.settings)[0].dispose()
    world.db.dispose()
    elsewhere = world.settings.data.rename(tmp_path / "elsewhere")
    assert run(elsewhere, "issue", sold.batch.id_number, "2").exit_code == 0
    elsewhere.rename(world.settings.data)


def test_another_machine_is_another_place_for_a_file_and_the_same_for_a_server(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = place.mark(world.db, world.settings)
    other = tmp_path / "machine-id"
    other.write_text("0" * 32)
    monkeypatch.setattr(place, "MACHINE", other)
    assert (place.mark(world.db, world.settings) == here) is (world.db.engine.dialect.name == "postgresql")


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_a_dump_that_was_put_into_another_database_is_a_copy(world: World, sold: Sold, tmp_path: Path) -> None:
    opened(world.settings)[0].dispose()
    with backup(world, tmp_path / "backup") as copy:
        address = sa.make_url(world.db.url).set(database=copy.name).render_as_string(hide_password=False)
        other = Database(address)
        with pytest.raises(place.Copied), other.transaction(writes=False) as session:
            guard.Guard(other, Settings.load(world.settings.data)).refuse(session)
        other.dispose()
