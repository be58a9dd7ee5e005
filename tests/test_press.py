"""The press: sheets are drawn, read back, and only then ready; a failure leaves no sheet, a reprint is the same bytes."""

import fcntl
import hashlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
import zxingcpp
from conftest import Sold, World
from sqlalchemy.orm import joinedload

from yipin import audit, headway, press, pressroom, printing, printruns
from yipin.codes.job import Output
from yipin.codes.keys import KeyStatus, set_status
from yipin.codes.kinds import CodeKind
from yipin.codes.readback import ReadBackFailed
from yipin.codes.sheet import Stopped
from yipin.codes.stock import stocks, suits
from yipin.errors import Conflict, NotFound, Unavailable
from yipin.models import Batch, CodeRange, PrintRun, PrintState
from yipin.office import Office
from yipin.secretfiles import Secrets

# What draws and reads back knows of no database.
on_one_database = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)


def plan(world: World, count: int = 3, stock: str = "a4-24", **order: object) -> PrintRun:
    """A planned run of a new batch."""
    codes = world.issue(world.declare(), count)
    with world.db.write.begin() as session:
        row = session.get_one(CodeRange, codes.id)
        wanted = printing.PrintOrder(stocks()[stock], row.first + 1, row.count, **order)
        return printing.plan_print(session, world.ama, world.office, row, wanted, "print-1")


def pages(path: Path) -> list[list[str]]:
    """The texts of the symbols of each page, by a reader of their own."""
    with pypdfium2.PdfDocument(path) as document:
        images = [
            np.ascontiguousarray(page.render(scale=203 / 72, grayscale=True).to_numpy().squeeze()) for page in document
        ]
    return [[code.text for code in zxingcpp.read_barcodes(image)] for image in images]


def run_of(world: World, sold: Sold) -> PrintRun:
    """The run with all that the press asks of it."""
    with world.db.read.begin() as session:
        options = [joinedload(PrintRun.range).joinedload(CodeRange.batch)]
        return session.get_one(PrintRun, sold.run.id, options=options)


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def files(world: World) -> list[str]:
    return sorted(path.name for path in world.settings.labels.iterdir() if not path.name.endswith(".lock"))


def test_a_sheet_carries_each_code_of_its_run_once(world: World) -> None:
    run = plan(world, 26)
    seen: list[int] = []
    press.make(world.db, world.office, run.id, seen.append)
    done = world.get(PrintRun, run.id)
    path = press.sheet_path(world.office, run.id)
    assert (done.state, done.pages, done.sha256) == (PrintState.READY, 2, sha256(path))
    assert done.read_back["matched"] == done.read_back["expected"] == 26 and done.read_back["sample"] == "all"
    found = pages(path)
    assert [len(page) for page in found] == [24, 2]
    wanted = world.codes(world.get(CodeRange, run.range_id))
    assert sorted(text for page in found for text in page) == sorted(map(world.address, wanted))
    assert seen == [24, 26] and headway.of(world.office, run.id).percent == 100


def test_a_run_starts_at_the_first_free_label_of_a_used_sheet(world: World) -> None:
    run = plan(world, 5, start_at=22)
    press.make(world.db, world.office, run.id)
    assert [len(page) for page in pages(press.sheet_path(world.office, run.id))] == [3, 2]


@on_one_database
def test_every_common_stock_passes_the_gate(world: World) -> None:
    for stock in (key for key, measures in stocks().items() if suits(measures, CodeKind.FULL)):
        run = plan(world, 2, stock)
        press.make(world.db, world.office, run.id)
        assert world.get(PrintRun, run.id).state is PrintState.READY, stock


@pytest.mark.parametrize("output", [Output.TSPL, Output.ZPL])
def test_a_roll_is_made_in_the_printers_language_read_back_and_made_again_to_the_byte(
    world: World, output: Output
) -> None:
    run = world.print(world.issue(world.declare(), 3), "roll-50x30", output=output)
    path = press.path_of(world.office, run)
    first = path.read_bytes()
    assert (path.suffix, run.pages, run.read_back["matched"]) == (f".{output}", 3, 3)
    assert first.count(b"PRINT 1,1" if output is Output.TSPL else b"^XZ") == 3
    path.unlink()
    with world.db.read.begin() as session:
        run = session.get_one(PrintRun, run.id, options=[joinedload(PrintRun.range).joinedload(CodeRange.batch)])
    press.made_again(world.office, run)
    assert path.read_bytes() == first
    assert press.first_page(world.office, run).startswith(b"\x89PNG")


def test_a_roll_that_does_not_pass_the_gate_leaves_no_file(world: World) -> None:
    other = Secrets.create(world.settings.data / "others")
    codes = world.issue(world.declare(), 3)
    with world.db.write.begin() as session:
        row = session.get_one(CodeRange, codes.id)
        order = printing.PrintOrder(stocks()["roll-50x30"], 1, 3, output=Output.ZPL)
        run = printing.plan_print(session, world.ama, world.office, row, order, "print-1")

    def tamper(_done: int) -> None:
        world.office.secrets = other

    with pytest.raises(ReadBackFailed, match="第 1 页第 1 枚"):
        press.make(world.db, world.office, run.id, tamper)
    assert files(world) == [] and world.get(PrintRun, run.id).state is PrintState.FAILED


def test_a_sheet_made_again_is_the_same_to_the_byte(world: World, sold: Sold) -> None:
    path = press.sheet_path(world.office, sold.run.id)
    first = path.read_bytes()
    path.unlink()
    again = press.made_again(Office.open(world.settings), run_of(world, sold))
    assert again == path and path.read_bytes() == first


def test_a_sheet_damaged_on_the_disk_is_made_again(world: World, sold: Sold) -> None:
    path = press.sheet_path(world.office, sold.run.id)
    first = path.read_bytes()
    for damaged in (first[: len(first) // 2], first.replace(b"%%EOF", b"%%EOX"), b""):
        assert damaged != first
        path.write_bytes(damaged)
        press.made_again(world.office, run_of(world, sold))
        assert path.read_bytes() == first


def test_a_sheet_that_would_come_out_different_is_not_given_out(world: World, sold: Sold) -> None:
    """Another font, say. The plan itself is changed here, which no use-case does."""
    with world.db.write.begin() as session:
        row = session.get_one(PrintRun, sold.run.id)
        job = printing.job_from_dict(row.job)
        row.job = printing.job_as_dict(replace(job, text=replace(job.text, harvest_date=date(2026, 7, 19))))
        audit.record(session, world.chen, "test.change", row)
    path = press.sheet_path(world.office, sold.run.id)
    path.unlink()
    with pytest.raises(Unavailable, match="与第一次不一致"):
        press.made_again(world.office, run_of(world, sold))
    assert not path.exists()


def test_a_sheet_whose_codes_the_record_would_not_find_fails_at_the_gate(world: World) -> None:
    """The secret of the unit numbers is changed while the sheets are drawn; the gate asks the record as it is then."""
    run, other = plan(world, 3), Secrets.create(world.settings.data / "others")

    def tamper(_done: int) -> None:
        world.office.secrets = other

    with pytest.raises(ReadBackFailed, match="第 1 页第 1、2、3 枚"):
        press.make(world.db, world.office, run.id, tamper)
    failed = world.get(PrintRun, run.id)
    assert failed.state is PrintState.FAILED and "第 1、2、3 枚" in failed.failure
    assert (failed.sha256, failed.read_back) == (None, None)
    assert files(world) == []
    with pytest.raises(Conflict, match="没有通过检查"):
        world.release(run)
    with world.db.read.begin() as session:
        event = audit.events_of(session, run)[-1]
    assert (event.action, event.actor_name, event.reason) == ("print.fail", "press", failed.failure)


def test_a_failed_run_is_made_once_more_with_the_same_content(world: World) -> None:
    run, own, other = plan(world, 2), world.office.secrets, Secrets.create(world.settings.data / "others")

    def tamper(_done: int) -> None:
        world.office.secrets = other

    with pytest.raises(ReadBackFailed):
        press.make(world.db, world.office, run.id, tamper)
    world.office.secrets = own
    with pytest.raises(Conflict, match="已经做过"):
        press.make(world.db, world.office, run.id)
    with world.db.write.begin() as session:
        printruns.retry(session, world.ama, session.get_one(PrintRun, run.id))
    press.make(world.db, world.office, run.id)
    ready = world.get(PrintRun, run.id)
    assert (ready.state, ready.failure, ready.job) == (PrintState.READY, None, run.job)
    world.release(ready)


def test_a_key_that_leaks_while_the_sheets_are_drawn_stops_them(world: World) -> None:
    run = plan(world, 2)

    def leak(_done: int) -> None:
        set_status(world.settings.keys, 1, KeyStatus.COMPROMISED, world.ama.at)

    with pytest.raises(Unavailable, match="已泄露"):
        press.make(world.db, world.office, run.id, leak)
    assert world.get(PrintRun, run.id).state is PrintState.FAILED and files(world) == []


def test_a_folder_that_cannot_be_written_fails_the_run_with_the_reason(world: World) -> None:
    run = plan(world, 2)
    press.sheet_path(world.office, run.id).mkdir(parents=True)  # a folder where the file should go
    with pytest.raises(Unavailable, match="写不了标签文件"):
        press.make(world.db, world.office, run.id)
    failed = world.get(PrintRun, run.id)
    assert failed.state is PrintState.FAILED and "写不了标签文件" in failed.failure


@on_one_database
def test_a_font_that_is_gone_fails_the_run_with_the_cure(world: World) -> None:
    run = plan(world, 2)
    office = Office.open(replace(world.settings, font=str(world.settings.data / "none.ttc")))
    with pytest.raises(Unavailable, match="none.ttc"):
        press.make(world.db, office, run.id)
    assert world.get(PrintRun, run.id).state is PrintState.FAILED


def test_a_run_cancelled_while_it_is_made_stays_cancelled(world: World) -> None:
    run = plan(world, 2)

    def cancel(_done: int) -> None:
        with world.db.write.begin() as session:
            printruns.cancel_run(session, world.ama, session.get_one(PrintRun, run.id), "选错了纸")

    with pytest.raises(Stopped):
        press.make(world.db, world.office, run.id, cancel)
    assert world.get(PrintRun, run.id).state is PrintState.CANCELLED and files(world) == []


@pytest.mark.parametrize("stock", ["a4-24", "roll-40x30"])
def test_a_run_stopped_while_it_is_made_leaves_nothing_and_can_be_made_again(
    world: World, stock: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(headway, "ASK_AFTER", 0)
    run = plan(world, 70, stock, output=Output.TSPL if stock.startswith("roll") else Output.PDF)
    heard: list[int] = []

    def stop(done: int) -> None:
        heard.append(done)
        with world.db.write.begin() as session:
            printruns.stop_run(session, world.ama, session.get_one(PrintRun, run.id))

    with pytest.raises(Stopped):
        press.make(world.db, world.office, run.id, stop)
    assert heard == [24 if stock == "a4-24" else 64]  # at once, not when all is done
    assert world.get(PrintRun, run.id).state is PrintState.STOPPED and files(world) == []
    with pytest.raises(Conflict, match="停在半路"):
        world.release(run)
    with world.db.write.begin() as session:
        printruns.retry(session, world.ama, session.get_one(PrintRun, run.id))
    again = press.make(world.db, world.office, run.id)
    assert again is not None and world.get(PrintRun, run.id).state is PrintState.READY


def test_a_run_broken_off_while_it_is_read_back_leaves_no_file(world: World) -> None:
    """Ctrl-C, when the file is whole already but not yet passed."""
    run, seen = plan(world, 26), []

    def interrupt(way: headway.Headway) -> None:
        seen.append(way)
        if way.done > 26:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        press.make(world.db, world.office, run.id, hear=interrupt)
    assert files(world) == [] and world.get(PrintRun, run.id).state is PrintState.PLANNED
    assert [way.percent for way in seen] == sorted(way.percent for way in seen)
    assert press.make(world.db, world.office, run.id) is not None


def test_the_time_left_is_told_by_the_work_done_so_far() -> None:
    assert headway.Headway(25, 100, 10).rest == 30 and headway.Headway(25, 100, 10).percent == 25
    assert headway.Headway().rest is None and headway.Headway().percent == 0


@on_one_database
def test_a_large_run_is_made_by_a_process_of_its_own(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pressroom, "OWN_PROCESS_FROM", 2)
    run = plan(world, 2)
    before = os.times().children_user
    pressroom.start(world.db, world.office, run.id, run.count)
    pressroom.start(world.db, world.office, run.id, run.count)  # a page that looks again does not make it twice
    pressroom._LARGE.submit(lambda: None).result(timeout=60)
    assert world.get(PrintRun, run.id).state is PrintState.READY
    assert os.times().children_user > before


def test_a_run_held_while_it_is_made_is_made_but_not_released(world: World) -> None:
    run = plan(world, 2)

    def hold(_done: int) -> None:
        with world.db.write.begin() as session:  # the press holds no lock while it draws
            audit.hold(session, world.chen, session.get_one(Batch, run.batch_id), "抽检")

    press.make(world.db, world.office, run.id, hold)
    assert world.get(PrintRun, run.id).state is PrintState.READY
    with pytest.raises(Conflict, match="已经冻结"):
        world.release(run)


def test_one_press_at_a_time_makes_a_run(world: World) -> None:
    run, others = plan(world, 2), []

    def other(_done: int) -> None:
        others.append(press.make(world.db, world.office, run.id))

    assert press.make(world.db, world.office, run.id, other) is not None
    assert others == [None]


def test_a_lock_left_by_a_killed_process_does_not_stop_the_next(world: World) -> None:
    run = plan(world, 2)
    world.settings.labels.mkdir(exist_ok=True)
    with headway.lock_path(world.office, run.id).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert press.make(world.db, world.office, run.id) is None
    assert press.make(world.db, world.office, run.id) is not None


def test_a_run_left_behind_by_a_restart_is_taken_up(world: World) -> None:
    run = plan(world, 2)
    pressroom.start_if_idle(world.db, world.office, run.id, run.count)
    pressroom._SMALL.submit(lambda: None).result(timeout=30)  # the one worker has then done it
    assert world.get(PrintRun, run.id).state is PrintState.READY


def test_a_run_that_is_not_there_or_done_is_refused(world: World, sold: Sold) -> None:
    with pytest.raises(NotFound):
        press.make(world.db, world.office, 999)
    with pytest.raises(Conflict, match="已经做过"):
        press.make(world.db, world.office, sold.run.id)


def test_nothing_is_counted_of_a_run_not_begun(world: World) -> None:
    assert headway.of(world.office, 999) == headway.Headway()


@on_one_database
def test_the_first_page_is_shown_as_a_picture(world: World, sold: Sold) -> None:
    png = press.first_page(world.office, run_of(world, sold), 60)
    assert png.startswith(b"\x89PNG") and len(png) < 200_000


@on_one_database
def test_control_c_stops_a_run_of_the_command_line_which_can_then_be_made_with_the_same_bytes(world: World) -> None:
    codes = world.issue(world.declare(quantity="6000"), 2400)  # work enough for the signal to find it at work
    yipin = [sys.executable, "-m", "yipin"]
    data = ["--data", str(world.settings.data)]
    # A shell starts what runs in the background deaf to Control-C, and whatever that starts is deaf as well.
    hearing = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    with subprocess.Popen(
        [*yipin, "labels", str(codes.id), *data], stderr=subprocess.PIPE, text=True, preexec_fn=hearing
    ) as made:
        until = time.monotonic() + 60
        while headway.of(world.office, 1).done < 24 and time.monotonic() < until:
            time.sleep(0.01)
        made.send_signal(signal.SIGINT)
        _, told = made.communicate(timeout=60)
    assert (made.returncode, "yipin press 1" in told) == (130, True), told
    assert files(world) == [] and world.get(PrintRun, 1).state is PrintState.STOPPED
    again = subprocess.run([*yipin, "press", "1", *data], capture_output=True, text=True, check=True)
    run = world.get(PrintRun, 1)
    assert again.stdout.strip() == str(press.path_of(world.office, run)) and run.state is PrintState.READY
    assert sha256(press.path_of(world.office, run)) == run.sha256
