"""The press: sheets are drawn, read back, and only then ready; a failure leaves no sheet, a reprint is the same bytes."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
import zxingcpp
from sqlalchemy.orm import joinedload

from world import Sold, World
from world.prints import files, on_one_database, plan, sha256
from yipin.audit import log
from yipin.codes.keylist import KeyStatus
from yipin.codes.keys import set_status
from yipin.codes.kinds import CodeKind
from yipin.codes.label.job import Output
from yipin.codes.label.readback import ReadBackFailed
from yipin.codes.label.stock import stocks, suits
from yipin.errors import Conflict, NotFound, Unavailable
from yipin.installation.installation import Installation
from yipin.installation.vault import Secrets
from yipin.models import Action, CodeRange, PrintRun, PrintState
from yipin.printing import plans, press, progress, runs


def pages(path: Path) -> list[list[str]]:
    """The texts of the symbols of each page, by a reader of their own."""
    with pypdfium2.PdfDocument(path) as document:
        images = [
            np.ascontiguousarray(page.render(scale=203 / 72, grayscale=True).to_numpy().squeeze()) for page in document
        ]
    as_printed = {
        "try_rotate": False,
        "try_downscale": False,
        "try_invert": False,
    }  # each may see a symbol that is none
    found = (zxingcpp.read_barcodes(image, zxingcpp.BarcodeFormat.QRCodeModel2, **as_printed) for image in images)
    return [[code.text for code in page] for page in found]


def run_of(world: World, sold: Sold) -> PrintRun:
    """The run with all that the press asks of it."""
    with world.db.read.begin() as session:
        options = [joinedload(PrintRun.range).joinedload(CodeRange.batch)]
        return session.get_one(PrintRun, sold.run.id, options=options)


def test_a_sheet_carries_each_code_of_its_run_once(world: World) -> None:
    run = plan(world, 26)
    seen: list[int] = []
    press.make(world.db, world.installation, run.id, seen.append)
    done = world.get(PrintRun, run.id)
    path = press.sheet_path(world.installation, run.id)
    assert (done.state, done.pages, done.sha256) == (PrintState.READY, 2, sha256(path))
    assert done.read_back["matched"] == done.read_back["expected"] == 26 and done.read_back["sample"] == "all"
    found = pages(path)
    assert [len(page) for page in found] == [24, 2]
    wanted = world.codes(world.get(CodeRange, run.range_id))
    assert sorted(text for page in found for text in page) == sorted(map(world.address, wanted))
    assert seen == [24, 26] and progress.of(world.installation, run.id).percent == 100


def test_a_run_starts_at_the_first_free_label_of_a_used_sheet(world: World) -> None:
    run = plan(world, 5, start_at=22)
    press.make(world.db, world.installation, run.id)
    assert [len(page) for page in pages(press.sheet_path(world.installation, run.id))] == [3, 2]


@on_one_database
def test_every_common_stock_passes_the_gate(world: World) -> None:
    for stock in (key for key, measures in stocks().items() if suits(measures, CodeKind.FULL)):
        run = plan(world, 2, stock)
        press.make(world.db, world.installation, run.id)
        assert world.get(PrintRun, run.id).state is PrintState.READY, stock


@pytest.mark.parametrize("output", [Output.TSPL, Output.ZPL])
def test_a_roll_is_made_in_the_printers_language_read_back_and_made_again_to_the_byte(
    world: World, output: Output
) -> None:
    run = world.print(world.issue(world.declare(), 3), "roll-50x30", output=output)
    path = press.path_of(world.installation, run)
    first = path.read_bytes()
    assert (path.suffix, run.pages, run.read_back["matched"]) == (f".{output}", 3, 3)
    assert first.count(b"PRINT 1,1" if output is Output.TSPL else b"^XZ") == 3
    path.unlink()
    with world.db.read.begin() as session:
        run = session.get_one(PrintRun, run.id, options=[joinedload(PrintRun.range).joinedload(CodeRange.batch)])
    press.made_again(world.installation, run)
    assert path.read_bytes() == first
    assert press.first_page(world.installation, run).startswith(b"\x89PNG")


def test_a_roll_that_does_not_pass_the_gate_leaves_no_file(world: World) -> None:
    other = Secrets.create(world.settings.data / "others")
    codes = world.issue(world.declare(), 3)
    with world.db.write.begin() as session:
        row = session.get_one(CodeRange, codes.id)
        order = plans.PrintOrder(stocks()["roll-50x30"], 1, 3, output=Output.ZPL)
        run = plans.plan_print(session, world.ama, world.installation, row, order, "print-1")

    def tamper(_done: int) -> None:
        world.installation.secrets = other

    with pytest.raises(ReadBackFailed, match="第 1 页第 1 枚"):
        press.make(world.db, world.installation, run.id, tamper)
    assert files(world) == [] and world.get(PrintRun, run.id).state is PrintState.FAILED


def test_a_sheet_made_again_is_the_same_to_the_byte(world: World, sold: Sold) -> None:
    path = press.sheet_path(world.installation, sold.run.id)
    first = path.read_bytes()
    path.unlink()
    again = press.made_again(Installation.open(world.settings), run_of(world, sold))
    assert again == path and path.read_bytes() == first


def test_a_sheet_damaged_on_the_disk_is_made_again(world: World, sold: Sold) -> None:
    path = press.sheet_path(world.installation, sold.run.id)
    first = path.read_bytes()
    for damaged in (first[: len(first) // 2], first.replace(b"%%EOF", b"%%EOX"), b""):
        assert damaged != first
        path.write_bytes(damaged)
        press.made_again(world.installation, run_of(world, sold))
        assert path.read_bytes() == first


def test_a_sheet_that_would_come_out_different_is_not_given_out(world: World, sold: Sold) -> None:
    """Another font, say. The plan itself is changed here, which no use-case does."""
    with world.db.write.begin() as session:
        row = session.get_one(PrintRun, sold.run.id)
        job = plans.job_from_dict(row.job)
        row.job = plans.job_as_dict(replace(job, text=replace(job.text, harvest_date=date(2026, 7, 19))))
        log.record(session, world.chen, Action.CASE_NOTE, row)
    path = press.sheet_path(world.installation, sold.run.id)
    path.unlink()
    with pytest.raises(Unavailable, match="与第一次不一致"):
        press.made_again(world.installation, run_of(world, sold))
    assert not path.exists()


def test_a_sheet_whose_codes_the_record_would_not_find_fails_at_the_gate(world: World) -> None:
    """The secret of the unit numbers is changed while the sheets are drawn; the gate asks the record as it is then."""
    run, other = plan(world, 3), Secrets.create(world.settings.data / "others")

    def tamper(_done: int) -> None:
        world.installation.secrets = other

    with pytest.raises(ReadBackFailed, match="第 1 页第 1、2、3 枚"):
        press.make(world.db, world.installation, run.id, tamper)
    failed = world.get(PrintRun, run.id)
    assert failed.state is PrintState.FAILED and "第 1、2、3 枚" in failed.failure
    assert (failed.sha256, failed.read_back) == (None, None)
    assert files(world) == []
    with pytest.raises(Conflict, match="没有通过检查"):
        world.release(run)
    with world.db.read.begin() as session:
        event = log.events_of(session, run)[-1]
    assert (event.action, event.actor_name, event.reason) == ("print.fail", "press", failed.failure)


def test_a_failed_run_is_made_once_more_with_the_same_content(world: World) -> None:
    run, own, other = plan(world, 2), world.installation.secrets, Secrets.create(world.settings.data / "others")

    def tamper(_done: int) -> None:
        world.installation.secrets = other

    with pytest.raises(ReadBackFailed):
        press.make(world.db, world.installation, run.id, tamper)
    world.installation.secrets = own
    with pytest.raises(Conflict, match="已经做过"):
        press.make(world.db, world.installation, run.id)
    with world.db.write.begin() as session:
        runs.retry(session, world.ama, session.get_one(PrintRun, run.id))
    press.make(world.db, world.installation, run.id)
    ready = world.get(PrintRun, run.id)
    assert (ready.state, ready.failure, ready.job) == (PrintState.READY, None, run.job)
    world.release(ready)


def test_a_key_that_leaks_while_the_sheets_are_drawn_stops_them(world: World) -> None:
    run = plan(world, 2)

    def leak(_done: int) -> None:
        set_status(world.settings.keys, 1, KeyStatus.COMPROMISED, world.ama.at)

    with pytest.raises(Unavailable, match="已泄露"):
        press.make(world.db, world.installation, run.id, leak)
    assert world.get(PrintRun, run.id).state is PrintState.FAILED and files(world) == []


def test_a_folder_that_cannot_be_written_fails_the_run_with_the_reason(world: World) -> None:
    run = plan(world, 2)
    press.sheet_path(world.installation, run.id).mkdir(parents=True)  # a folder where the file should go
    with pytest.raises(Unavailable, match="写不了标签文件"):
        press.make(world.db, world.installation, run.id)
    failed = world.get(PrintRun, run.id)
    assert failed.state is PrintState.FAILED and "写不了标签文件" in failed.failure


@on_one_database
def test_a_font_that_is_gone_fails_the_run_with_the_cure(world: World) -> None:
    run = plan(world, 2)
    installation = Installation.open(replace(world.settings, font=str(world.settings.data / "none.ttc")))
    with pytest.raises(Unavailable, match="none.ttc"):
        press.make(world.db, installation, run.id)
    assert world.get(PrintRun, run.id).state is PrintState.FAILED


def test_a_run_that_is_not_there_or_done_is_refused(world: World, sold: Sold) -> None:
    with pytest.raises(NotFound):
        press.make(world.db, world.installation, 999)
    with pytest.raises(Conflict, match="已经做过"):
        press.make(world.db, world.installation, sold.run.id)


@on_one_database
def test_the_first_page_is_shown_as_a_picture(world: World, sold: Sold) -> None:
    png = press.first_page(world.installation, run_of(world, sold), 60)
    assert png.startswith(b"\x89PNG") and len(png) < 200_000
