"""The read-back gate: one symbol spoiled, swapped, doubled or gone, and the whole run is refused."""

import numpy as np
import pypdfium2
import pytest

from yipin.codes.label.readback import ReadBackFailed, read_back
from yipin.codes.label.sheet import write_sheet
from yipin.codes.payload import from_digits
from yipin.codes.qr.bulk import packed_symbols
from yipin.errors import Invalid


@pytest.fixture
def sheet(tmp_path, job, codes, urls):
    """Two pages of labels, and what must stand on each."""
    wanted = codes(30)
    write_sheet(tmp_path / "sheet.pdf", job("a4-24"), wanted, 30)
    return tmp_path / "sheet.pdf", [urls(wanted[:24]), urls(wanted[24:])]


def overdrawn(path, left, top, width, height):
    """Draw a white bar over the first page; mm from the top left."""
    document = pypdfium2.PdfDocument(path)
    page, raw = document[0], pypdfium2.raw
    points = [value * 72 / 25.4 for value in (left, 297 - top - height, width, height)]
    bar = raw.FPDFPageObj_CreateNewRect(*points)
    raw.FPDFPageObj_SetFillColor(bar, 255, 255, 255, 255)
    raw.FPDFPath_SetDrawMode(bar, raw.FPDF_FILLMODE_ALTERNATE, False)
    raw.FPDFPage_InsertObject(page, bar)
    page.gen_content()
    document.save(path.with_name("tampered.pdf"))
    document.close()
    return path.with_name("tampered.pdf")


def test_a_good_sheet_passes_with_all_its_labels(sheet):
    path, expected = sheet
    heard = []
    seen = read_back(path, expected, progress=heard.append)
    assert (seen.expected, seen.checked, seen.matched) == (30, 30, 30)
    assert (seen.dpi, seen.sample, seen.pages, seen.pages_read) == (203, "all", 2, 2)
    assert heard == [1, 2]


def test_the_expected_codes_may_be_given_page_by_page(sheet):
    path, expected = sheet
    assert read_back(path, lambda page: expected[page]).matched == 30


def test_a_symbol_under_a_white_bar_is_refused_by_page_and_label(sheet, job):
    path, expected = sheet
    tampered = overdrawn(path, 46, 18, 18, 5)
    with pytest.raises(ReadBackFailed, match="第 1 页第 1 枚") as refusal:
        read_back(tampered, expected)
    assert refusal.value.status == 409


def test_a_thin_scratch_within_the_error_correction_still_passes(sheet):
    path, expected = sheet
    assert read_back(overdrawn(path, 52, 18, 6, 0.4), expected).matched == 30


def test_a_wrong_symbol_is_refused_by_page_and_label(tmp_path, job, codes, urls):
    wanted = codes(24)

    def draw(prefix, tokens):
        strange = np.frombuffer(from_digits(codes(1, first=99)[0][1]), np.uint8)
        return packed_symbols(prefix, np.stack([*tokens[:6], strange, *tokens[7:]]))

    write_sheet(tmp_path / "x.pdf", job("a4-24"), wanted, 24, draw=draw)
    with pytest.raises(ReadBackFailed, match="第 1 页第 7 枚.*另有 1 个"):
        read_back(tmp_path / "x.pdf", [urls(wanted)])


def test_two_symbols_in_each_others_place_are_refused(tmp_path, job, codes, urls):
    wanted = codes(24)
    swapped = [*wanted]
    swapped[3], swapped[10] = swapped[10], swapped[3]
    write_sheet(tmp_path / "x.pdf", job("a4-24"), swapped, 24)
    with pytest.raises(ReadBackFailed, match="第 1 页第 4、11 枚的码印错了位置"):
        read_back(tmp_path / "x.pdf", [urls(wanted)])


def test_one_code_printed_twice_is_refused(tmp_path, job, codes, urls):
    wanted = codes(24)
    write_sheet(tmp_path / "x.pdf", job("a4-24"), [*wanted[:23], wanted[0]], 24)
    with pytest.raises(ReadBackFailed, match="第 24 枚"):
        read_back(tmp_path / "x.pdf", [urls(wanted)])


def test_a_label_more_than_expected_is_refused(sheet):
    path, expected = sheet
    with pytest.raises(ReadBackFailed, match="第 2 页多出 1 个码"):
        read_back(path, [expected[0], expected[1][:-1]])


def test_a_missing_or_surplus_page_is_refused(sheet):
    path, expected = sheet
    for pages in (expected[:1], [*expected, expected[0]], []):
        with pytest.raises(ReadBackFailed, match="文件有 2 页"):
            read_back(path, pages)


def test_a_file_that_is_no_pdf_is_refused(tmp_path):
    (tmp_path / "x.pdf").write_bytes(b"%PDF-1.4 cut off")
    for path in (tmp_path / "x.pdf", tmp_path / "none.pdf"):
        with pytest.raises(ReadBackFailed, match="打不开"):
            read_back(path, [[]])


def test_a_sample_reads_the_first_the_last_and_every_nth_page_and_says_so(tmp_path, job, codes, urls):
    wanted = codes(8)
    write_sheet(tmp_path / "x.pdf", job("roll-40x30"), wanted, 8)
    asked: list[int] = []

    def expected(page):
        asked.append(page)
        return urls(wanted)[page : page + 1]

    seen = read_back(tmp_path / "x.pdf", expected, pages=3, count=8)
    assert asked == [0, 3, 6, 7]
    assert (seen.expected, seen.checked, seen.matched, seen.sample) == (8, 4, 4, "every 3")


@pytest.mark.parametrize("wrong", [{"pages": 0}, {"pages": "some"}, {"pages": 1.5}, {"dpi": 0}, {"dpi": 9600}])
def test_a_sample_or_dpi_that_makes_no_sense_is_refused(sheet, wrong):
    with pytest.raises(Invalid):
        read_back(*sheet, **wrong)


@pytest.mark.parametrize("key", ["a4-21", "a4-65"])
def test_a_part_used_sheet_of_every_kind_passes(tmp_path, job, codes, urls, key):
    run = job(key, dpi=300, start_at=5)
    room = run.stock.per_page - 4
    wanted = codes(room + 2)
    write_sheet(tmp_path / "x.pdf", run, wanted, len(wanted))
    pages = [urls(wanted[:room]), urls(wanted[room:])]
    assert read_back(tmp_path / "x.pdf", pages, dpi=300).matched == room + 2
