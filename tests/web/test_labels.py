"""The producer's way by nothing but pages: declare, issue, print, read the sheet as a phone would, release, scan; and
what there is besides: reprints, own paper, printers, single symbols."""

import csv
import hashlib
import io
import re
import time

import numpy as np
import pypdfium2
import pytest
import pyzipper
import zxingcpp
from conftest import Sold, World, signed_in
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from reading import see
from werkzeug.test import TestResponse

from yipin import audit, clock, headway, press, printing
from yipin.codes import signing
from yipin.codes.job import Output
from yipin.codes.stock import stocks
from yipin.models import Batch, CodeRange, PrintRun, PrintState

JSON = {"Accept": "application/json"}
WAIT = 60  # seconds; far more than a small run takes


@pytest.fixture
def ama(app: Flask) -> FlaskClient:
    return signed_in(app, "ama")


def told(client: FlaskClient, path: str) -> dict:
    return client.get(path, headers=JSON).json


def verdict(app: Flask, digits: str) -> str:
    return told(app.test_client(), f"/{digits}")["verdict"]


def filled(browser: FlaskClient, path: str, **typed: str) -> dict[str, str]:
    """A form as its page offers it, with some of its fields typed anew."""
    page = see(browser.get(path).text)
    return {name: values[0] for name, values in page.values.items() if values and name != "csrf_token"} | typed


def sent(browser: FlaskClient, path: str, form: dict[str, str]) -> str:
    """Send a form that should be accepted; where it leads."""
    answer = browser.post(path, data=form)
    assert answer.status_code == 302, (answer.status_code, see(answer.text).messages)
    return answer.headers["Location"]


def wait_until_made(browser: FlaskClient, page: str) -> str:
    """Look at the page of a print run until it is no longer being made."""
    until = time.monotonic() + WAIT
    while "正在生成" in (text := browser.get(page).text):
        assert 'http-equiv="refresh"' in text
        assert time.monotonic() < until, "the press did not finish"
        time.sleep(0.05)
    return text


def read_sheet(data: bytes, dpi: int = 203) -> list[str]:
    """The addresses on a sheet, as a reader of ours that shares no code with the printing sees them."""
    with pypdfium2.PdfDocument(data) as document:
        pages = [page.render(scale=dpi / 72, grayscale=True).to_numpy() for page in document]
    found = [zxingcpp.read_barcodes(np.ascontiguousarray(page.reshape(page.shape[:2]))) for page in pages]
    return [symbol.text for symbols in found for symbol in symbols]


def ordered(browser: FlaskClient, run_page: str) -> TestResponse:
    return browser.get(f"{run_page}/labels")


def test_the_whole_way_from_the_harvest_to_a_genuine_pack(world: World, app: Flask, ama: FlaskClient) -> None:
    today = str(clock.day_of(clock.now()))
    form = filled(ama, "/producer/batches/new", quantity="60", pack_size="2.5", product="1", plot="1", unit="kg")
    assert form["harvest_date"] == today
    batch_page = sent(ama, "/producer/batches/new", form)
    number = batch_page.rpartition("/")[2]
    print_form = sent(ama, f"{batch_page}/codes", filled(ama, batch_page, count="24"))
    run_page = sent(ama, print_form, filled(ama, print_form))
    page = wait_until_made(ama, run_page)
    assert "24 / 24 枚读出且一致" in see(page).text and "下载 PDF" in page
    sheet = ordered(ama, run_page)
    assert sheet.mimetype == "application/pdf" and number in sheet.headers["Content-Disposition"]
    read = read_sheet(sheet.data)
    assert len(set(read)) == len(read) == 24
    digits = [address.removeprefix(world.settings.base_url) for address in read]
    assert {signing.verify(code, world.office.keys).id_number for code in digits} == {number}
    assert {verdict(app, code) for code in digits} == {"not_released"}
    assert sent(ama, f"{run_page}/release", {}) == batch_page
    found = [told(app.test_client(), f"/{code}") for code in digits]
    assert {answer["verdict"] for answer in found} == {"genuine"}
    assert sorted(answer["unit"] for answer in found) == list(range(1, 25))
    assert {answer["harvest_date"] for answer in found} == {today} and {answer["scans"] for answer in found} == {2}


def test_the_next_batch_starts_from_the_last_one(ama: FlaskClient, sold: Sold) -> None:
    form = filled(ama, "/producer/batches/new?copy=1")
    assert (float(form["quantity"]), float(form["pack_size"])) == (250, 2.5)
    assert (form["unit"], form["product"], form["plot"]) == ("kg", "1", "1")
    assert form["harvest_date"] == str(clock.day_of(clock.now()))  # but the day is today's
    assert sent(ama, "/producer/batches/new", form).startswith("/producer/batches/430225")


def test_labels_are_downloaded_freely_only_before_release(world: World, ama: FlaskClient) -> None:
    codes = world.issue(world.declare(), 2)
    run = world.print(codes)
    page = f"/producer/prints/{run.id}"
    assert ordered(ama, page).status_code == 200
    world.release(run)
    answer = ordered(ama, page)
    assert answer.status_code == 409 and "说明理由" in see(answer.text).text


def test_a_reprint_needs_a_reason_and_is_the_same_to_the_byte(world: World, ama: FlaskClient) -> None:
    run = world.print(world.issue(world.declare(), 5))
    page = f"/producer/prints/{run.id}"
    first = ordered(ama, page).data
    assert hashlib.sha256(first).hexdigest() == run.sha256
    world.release(run)
    refused = ama.post(f"{page}/reprint", data={"reason": ""})
    assert refused.status_code == 422 and "请填写" in see(refused.text).messages[0]
    assert world.get(PrintRun, run.id).reprints == 0
    again = ama.post(f"{page}/reprint", data={"reason": "卡纸，后半张没打出来"})
    assert again.mimetype == "application/pdf" and again.data == first
    press.sheet_path(world.office, run.id).unlink()  # also when the file is gone
    assert ama.post(f"{page}/reprint", data={"reason": "又卡纸了"}).data == first
    assert world.get(PrintRun, run.id).reprints == 2
    assert "2 次" in see(ama.get(page).text).text


def test_a_run_thrown_away_can_be_printed_anew_on_other_paper(world: World, app: Flask, ama: FlaskClient) -> None:
    codes = world.issue(world.declare(), 2)
    first = f"/producer/prints/{world.print(codes).id}"
    twice = ama.post(f"/producer/codes/{codes.id}/print", data=filled(ama, f"/producer/codes/{codes.id}/print"))
    assert twice.status_code == 422 and "已经在第" in see(twice.text).messages[0]  # not while the first stands
    print_form = sent(ama, f"{first}/cancel", {"reason": "纸放反了"})
    assert ordered(ama, first).status_code == 409
    run_page = sent(ama, print_form, filled(ama, print_form, stock="roll-60x40"))
    wait_until_made(ama, run_page)
    assert [
        address.removeprefix(world.settings.base_url) for address in read_sheet(ordered(ama, run_page).data)
    ] == world.codes(codes)
    answer = ama.post(f"{first}/release")
    assert answer.status_code == 409 and "已经取消" in see(answer.text).text
    assert verdict(app, world.codes(codes)[0]) == "not_released"


def test_a_sheet_used_in_part_is_started_where_it_is_free(world: World, ama: FlaskClient) -> None:
    codes = world.issue(world.declare(), 2)
    print_form = f"/producer/codes/{codes.id}/print"
    run_page = sent(ama, print_form, filled(ama, print_form, start_at="24"))
    wait_until_made(ama, run_page)
    with pypdfium2.PdfDocument(ordered(ama, run_page).data) as document:
        assert len(document) == 2  # the last label of one sheet and the first of the next


def test_a_producers_own_paper_is_offered_and_printed_on(world: World, ama: FlaskClient) -> None:
    measures = {"name": "我的三联纸", "page_width": "210", "page_height": "100", "columns": "3", "rows": "1", "label_width": "66",
                "label_height": "60", "left": "4", "top": "20", "pitch_x": "68", "pitch_y": "60"}  # fmt: skip
    assert sent(ama, "/producer/paper/stocks", measures) == "/producer/paper"
    assert "我的三联纸" in ama.get("/producer/paper").text
    codes = world.issue(world.declare(), 4)
    print_form = f"/producer/codes/{codes.id}/print"
    assert "我的三联纸" in ama.get(print_form).text
    run_page = sent(ama, print_form, filled(ama, print_form, stock="own-1"))
    wait_until_made(ama, run_page)
    with pypdfium2.PdfDocument(data := ordered(ama, run_page).data) as document:
        assert len(document) == 2 and [round(mm * 25.4 / 72) for mm in document[0].get_size()] == [210, 100]
    assert len(read_sheet(data)) == 4


def test_a_roll_of_ones_own_needs_only_its_width_and_height(ama: FlaskClient) -> None:
    assert (
        sent(ama, "/producer/paper/stocks", {"name": "卷", "roll": "y", "page_width": "55", "page_height": "35"})
        == "/producer/paper"
    )
    assert "55 × 35 mm" in see(ama.get("/producer/paper").text).text


def test_a_neighbours_paper_and_printer_cannot_be_chosen(world: World, app: Flask, ama: FlaskClient) -> None:
    ben = signed_in(app, "ben")
    sent(ben, "/producer/paper/stocks", {"name": "卷", "roll": "y", "page_width": "55", "page_height": "35"})
    printer = sent(ben, "/producer/paper/printers", {"name": "本家的打印机"}).rpartition("/")[2]
    codes = world.issue(world.declare(), 2)
    print_form = f"/producer/codes/{codes.id}/print"
    assert "own-1" not in ama.get(print_form).text and "本家的打印机" not in ama.get(print_form).text
    assert ama.post(print_form, data=filled(ama, print_form, stock="own-1")).status_code == 422
    assert ama.post(print_form, data=filled(ama, print_form, printer=printer)).status_code == 404


def test_a_printer_is_calibrated_with_a_page_and_used(world: World, ama: FlaskClient) -> None:
    printer_page = sent(ama, "/producer/paper/printers", {"name": "柜台热敏机"})
    for stock, size in (("roll-60x40", [60, 40]), ("a4-24", [210, 297]), ("none-such", [210, 297])):
        page = ama.get(f"{printer_page}/calibration.pdf", query_string={"stock": stock})
        assert page.mimetype == "application/pdf"
        with pypdfium2.PdfDocument(page.data) as document:
            assert [round(points * 25.4 / 72) for points in document[0].get_size()] == size
    english = ama.get(f"{printer_page}/calibration.pdf", query_string={"stock": "a4-24", "lang": "en"})
    with pypdfium2.PdfDocument(english.data) as document:
        words = document[0].get_textpage().get_text_range()
    assert "Print at “actual size” (100%, no scaling" in words and not re.search("[\u4e00-\u9fff]", words), words
    ama.get("/producer/paper?lang=zh")
    measured = {"offset_x": "0.5", "offset_y": "-0.25", "scale_x": "1.002", "scale_y": "0.998", "dpi": "300"}
    assert sent(ama, printer_page, measured) == "/producer/paper"
    kept = filled(ama, printer_page)
    assert {name: kept[name] for name in measured} == measured
    codes = world.issue(world.declare(), 2)
    print_form = f"/producer/codes/{codes.id}/print"
    run_page = sent(ama, print_form, filled(ama, print_form, printer=printer_page.rpartition("/")[2]))
    assert "2 / 2 枚读出且一致（300 dpi）" in see(wait_until_made(ama, run_page)).text
    job = world.get(PrintRun, int(run_page.rpartition("/")[2])).job
    assert (job["printer"]["offset_x"], job["printer"]["scale_y"], job["printer"]["dpi"]) == (0.5, 0.998, 300)


def test_a_roll_is_printed_in_the_language_of_its_printer(world: World, ama: FlaskClient) -> None:
    printer_page = sent(ama, "/producer/paper/printers", {"name": "柜台热敏机"})
    sent(ama, printer_page, filled(ama, printer_page, dpi="300", language="tspl"))
    codes = world.issue(world.declare(), 2)
    print_form = f"/producer/codes/{codes.id}/print"
    typed = {"printer": printer_page.rpartition("/")[2], "stock": "roll-50x30"}
    run_page = sent(ama, print_form, filled(ama, print_form, **typed))
    page = see(wait_until_made(ama, run_page)).text
    assert "下载 TSPL" in page and "copy /b" in page and "300 dpi" in page
    file = ordered(ama, run_page)
    assert file.mimetype == "application/octet-stream" and ".tspl" in file.headers["Content-Disposition"]
    assert file.data.startswith(b"SIZE 50 mm,30 mm\r\n") and file.data.endswith(b"\r\nPRINT 1,1\r\n")
    assert ama.get(f"{run_page}/first.png").mimetype == "image/png"


def test_a_sheet_of_many_labels_is_not_made_in_a_printer_language(world: World, ama: FlaskClient) -> None:
    codes = world.issue(world.declare(), 2)
    print_form = f"/producer/codes/{codes.id}/print"
    for output, words in (("zpl", "卷筒标签机的语言"), ("../etc", "请从列表里选一项")):
        answer = ama.post(print_form, data=filled(ama, print_form, output=output))
        assert answer.status_code == 422 and words in see(answer.text).text


def test_a_run_that_is_being_made_tells_how_far_it_is_and_can_be_stopped(world: World, ama: FlaskClient) -> None:
    codes = world.issue(world.declare(), 40)
    with world.db.write.begin() as session:
        row = session.get_one(CodeRange, codes.id)
        run = printing.plan_print(session, world.ama, world.office, row, printing.PrintOrder(stocks()["a4-24"], 1, 40),
                                  "print-1")  # fmt: skip
    page = f"/producer/prints/{run.id}"
    with headway.alone(world.office, run.id) as lock:  # somebody is at it, and a third is done
        headway.Meter(lock, 120, lambda: False, None).count(40)
        shown = see(ama.get(page).text)
        assert "40 枚标签：33%" in shown.text
        assert sent(ama, f"{page}/stop", {}) == page
        assert "停在半路，没有留下文件" in see(ama.get(page).text).text
        assert ama.post(f"{page}/stop").status_code == 409
    assert sent(ama, f"{page}/retry", {}) == page
    assert "40 / 40 枚读出且一致" in see(wait_until_made(ama, page)).text


def test_a_print_shop_gets_the_codes_as_an_encrypted_list(world: World, app: Flask, ama: FlaskClient) -> None:
    codes = world.issue(world.declare(), 5)
    print_form = f"/producer/codes/{codes.id}/print"
    page = sent(ama, print_form, filled(ama, print_form, output="csv", first="2", count="3"))
    shown = see(wait_until_made(ama, page)).text
    assert "3 / 3 行一致" in shown and "谁就能印出真标签" in shown
    assert ama.get(f"{page}/labels").status_code == 409  # a list leaves only as a recorded download
    told = ama.post(f"{page}/password")
    password = re.search(r"<code>([0-9a-z-]{19})</code>", told.text)[1]
    assert told.headers["Cache-Control"] == "no-store" and ama.post(f"{page}/password").status_code == 409
    assert password not in ama.get(page).text
    file = ama.post(f"{page}/codes")
    assert file.mimetype == "application/zip" and ".csv.zip" in file.headers["Content-Disposition"]
    with pyzipper.AESZipFile(io.BytesIO(file.data)) as archive:
        archive.setpassword(password.encode())
        listed = list(csv.reader(io.StringIO(archive.read("codes.csv").decode("utf-8-sig"))))[1:]
    wanted = [world.address(digits) for digits in world.codes(codes)]
    assert listed == [[str(n), wanted[n - 1], f"第 {n} 枚"] for n in (2, 3, 4)]
    run = world.get(PrintRun, int(page.rpartition("/")[2]))
    with world.db.read.begin() as session:
        events = [event.action for event in audit.events_of(session, run)]
    assert events == ["print.plan", "print.ready", "print.password", "print.download"]
    # Given out, its numbers can go into no other run; the only way back is to void them all.
    assert "已经交出去过" in see(ama.post(f"{page}/cancel", data={"reason": "丢了"}).text).text
    world.release(run)
    code = wanted[1].removeprefix(world.settings.base_url)
    assert verdict(app, code) == "genuine"
    assert sent(ama, f"{page}/void", {"reason": "码表外泄"}) == page
    assert told_of(app, code) == ("void", "码表外泄") and verdict(app, world.codes(codes)[0]) == "not_released"
    again = ama.post(print_form, data=filled(ama, print_form, first="2", count="3"))
    assert again.status_code == 422 and "已经在第" in see(again.text).text


def test_a_list_is_given_out_no_more_once_its_labels_are_on_the_packs(world: World, ama: FlaskClient) -> None:
    run = world.print(world.issue(world.declare(), 3), output=Output.CSV)
    world.release(run)
    for path in ("codes", "password"):
        assert ama.post(f"/producer/prints/{run.id}/{path}").status_code == 409, path


def told_of(app: Flask, digits: str) -> tuple[str, str]:
    """The verdict of a code, and what stands behind the colon of its reason."""
    answer = told(app.test_client(), f"/{digits}")
    return answer["verdict"], answer["reason"].partition("：")[2]


def test_the_list_of_a_held_batch_is_neither_made_nor_given_out(world: World, ama: FlaskClient) -> None:
    batch = world.declare()
    codes = world.issue(batch, 4)
    run = world.print(codes, output=Output.XLSX, count=2)
    with world.db.write.begin() as session:
        audit.hold(session, world.chen, session.get_one(Batch, batch.id), "抽检")
    page, form = f"/producer/prints/{run.id}", f"/producer/codes/{codes.id}/print"
    for path in (f"{page}/codes", f"{page}/password"):
        assert ama.post(path).status_code == 409
    refused = ama.post(form, data=filled(ama, form, output="csv", first="3", count="2"))
    assert refused.status_code == 422 and "冻结" in see(refused.text).text
    assert world.get(PrintRun, run.id).given_out == 0


def test_the_labels_of_a_held_batch_are_not_given_out(world: World, ama: FlaskClient) -> None:
    batch = world.declare()
    run = world.print(world.issue(batch, 2))
    assert ordered(ama, f"/producer/prints/{run.id}").status_code == 200
    with world.db.write.begin() as session:
        audit.hold(session, world.chen, session.get_one(Batch, batch.id), "抽检")
    refused = ordered(ama, f"/producer/prints/{run.id}")
    assert refused.status_code == 409 and "冻结" in refused.text


def test_the_preview_is_a_picture_of_the_first_sheet(world: World, ama: FlaskClient) -> None:
    codes = world.issue(world.declare(), 3)
    run = world.print(codes)
    answer = ama.get(f"/producer/prints/{run.id}/first.png")
    assert answer.mimetype == "image/png"
    with Image.open(io.BytesIO(answer.data)) as picture:
        assert abs(picture.height / picture.width - 297 / 210) < 0.01 and picture.width > 600
    assert f"/producer/prints/{run.id}/first.png" in ama.get(f"/producer/prints/{run.id}").text


def test_a_single_symbol_as_png_and_svg_reads_as_the_very_code(world: World, ama: FlaskClient) -> None:
    codes = world.issue(world.declare(), 3)
    wanted = world.address(world.codes(codes)[1])
    png = ama.get(f"/producer/codes/{codes.id}/2.png")
    with Image.open(io.BytesIO(png.data)) as picture:
        assert png.mimetype == "image/png" and zxingcpp.read_barcode(picture.convert("L")).text == wanted
    svg = ama.get(f"/producer/codes/{codes.id}/2.svg")
    assert svg.mimetype == "image/svg+xml"
    assert zxingcpp.read_barcode(_drawn(svg.text)).text == wanted
    for number in (0, 4, 10**30):
        assert ama.get(f"/producer/codes/{codes.id}/{number}.png").status_code == 422
    for other in ("-1.png", "1.gif", "x.svg"):
        assert ama.get(f"/producer/codes/{codes.id}/{other}").status_code == 404


def _drawn(svg: str, dots: int = 8) -> np.ndarray:
    """The dark runs of a symbol's one path, drawn as an independent reader of the picture would draw them."""
    side = float(re.search(r'viewBox="0 0 ([\d.]+)', svg).group(1))
    picture = np.full((int(side * dots),) * 2, 255, np.uint8)
    path = re.search(r' d="([^"]+)"', svg).group(1)
    for left, top, right in re.findall(r"M(\d+) (\d+)H(\d+)v1H\d+z", path):
        picture[int(top) * dots : (int(top) + 1) * dots, int(left) * dots : int(right) * dots] = 0
    return picture


def test_a_failed_run_says_why_and_can_be_tried_again(world: World, ama: FlaskClient) -> None:
    """The sheet cannot be written while something else lies in its place; once that is gone, the second try succeeds."""
    codes = world.issue(world.declare(), 2)
    in_the_way = press.sheet_path(world.office, 1)
    (in_the_way / "something").mkdir(parents=True)
    print_form = f"/producer/codes/{codes.id}/print"
    run_page = sent(ama, print_form, filled(ama, print_form))
    page = see(wait_until_made(ama, run_page))
    assert "没有生成" in " ".join(page.messages)
    assert ama.post(f"{run_page}/release").status_code == 409
    (in_the_way / "something").rmdir()
    in_the_way.rmdir()
    assert sent(ama, f"{run_page}/retry", {}) == run_page
    assert "2 / 2 枚读出且一致" in see(wait_until_made(ama, run_page)).text


def test_a_frozen_batch_is_neither_printed_nor_released(world: World, app: Flask, ama: FlaskClient) -> None:
    batch = world.declare()
    first, second = world.issue(batch, 2), world.issue(batch, 2, "form-2")
    run = world.print(first)
    with world.db.write.begin() as session:
        audit.hold(session, world.chen, session.get_one(Batch, batch.id), "抽检待复核")
    print_form = f"/producer/codes/{second.id}/print"
    answer = ama.post(print_form, data=filled(ama, print_form))
    assert answer.status_code == 422 and "已经冻结" in " ".join(see(answer.text).messages)
    answer = ama.post(f"/producer/prints/{run.id}/release")
    assert answer.status_code == 409 and "已经冻结" in see(answer.text).text
    assert verdict(app, world.codes(first)[0]) == "on_hold"
    assert "抽检待复核" in ama.get(f"/producer/batches/{batch.id_number}").text


def test_spoiled_labels_are_void_at_the_next_scan_and_their_neighbours_are_not(
    app: Flask, ama: FlaskClient, sold: Sold
) -> None:
    path = f"/producer/batches/{sold.batch.id_number}"
    assert sent(ama, f"{path}/void", {"numbers": "1, 3", "reason": "打糊了"}) == path
    assert "已作废 2 枚标签" in ama.get(path).text
    assert [verdict(app, code) for code in sold.digits] == ["void", "genuine", "void"]
    assert sent(ama, f"{path}/void", {"numbers": "1-3", "reason": "全部打糊了"}) == path
    assert "已作废 1 枚标签" in ama.get(path).text


def test_a_run_that_was_left_behind_is_taken_up_again_by_whoever_looks(world: World, ama: FlaskClient) -> None:
    codes = world.issue(world.declare(), 2)
    with world.db.write.begin() as session:  # planned, and then the server was stopped
        row = session.get_one(CodeRange, codes.id)
        run = printing.plan_print(
            session, world.ama, world.office, row, printing.PrintOrder(stocks()["a4-24"], 1, 2), "left"
        )
    wait_until_made(ama, f"/producer/prints/{run.id}")
    assert world.get(PrintRun, run.id).state is PrintState.READY
