"""Paper and printers: what is laid in, one's own stock, a printer calibrated, rolls in a printer's language."""

import re

import pypdfium2
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from world import World, signed_in
from world.printed import filled, ordered, read_sheet, sent, wait_until_made
from world.reading import see
from yipin.codes.label.stock import Stock
from yipin.models import Event, PrintRun
from yipin.printing import equipment, repeat_harvest


def test_a_sheet_used_in_part_is_started_where_it_is_free(world: World, ama: FlaskClient) -> None:
    codes = world.issue(world.declare(), 2)
    print_form = f"/producer/codes/{codes.id}/print"
    run_page = sent(ama, print_form, filled(ama, print_form, start_at="24"))
    wait_until_made(ama, run_page)
    with pypdfium2.PdfDocument(ordered(ama, run_page).data) as document:
        assert len(document) == 2  # the last label of one sheet and the first of the next


def test_a_producers_own_paper_is_offered_and_printed_on(world: World, ama: FlaskClient) -> None:
    measures = {
        "name": "我的三联纸",
        "page_width": "210",
        "page_height": "100",
        "columns": "3",
        "rows": "1",
        "label_width": "66",
        "label_height": "60",
        "left": "4",
        "top": "20",
        "pitch_x": "68",
        "pitch_y": "60",
    }
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


def test_a_stock_or_printer_typed_wrongly_is_removed_and_the_next_print_does_not_take_it(
    world: World, ama: FlaskClient
) -> None:
    sent(ama, "/producer/paper/stocks", {"name": "卷", "roll": "y", "page_width": "55", "page_height": "53"})
    printer = sent(ama, "/producer/paper/printers", {"name": "柜台"})
    with world.db.read.begin() as session:
        wrong = equipment.stocks_of(session, world.ama.producer_id or 0)["own-1"]
    codes = world.issue(world.declare(), 2)
    world.print(codes, first=1, count=1)
    run = world.print(codes, first=2, count=1, key="another")
    with world.db.write.begin() as session:
        job = dict(session.get_one(PrintRun, run.id).job) | {"stock": wrong.as_dict()}
        session.connection().execute(sa.update(PrintRun.__table__).where(PrintRun.id == run.id).values(job=job))
    assert usual_stock(world) == wrong
    assert sent(ama, "/producer/paper/stocks/1/remove", {}) == "/producer/paper"
    assert sent(ama, f"{printer}/remove", {}) == "/producer/paper"
    page = see(ama.get("/producer/paper").text).text
    assert "55 × 53" not in page and "已移除“柜台”" in page
    assert usual_stock(world).key == "a4-24" and world.get(PrintRun, run.id).job["stock"] == wrong.as_dict()
    with world.db.read.begin() as session:
        kept = session.scalars(sa.select(Event).where(Event.action == "stock.remove")).one().data
    assert kept == {"name": "卷", "was": wrong.as_dict()}


def usual_stock(world: World) -> Stock:
    with world.db.read.begin() as session:
        return repeat_harvest.usual_order(session, world.ama.producer_id or 0).stock


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
