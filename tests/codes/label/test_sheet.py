"""Labels on paper: every symbol reads back, every label lies where the stock has it, no half file, no second spelling."""

import errno
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pytest
import zxingcpp

from yipin.codes.label.job import Printer
from yipin.codes.label.sheet import check_job, page_count, write_sheet
from yipin.codes.label.stock import own_stock, stocks
from yipin.codes.paper.pdf import WholeFile
from yipin.codes.qr import symbol
from yipin.errors import Conflict, Invalid

ROLLS = sorted(key for key in stocks() if key.startswith("roll"))


def read(image):
    return zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))


def the_same(dark):
    """Draws this symbol for every code."""
    packed = np.packbits(dark, axis=1).reshape(1, -1)
    return lambda prefix, tokens: packed.repeat(len(tokens), axis=0)


def ink(image, dpi):
    """Left, top, right and bottom of everything dark, in mm."""
    rows, columns = np.nonzero((image < 128).any(axis=1))[0], np.nonzero((image < 128).any(axis=0))[0]
    return tuple(value * 25.4 / dpi for value in (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1))


def test_24_of_24_labels_read_back_at_203_dpi_with_25_mm_symbols(tmp_path, job, codes, urls, raster):
    wanted = codes(24)
    written = write_sheet(tmp_path / "sheet.pdf", job("a4-24", symbol_mm=25.0), wanted, 24)
    found = {code.text for code in read(raster(tmp_path / "sheet.pdf", 203))}
    assert written.pages == 1
    assert found == set(urls(wanted))


def test_65_of_65_small_labels_read_back_at_300_dpi(tmp_path, job, codes, urls, raster):
    wanted = codes(65)
    write_sheet(tmp_path / "sheet.pdf", job("a4-65", dpi=300), wanted, 65)
    assert {code.text for code in read(raster(tmp_path / "sheet.pdf", 300))} == set(urls(wanted))


@pytest.mark.parametrize("key", ROLLS)
@pytest.mark.parametrize("dpi", [203, 300])
def test_every_roll_has_one_label_a_page_and_each_reads_back(tmp_path, job, codes, urls, raster, key, dpi):
    wanted = codes(2)
    assert write_sheet(tmp_path / "roll.pdf", job(key, dpi=dpi), wanted, 2).pages == 2
    found = [read(raster(tmp_path / "roll.pdf", dpi, page))[0].text for page in (0, 1)]
    assert found == urls(wanted)


def test_a_second_reader_reads_the_same(tmp_path, job, codes, urls, raster):
    wanted = codes(1)
    write_sheet(tmp_path / "roll.pdf", job("roll-60x40", dpi=300), wanted, 1)
    text, _, _ = cv2.QRCodeDetector().detectAndDecode(raster(tmp_path / "roll.pdf", 300))
    assert [text] == urls(wanted)


@pytest.mark.parametrize(
    ("key", "dpi", "dots"), [("a4-24", 203, 4), ("a4-24", 600, 12), ("a4-65", 300, 5), ("a4-65", 600, 10)]
)
def test_a_module_is_a_whole_number_of_printer_dots(font, job, key, dpi, dots):
    side = check_job(job(key, dpi=dpi), font).symbol[2]
    assert side / 49 / 25.4 * dpi == pytest.approx(dots)
    assert side / 49 >= 0.396


def test_a_small_label_for_any_printer_has_whole_dots_on_the_office_printers(font, job):
    side = check_job(job("a4-65"), font).symbol[2]
    assert [side / 49 / 25.4 * dpi for dpi in (300, 600)] == pytest.approx([5, 10])


@pytest.mark.parametrize(("key", "dpi", "fits"), [("a4-65", 203, False), ("a4-65", 300, True), ("a4-24", 203, True)])
def test_a_chosen_printer_whose_dots_would_make_modules_unequal_is_refused(font, job, key, dpi, fits):
    chosen = job(key, printer=Printer("仓库", dpi=dpi))
    if fits:
        assert check_job(chosen, font)
        return
    with pytest.raises(Invalid, match="203 dpi 的打印机印不匀.*24.5 毫米.*最多放 20.8 毫米") as refused:
        check_job(chosen, font)
    assert refused.value.field == "stock"


def test_the_dots_of_a_thermal_printer_are_black_or_white_and_nothing_between(tmp_path, job, codes, raster):
    dot = 25.4 / 203
    # A page of whole dots, or the rasteriser stretches it to whole dots; a hair less, for it rounds up.
    stock = own_stock("整点卷筒", 319.99 * dot, 239.99 * dot, roll=True)
    write_sheet(tmp_path / "roll.pdf", job("a4-24", stock=stock), codes(1), 1)
    image = raster(tmp_path / "roll.pdf", 203)
    box = read(image)[0].position
    square = image[box.top_left.y : box.bottom_right.y, box.top_left.x : box.bottom_right.x]
    assert ((square < 16) | (square > 239)).mean() > 0.97


def test_printing_starts_at_label_n_of_a_part_used_sheet(tmp_path, font, job, codes, urls, raster):
    wanted, run = codes(20), job("a4-24", start_at=9)
    assert write_sheet(tmp_path / "sheet.pdf", run, wanted, 20).pages == 2 == page_count(run.stock, 20, 9)
    first, second = (read(raster(tmp_path / "sheet.pdf", 203, page)) for page in (0, 1))
    assert [len(first), len(second)] == [16, 4]
    x, y, side = check_job(run, font).symbol
    for place, found in [(9, urls(wanted)[0]), (24, urls(wanted)[15])]:
        left, top = run.stock.position(place)
        box = next(code for code in first if code.text == found).position
        middle = [(box.top_left.x + box.bottom_right.x) / 2, (box.top_left.y + box.bottom_right.y) / 2]
        at = [value * 25.4 / 203 for value in middle]
        assert at == pytest.approx([left + x + side / 2, top + y + side / 2], abs=0.25)
    assert {code.text for code in second} == set(urls(wanted)[16:])


def test_nothing_is_printed_on_labels_that_are_used_up(tmp_path, job, codes, raster):
    write_sheet(tmp_path / "sheet.pdf", job("a4-24", start_at=4), codes(1), 1)
    left, top, right, bottom = ink(raster(tmp_path / "sheet.pdf", 203), 203)
    assert top > 37.5 and bottom < 74.5 and right < 70


def test_the_printers_offset_moves_everything_by_its_millimetres(tmp_path, job, codes, raster):
    printers = [Printer(dpi=600), Printer(offset_x=3.0, offset_y=-1.5, dpi=600)]
    for n, printer in enumerate(printers):
        write_sheet(tmp_path / f"{n}.pdf", job("a4-21", printer=printer), codes(21), 21)
    straight, moved = (ink(raster(tmp_path / f"{n}.pdf", 300), 300) for n in (0, 1))
    assert np.subtract(moved, straight) == pytest.approx([3.0, -1.5, 3.0, -1.5], abs=0.1)


def test_the_printers_scale_spreads_the_labels_but_leaves_the_symbols_whole(tmp_path, job, codes, raster, urls):
    wanted = codes(21)
    for n, printer in enumerate([Printer(dpi=300), Printer(scale_x=0.98, scale_y=1.01, dpi=300)]):
        write_sheet(tmp_path / f"{n}.pdf", job("a4-21", printer=printer), wanted, 21)
    first, last = urls(wanted)[0], urls(wanted)[20]
    spans = []
    for n in (0, 1):
        places = {code.text: code.position.top_left for code in read(raster(tmp_path / f"{n}.pdf", 300))}
        assert set(places) == set(urls(wanted))
        spans.append((places[last].x - places[first].x, places[last].y - places[first].y))
    (across, down), (narrow, long) = spans
    assert narrow / across == pytest.approx(0.98, abs=0.002)
    assert long / down == pytest.approx(1.01, abs=0.002)


def test_an_offset_that_pushes_print_off_the_page_is_refused(tmp_path, job, codes):
    with pytest.raises(Invalid, match="印到纸外") as refusal:
        write_sheet(tmp_path / "roll.pdf", job("roll-40x30", printer=Printer(offset_y=-5.0)), codes(1), 1)
    assert refusal.value.field == "offset_y"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "wrong",
    [{"offset_x": 21}, {"scale_x": 0}, {"scale_y": float("nan")}, {"dpi": 72}, {"dpi": 203.5}, {"offset_y": "1"}],
)
def test_a_printer_that_cannot_be_is_refused(wrong):
    with pytest.raises(Invalid) as refusal:
        Printer(**wrong)
    assert refusal.value.field == next(iter(wrong))


def test_the_same_job_gives_the_same_bytes(tmp_path, job, codes):
    written = [write_sheet(tmp_path / f"{n}.pdf", job("a4-24"), codes(30), 30) for n in (1, 2)]
    assert written[0] == written[1]
    assert (tmp_path / "1.pdf").read_bytes() == (tmp_path / "2.pdf").read_bytes()
    assert len((tmp_path / "1.pdf").read_bytes()) == written[0].bytes


def test_runs_drawn_at_the_same_time_have_the_bytes_they_have_alone(tmp_path, job, codes, text):
    names = ["黄桃", "丝瓜", "大豆", "白芷", "红茶", "油茶"]
    runs = [job("roll-50x30", text=replace(text, name=name)) for name in names]

    def draw(n):
        return write_sheet(tmp_path / f"{n}.pdf", runs[n % 6], codes(6), 6).sha256

    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(draw, range(12)))
    assert together == [draw(n) for n in range(12)]


def test_another_code_or_another_word_gives_other_bytes(tmp_path, job, codes, text):
    runs = [(job("roll-40x30"), codes(1)), (job("roll-40x30"), codes(1, first=1))]
    runs.append((job("roll-40x30", text=replace(text, net_content="3 kg")), codes(1)))
    assert len({write_sheet(tmp_path / "x.pdf", run, wanted, 1).sha256 for run, wanted in runs}) == 3


def test_the_words_on_the_label_can_be_read_out_of_the_pdf(tmp_path, job, codes, text):
    write_sheet(tmp_path / "roll.pdf", job("roll-70x50"), codes(1, first=41), 1)
    with pypdfium2.PdfDocument(tmp_path / "roll.pdf") as document:
        said = document[0].get_textpage().get_text_range()
        about = document.get_metadata_dict()
    for words in (
        text.name,
        text.producer,
        "炎陵黄桃 · 炎陵县",
        "采收日期 2026年7月18日",
        "净含量 2.5 kg",
        text.host,
        "第 42 枚",
    ):
        assert words in said
    assert "4302 25AB 3D5F G7HQ" in said
    assert about["Title"] == "炎陵黄桃 430225AB3D5FG7HQ"
    assert about["CreationDate"] == about["ModDate"] == ""


def test_markup_in_a_name_is_printed_as_it_stands(tmp_path, job, codes, text):
    name = '<b>桃</b>&amp;<img src="x"/>'
    write_sheet(tmp_path / "roll.pdf", job("roll-70x50", text=replace(text, name=name, extra=("(a\\b)",))), codes(1), 1)
    with pypdfium2.PdfDocument(tmp_path / "roll.pdf") as document:
        said = document[0].get_textpage().get_text_range().replace("\r\n", "").replace(" ", "")
    assert name.replace(" ", "") in said and "(a\\b)" in said


def test_a_missing_character_stops_the_run_before_anything_is_written(tmp_path, job, codes, text):
    with pytest.raises(Invalid, match="“㸆”"):
        write_sheet(tmp_path / "x.pdf", job("a4-24", text=replace(text, producer="㸆香社")), codes(1), 1)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("given", "said"), [(3, 4), (5, 4), (0, 0), (1, -1)])
def test_codes_that_are_more_or_fewer_than_said_leave_no_file(tmp_path, job, codes, given, said):
    with pytest.raises(Conflict):
        write_sheet(tmp_path / "x.pdf", job("roll-40x30"), iter(codes(given)), said)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_the_old_file_and_no_half_one(tmp_path, job, codes, monkeypatch):
    (tmp_path / "x.pdf").write_bytes(b"the sheet of yesterday")
    write, room = WholeFile.write, [5]

    def until_full(self, data):
        room[0] -= 1
        if not room[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(self, data)

    monkeypatch.setattr(WholeFile, "write", until_full)
    with pytest.raises(OSError, match="No space"):
        write_sheet(tmp_path / "x.pdf", job("roll-40x30"), codes(9), 9)
    assert [path.name for path in tmp_path.iterdir()] == ["x.pdf"]
    assert (tmp_path / "x.pdf").read_bytes() == b"the sheet of yesterday"


def test_a_run_that_is_broken_off_leaves_no_file(tmp_path, job, codes):
    def breaking():
        yield from codes(3)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_sheet(tmp_path / "x.pdf", job("roll-40x30"), breaking(), 9)
    assert list(tmp_path.iterdir()) == []


def test_progress_hears_of_every_page(tmp_path, job, codes):
    heard: list[int] = []
    write_sheet(tmp_path / "x.pdf", job("a4-24", start_at=21), codes(30), 30, heard.append)
    assert heard == [4, 28, 30]


def test_a_page_is_on_disk_as_soon_as_it_is_done(tmp_path, job):
    dark = np.random.default_rng(1).random((41, 41)) < 0.5
    sizes: list[int] = []

    def look(_: int) -> None:
        sizes.append(sum(path.stat().st_size for path in Path(tmp_path).iterdir()))

    codes = ((n, "0" * 191) for n in range(300))
    write_sheet(tmp_path / "x.pdf", job("roll-40x30"), codes, 300, look, draw=the_same(dark))
    assert sizes[150] > 50 * 1000 and sizes[299] > 100 * 1000


def test_a_long_run_has_every_page_in_its_order(tmp_path, job):
    dark = np.eye(41, dtype=bool)
    codes = ((n, "0" * 191) for n in range(600))
    assert write_sheet(tmp_path / "x.pdf", job("roll-40x30"), codes, 600, draw=the_same(dark)).pages == 600
    with pypdfium2.PdfDocument(tmp_path / "x.pdf") as document:
        assert len(document) == 600
        for page in (0, 255, 256, 511, 512, 599):
            assert f"第 {page + 1} 枚" in document[page].get_textpage().get_text_range()


def test_an_ordinal_of_nine_digits_stays_within_its_room(tmp_path, job, codes, raster):
    write_sheet(tmp_path / "x.pdf", job("roll-50x30"), codes(1, first=123_456_788), 1)
    assert len(read(raster(tmp_path / "x.pdf", 203))) == 1
    with pypdfium2.PdfDocument(tmp_path / "x.pdf") as document:
        assert "第 123456789 枚" in document[0].get_textpage().get_text_range()


def test_a_longer_address_with_a_larger_symbol_is_refused_where_modules_would_be_too_small(tmp_path, job, codes):
    long = "https://identity.zhuzhou.gov.cn/"
    assert symbol.check_prefix(long, 40) == 7
    with pytest.raises(Invalid, match="每格不足 0.396 毫米"):
        write_sheet(tmp_path / "x.pdf", job("a4-65", prefix=long), codes(1), 1)
    assert write_sheet(tmp_path / "x.pdf", job("a4-24", prefix=long), codes(1), 1).pages == 1


def test_a_stock_of_ones_own_prints_like_the_others(tmp_path, job, codes, urls, raster):
    wanted = codes(10)
    stock = own_stock("自备", 210, 297, columns=2, rows=5, label_width=99, label_height=57, left=5, top=6)
    write_sheet(tmp_path / "x.pdf", job("a4-24", stock=stock), wanted, 10)
    assert {code.text for code in read(raster(tmp_path / "x.pdf", 203))} == set(urls(wanted))
