"""The producer's way by nothing but pages: declare, issue, print, read the sheet as a phone would, release, scan; and
what there is besides: reprints, voids, single symbols."""

import hashlib
import io
import re

import numpy as np
import zxingcpp
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from world import Sold, World
from world.printed import filled, ordered, read_sheet, sent, told, verdict, wait_until_made
from world.reading import see
from yipin import clock
from yipin.audit import holds
from yipin.codes import signing
from yipin.codes.label.stock import stocks
from yipin.models import Batch, CodeRange, PrintRun, PrintState
from yipin.printing import plans, press, progress


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
    assert {signing.verify(code, world.installation.keys).id_number for code in digits} == {number}
    assert {verdict(app, code) for code in digits} == {"not_released"}
    assert sent(ama, f"{run_page}/release", {}) == batch_page
    found = [told(app.test_client(), f"/{code}") for code in digits]
    assert {answer["verdict"] for answer in found} == {"genuine"}
    assert sorted(answer["unit"] for answer in found) == list(range(1, 25))
    assert {answer["harvest_date"] for answer in found} == {today} and {answer["scans"] for answer in found} == {
        1
    }  # one reader, who looked twice


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
    press.sheet_path(world.installation, run.id).unlink()  # also when the file is gone
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


def test_a_run_that_is_being_made_tells_how_far_it_is_and_can_be_stopped(world: World, ama: FlaskClient) -> None:
    codes = world.issue(world.declare(), 40)
    with world.db.write.begin() as session:
        row = session.get_one(CodeRange, codes.id)
        run = plans.plan_print(
            session, world.ama, world.installation, row, plans.PrintOrder(stocks()["a4-24"], 1, 40), "print-1"
        )
    page = f"/producer/prints/{run.id}"
    with progress.alone(world.installation, run.id) as lock:  # somebody is at it, and a third is done
        progress.Meter(lock, 120, lambda: False, None).count(40)
        shown = see(ama.get(page).text)
        assert "40 枚标签：33%" in shown.text
        assert sent(ama, f"{page}/stop", {}) == page
        assert "停在半路，没有留下文件" in see(ama.get(page).text).text
        assert ama.post(f"{page}/stop").status_code == 409
    assert sent(ama, f"{page}/retry", {}) == page
    assert "40 / 40 枚读出且一致" in see(wait_until_made(ama, page)).text


def test_the_labels_of_a_held_batch_are_not_given_out(world: World, ama: FlaskClient) -> None:
    batch = world.declare()
    run = world.print(world.issue(batch, 2))
    assert ordered(ama, f"/producer/prints/{run.id}").status_code == 200
    with world.db.write.begin() as session:
        holds.hold(session, world.chen, session.get_one(Batch, batch.id), "抽检")
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
    in_the_way = press.sheet_path(world.installation, 1)
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
        holds.hold(session, world.chen, session.get_one(Batch, batch.id), "抽检待复核")
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
        run = plans.plan_print(
            session, world.ama, world.installation, row, plans.PrintOrder(stocks()["a4-24"], 1, 2), "left"
        )
    wait_until_made(ama, f"/producer/prints/{run.id}")
    assert world.get(PrintRun, run.id).state is PrintState.READY
