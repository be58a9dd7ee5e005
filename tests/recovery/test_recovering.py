"""`yipin recover`: each kind of lost act is done again as far as the log tells, once, and the log says so."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from world import Sold, World, signed_in
from world.logged import append, checkpoint, folder_of, found, rebuilt
from world.restored import Backup, backup, lacks, recovered
from world.scans import verdict
from yipin.audit import holds
from yipin.cli import main
from yipin.codes.idnumber import batch_integer
from yipin.codes.label.stock import stocks
from yipin.erasure import acts
from yipin.errors import Conflict, Unavailable
from yipin.log import keys
from yipin.log.mirroring import mirror
from yipin.log.rollback import Behind
from yipin.log.sources import FolderSource
from yipin.models import Batch, BatchState, CodeRange, Event, PrintRun, Producer
from yipin.printing import plans, runs
from yipin.printing.next_step import is_printed
from yipin.recovery.entering import NAME
from yipin.recovery.replay import Outcome
from yipin.register import producer_corrections
from yipin.scan.verdicts import Verdict
from yipin.status import listed
from yipin.status.parts import State

PHONE = "13912345678"
ONE = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)


@pytest.fixture
def copy(world: World, sold: Sold, tmp_path: Path) -> Iterator[Backup]:
    append(world)
    shutil.copy(world.settings.log / "checkpoint", tmp_path)
    with backup(world, tmp_path / "backup") as made:
        yield made


def put_back(world: World, copy: Backup) -> None:
    append(world)
    copy.restore()


def batch_of(world: World, sold: Sold) -> Batch:
    return world.get(Batch, sold.batch.id)


def plan(world: World, codes: CodeRange, key: str) -> PrintRun:
    with world.db.write.begin() as session:
        row = session.get_one(CodeRange, codes.id)
        order = plans.PrintOrder(stock=stocks()["a4-24"], first=row.first + 1, count=row.count)
        return plans.plan_print(session, world.ama, world.installation, row, order, key)


def test_the_same_codes_are_known_again_and_their_labels_are_not_made_twice(
    world: World, sold: Sold, copy: Backup
) -> None:
    codes = world.issue(sold.batch, 2, "lost")
    digits = world.codes(codes)
    plan(world, codes, "lost")
    put_back(world, copy)
    recovered(world)
    with world.db.read.begin() as session:
        again = session.scalars(sa.select(CodeRange).order_by(CodeRange.id.desc()).limit(1)).one()
        assert is_printed(again, [], plans.lost_of(session, again.batch))
    assert world.codes(again) == digits and verdict(world, digits[0]) is Verdict.NOT_RELEASED
    with pytest.raises(Conflict, match="恢复以前已经打印过"):
        plan(world, again, "again")


@ONE
def test_labels_that_were_put_on_packs_are_genuine_again(world: World, sold: Sold, copy: Backup) -> None:
    codes = world.issue(sold.batch, 2, "lost")
    world.release(world.print(codes, key="lost"))
    put_back(world, copy)
    recovered(world)
    assert verdict(world, world.codes(codes)[0]) is Verdict.GENUINE


@ONE
def test_a_run_that_was_made_void_and_one_label_that_was_stay_void(world: World, sold: Sold, copy: Backup) -> None:
    codes = world.issue(sold.batch, 2, "lost")
    digits = world.codes(codes)
    with world.db.write.begin() as session:
        runs.void_run(session, world.ama, session.get_one(PrintRun, sold.run.id), "码表外泄")
        runs.void_units(session, world.ama, session.get_one(Batch, sold.batch.id), str(codes.first + 1), "印坏了")
    put_back(world, copy)
    assert verdict(world, sold.digits[0]) is Verdict.GENUINE
    recovered(world)
    assert verdict(world, sold.digits[0]) is Verdict.VOID and verdict(world, digits[0]) is Verdict.VOID


def test_a_recalled_batch_stays_recalled_whatever_was_done_to_it_meanwhile(
    world: World, sold: Sold, copy: Backup
) -> None:
    with world.db.write.begin() as session:
        holds.recall(session, world.chen, session.get_one(Batch, sold.batch.id), "农残超标")
    put_back(world, copy)
    with world.db.write.begin() as session:  # the officers go on with what they know
        holds.hold(session, world.chen, session.get_one(Batch, sold.batch.id), "抽检")
    report = recovered(world)
    assert [(each.before, each.after) for each in report.moved] == [(BatchState.ON_HOLD, BatchState.RECALLED)]
    assert batch_of(world, sold).state_reason == "农残超标"
    append(world)
    assert found(world) == []


def test_a_hold_that_was_lifted_is_lifted(world: World, sold: Sold, copy: Backup) -> None:
    with world.db.write.begin() as session:
        row = session.get_one(Batch, sold.batch.id)
        holds.hold(session, world.chen, row, "抽检")
        holds.release(session, world.chen, row, "复检合格")
    put_back(world, copy)
    recovered(world)
    assert batch_of(world, sold).state is BatchState.ON_SALE


@ONE
def test_a_batch_whose_row_is_lost_is_no_forgery_and_its_recall_is_told(world: World, sold: Sold, copy: Backup) -> None:
    first, second = world.declare(), world.declare()
    digits = [world.codes(world.issue(batch, 1, "lost"))[0] for batch in (first, second)]
    with world.db.write.begin() as session:
        holds.recall(session, world.chen, session.get_one(Batch, second.id), "农残超标")
    put_back(world, copy)
    assert verdict(world, digits[0]) is Verdict.UNKNOWN
    report = recovered(world)
    assert list(report.gone) == sorted([first.id_number, second.id_number])
    assert [verdict(world, each) for each in digits] == [Verdict.UNCONFIRMED, Verdict.RECALLED]
    with world.db.read.begin() as session:
        offline = listed.standings(session)
    assert offline == {(int(second.id_number[:6]), batch_integer(second.id_number)): State.RECALLED}
    append(world)
    assert found(world) == []


def test_what_was_done_before_the_backup_and_published_after_it_is_one_event(
    world: World, sold: Sold, tmp_path: Path
) -> None:
    append(world)
    codes = world.issue(sold.batch, 2, "waiting")
    with backup(world, tmp_path / "backup") as copy:
        put_back(world, copy)
        with world.db.read.begin() as session:
            events = session.scalars(sa.select(sa.func.count()).select_from(Event)).one()
        report = recovered(world)
        assert {how for _, how in report.outcomes} == {Outcome.KEPT}
        with world.db.read.begin() as session:
            assert session.scalars(sa.select(sa.func.count()).select_from(Event)).one() == events + 1
        assert world.get(CodeRange, codes.id).count == 2
        append(world)
        assert found(world) == []


def test_a_deletion_that_was_lost_is_to_be_done_again_and_the_monitor_says_so(world: World, tmp_path: Path) -> None:
    with world.db.write.begin() as session:
        producer_corrections.change_contact(session, world.ama, contact="段木兰", phone=PHONE, township="霞阳镇")
    append(world)
    with backup(world, tmp_path / "backup") as copy:
        _delete(world)
        append(world)
        put_back(world, copy)
        assert Outcome.AGAIN in {how for _, how in recovered(world).outcomes}
        append(world)
        assert found(world) != []
        _delete(world)
        append(world)
        assert found(world) == []


def _delete(world: World) -> None:
    request = {"asker": "self", "reason": "本人来信要求", "confirmed": "永久删除"}
    with world.db.write.begin() as session:
        producer = session.get_one(Producer, world.ama.producer_id)
        acts.erase(session, world.installation, world.chen, producer, "producer_phone", **request)


def test_the_log_goes_on_from_what_was_seen_and_tells_of_the_recovery(world: World, sold: Sold, copy: Backup) -> None:
    world.issue(sold.batch, 2, "lost")
    put_back(world, copy)
    seen = checkpoint(world)
    recovered(world)
    append(world)
    rebuilt(world, seen)
    said = json.loads(folder_of(world).tiles.entry(checkpoint(world).size - 1))
    assert (said["action"], said["data"]["size"]) == ("log.recover", seen.size)
    assert said["data"]["first"] < seen.size and found(world) == []


def test_a_recovery_without_a_gap_changes_nothing(world: World, sold: Sold) -> None:
    size = append(world)
    assert not recovered(world).is_needed and append(world) == size


@ONE
def test_the_pages_show_what_came_back(world: World, sold: Sold, copy: Backup, request: pytest.FixtureRequest) -> None:
    plan(world, world.issue(sold.batch, 2, "lost"), "lost")
    with world.db.write.begin() as session:
        holds.hold(session, world.chen, session.get_one(Batch, sold.batch.id), "抽检")
        holds.release(session, world.chen, session.get_one(Batch, sold.batch.id), "复检合格")
    put_back(world, copy)
    recovered(world)
    append(world)
    app, number = request.getfixturevalue("app"), sold.batch.id_number
    officer, grower = signed_in(app, "chen"), signed_in(app, "ama")
    assert NAME in officer.get("/bureau/events").text and "yipin recover" not in officer.get("/bureau/").text
    pages = [officer.get(f"/bureau/batches/{number}"), grower.get(f"/producer/batches/{number}")]
    pages += [officer.get(f"/log/of/{number}"), officer.get("/trust"), officer.get(f"/b/{number}")]
    assert {page.status_code for page in pages} == {200}


@ONE
def test_another_history_is_no_older_copy_and_is_left_alone(world: World, sold: Sold, copy: Backup) -> None:
    world.issue(sold.batch, 2, "lost")
    put_back(world, copy)
    with world.db.engine.connect() as connection:
        connection.exec_driver_sql("DROP TRIGGER log_entries_no_update")
        connection.exec_driver_sql("UPDATE log_entries SET content = x'00' WHERE event_id = 3")
        connection.commit()
    with pytest.raises(Unavailable, match="另一份历史"):
        recovered(world)


@ONE
def test_the_command_tells_first_asks_and_does_it_once(world: World, sold: Sold, copy: Backup) -> None:
    world.issue(sold.batch, 2, "lost")
    put_back(world, copy)
    assert "发过的码" in run(world, "--dry-run") and lacks(world)
    assert "已写进" not in run(world, typed="n\n") and lacks(world)
    told = run(world, typed="y\n")
    assert f"{sold.batch.id_number} 共 2 枚" in told and "已写进登记库" in told and not lacks(world)
    assert "不缺" in run(world)


@ONE
def test_a_directory_put_back_whole_gets_its_log_from_a_mirror(
    world: World, sold: Sold, copy: Backup, tmp_path: Path
) -> None:
    old = tmp_path / "old-log"
    shutil.copytree(world.settings.log, old)
    world.issue(sold.batch, 2, "lost")
    append(world)
    verifiers = [each.verifier for each in keys.signers(world.settings)]
    mirror(FolderSource(world.settings.log), tmp_path / "mirror", verifiers)
    put_back(world, copy)
    shutil.rmtree(world.settings.log)
    shutil.copytree(old, world.settings.log)
    assert not lacks(world)  # nothing on this machine tells of the gap
    assert "共 2 枚" in run(world, "--log", str(tmp_path / "mirror"), "--yes")
    assert world.issue(sold.batch, 1, "next").first == sold.codes.count + 2


@ONE
def test_lost_files_are_rebuilt_only_as_what_somebody_saw_of_them(
    world: World, sold: Sold, copy: Backup, tmp_path: Path
) -> None:
    world.issue(sold.batch, 2, "lost")
    put_back(world, copy)
    seen = tmp_path / "seen"
    seen.write_bytes(folder_of(world).signed() or b"")
    old = rebuilt_from(world, copy, seen)
    assert old.exit_code == 1 and "登记库比别处见过的公开日志旧" in old.output
    assert folder_of(world).signed() is None
    seen.write_bytes((tmp_path / "checkpoint").read_bytes())
    assert rebuilt_from(world, copy, seen).exit_code == 0


def rebuilt_from(world: World, copy: Backup, seen: Path):  # type: ignore[no-untyped-def]
    shutil.rmtree(world.settings.log, ignore_errors=True)
    return CliRunner().invoke(main, ["log", "append", "--seen", str(seen), "--data", str(world.settings.data)])


@ONE
def test_who_puts_it_back_once_more_recovers_once_more(world: World, sold: Sold, copy: Backup) -> None:
    first = world.issue(sold.batch, 2, "lost")
    for number in range(2):
        put_back(world, copy)
        with pytest.raises(Behind):
            world.issue(sold.batch, 1, f"refused {number}")
        recovered(world)
        world.issue(sold.batch, 1, f"next {number}")
    put_back(world, copy)
    recovered(world)
    assert world.issue(sold.batch, 1, "last").first == first.first + first.count + 2
    append(world)
    assert found(world) == []


def run(world: World, *words: str, typed: str | None = None) -> str:
    done = CliRunner().invoke(main, ["recover", *words, "--data", str(world.settings.data)], input=typed)
    assert done.exit_code == 0, done.output
    return done.output
