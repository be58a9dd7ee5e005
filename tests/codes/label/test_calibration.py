"""The calibration page: marks at the millimetres it states, and a crooked printer set straight by what is measured."""

import re

import numpy as np
import pypdfium2
import pytest

from yipin.codes.label.calibration import crosses, write_calibration
from yipin.codes.label.job import Printer
from yipin.codes.label.stock import stocks

DPI = 600


def cross_near(image, x, y, dpi=DPI):
    """The centre, in mm, of the cross that is near (x, y): the darkest column and row around it."""
    reach = 2.5
    left, top = (round((at - reach) / 25.4 * dpi) for at in (x, y))
    right, bottom = (round((at + reach) / 25.4 * dpi) for at in (x, y))
    dark = image[top:bottom, left:right] < 128
    column, row = (
        np.flatnonzero(counts > 0.9 * counts.max()).mean() for counts in (dark.sum(axis=0), dark.sum(axis=1))
    )
    return ((left + column + 0.5) * 25.4 / dpi, (top + row + 0.5) * 25.4 / dpi)


def said_on(path):
    """The text of the page, or of all labels of a roll."""
    with pypdfium2.PdfDocument(path) as document:
        return "".join(page.get_textpage().get_text_range() for page in document).replace("\r\n", "")


def test_on_a4_the_crosses_are_180_and_250_mm_apart():
    assert crosses(stocks()["a4-24"]) == (15, 23.5, 180, 250)


@pytest.mark.parametrize("key", ["a4-21", "roll-70x50"])
@pytest.mark.parametrize("printer", [Printer(), Printer("旧打印机", 1.5, -2.0, 0.99, 1.01)])
def test_the_crosses_stand_where_the_page_says(tmp_path, raster, key, printer):
    stock = stocks()[key]
    write_calibration(tmp_path / "page.pdf", stock, printer)
    image = raster(tmp_path / "page.pdf", DPI)
    x, y, across, down = crosses(stock)
    for at in [(x, y), (x + across, y), (x, y + down), (x + across, y + down)]:
        put = printer.place(*at)
        assert cross_near(image, *put) == pytest.approx(put, abs=0.15)


def test_the_outlines_are_those_of_the_labels(tmp_path, raster):
    stock = stocks()["a4-21"]
    write_calibration(tmp_path / "page.pdf", stock, Printer())
    image = raster(tmp_path / "page.pdf", 300)
    x, y = stock.position(21)
    for edge in (x, x + stock.label_width):
        column = round(edge / 25.4 * 300)
        rows = slice(round((y + 5) / 25.4 * 300), round((y + 10) / 25.4 * 300))
        assert (image[rows, column - 2 : column + 3].min(axis=1) < 160).all()


def test_the_ruler_has_a_tick_every_millimetre(tmp_path, raster):
    write_calibration(tmp_path / "page.pdf", stocks()["roll-70x50"], Printer())
    image = raster(tmp_path / "page.pdf", DPI)
    row = image[round((5 + 0.8) / 25.4 * DPI), round(9.5 / 25.4 * DPI) : round(60.5 / 25.4 * DPI)] < 128
    starts = np.flatnonzero(np.diff(row.astype(int)) == 1)
    assert len(starts) == 51
    assert np.diff(starts) * 25.4 / DPI == pytest.approx(1.0, abs=0.06)


@pytest.mark.parametrize("key", sorted(stocks()))
def test_the_page_says_how_to_measure_and_what_to_type(tmp_path, key):
    write_calibration(tmp_path / "page.pdf", stocks()[key], Printer())
    said = said_on(tmp_path / "page.pdf")
    across = crosses(stocks()[key])[2]
    for words in (
        "打印校准页",
        "实际大小",
        "左上角十字",
        f"应为 {across} 毫米",
        f"横向缩放 = {across} ÷ 横距",
        "向偏移",
        "重合",
    ):
        assert words.replace(" ", "") in said.replace(" ", "")  # a space at the end of a line is not written


@pytest.mark.parametrize("key", ["a4-24", "roll-40x30"])
@pytest.mark.parametrize("present", [Printer(), Printer(offset_x=0.4, offset_y=-0.7, scale_x=1.004, scale_y=0.998)])
def test_what_the_page_tells_to_compute_sets_a_crooked_printer_straight(tmp_path, key, present):
    stock = stocks()[key]
    x, y, across, down = crosses(stock)

    def on_paper(printer, at_x, at_y):
        """A printer that prints 1 % too wide, 0.6 % too short, and 1.2 mm right and 0.8 mm up of where it should."""
        put_x, put_y = printer.place(at_x, at_y)
        return put_x * 1.01 + 1.2, put_y * 0.994 - 0.8

    left, top = on_paper(present, x, y)
    right, bottom = on_paper(present, x + across, y + down)
    write_calibration(tmp_path / "page.pdf", stock, present)
    told = "".join(said_on(tmp_path / "page.pdf").split())
    wide, at_x = map(float, re.search(r"横向缩放=([\d.]+)÷横距；横向偏移=(-?[\d.]+)−左距×横向缩放", told).groups())
    tall, at_y = map(float, re.search(r"纵向缩放=([\d.]+)÷纵距；纵向偏移=(-?[\d.]+)−上距×纵向缩放", told).groups())
    scale_x, scale_y = wide / (right - left), tall / (bottom - top)
    mended = Printer("", at_x - left * scale_x, at_y - top * scale_y, scale_x, scale_y)
    for at in [(x, y), (x + across, y + down), (x + across / 3, y + down / 2)]:
        assert on_paper(mended, *at) == pytest.approx(at, abs=0.01)


def test_the_same_page_has_the_same_bytes(tmp_path):
    written = {write_calibration(tmp_path / f"{n}.pdf", stocks()["a4-24"], Printer()).sha256 for n in (1, 2)}
    assert len(written) == 1
