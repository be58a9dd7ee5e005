"""The page with which a printer is calibrated, so that print lands on the labels of the stock.

It is used once for each printer. The producer prints it on plain paper, measures four distances with a ruler, computes
the printer's offset and scale as the page says, and types them in.
"""

import math
from collections.abc import Callable
from pathlib import Path

from ...errors import N_
from ..paper.glyphs import FontFile, find_font
from ..paper.linebreak import cut
from ..paper.pdf import MM, Paper, SheetFile, whole_file
from .job import Printer
from .stock import Stock

_ARM = 4.0  # half the length of a cross, mm
_THIN, _FINE = 0.2, 0.1  # line widths, mm

TITLE = N_("打印校准页")
STEPS = (
    N_("1. 打印时选“实际大小”（100%%，不缩放、不适应纸张）。"),
    N_("2. 量左上角十字的中心：到纸的左边应为 %(x)s 毫米，到上边应为 %(y)s 毫米。记下量得的左距、上距。"),
    N_("3. 量左上到右上、左上到左下的十字中心：应为 %(across)s 毫米和 %(down)s 毫米。记下量得的横距、纵距。"),
    N_("4. 算出下面四个数，填入打印机设置："),
    N_("横向缩放 = %(factor_x)s ÷ 横距；横向偏移 = %(put_x)s − 左距 × 横向缩放"),
    N_("纵向缩放 = %(factor_y)s ÷ 纵距；纵向偏移 = %(put_y)s − 上距 × 纵向缩放"),
    N_("5. 按新的设置再打印一次，与标签纸叠在一起对着光看：细线框应与标签的边重合。"),
)


def crosses(stock: Stock) -> tuple[float, float, float, float]:
    """Where the four crosses stand, in mm: x and y of the first, and the distances across and down.

    The distances are easy to read off a ruler: whole tens on a sheet (180 and 250 on A4), whole millimetres on a roll.
    """
    if stock.roll:
        across, down = (math.floor(side - 10) for side in (stock.page_width, stock.page_height))
    else:
        across, down = (_tens(side) for side in (stock.page_width - 25, stock.page_height - 40))
    return (stock.page_width - across) / 2, (stock.page_height - down) / 2, across, down


Say = Callable[[str], str]
"""Translates a text into the reader's language."""


def write_calibration(
    path: Path, stock: Stock, printer: Printer, font: FontFile | None = None, say: Say = str
) -> SheetFile:
    """Write the page as a PDF with the printer's present settings: label outlines, crosses, rulers, instructions.

    On a roll the instructions follow on labels of their own. Raises Unavailable if there is no font.
    """
    font = font or find_font()
    with whole_file(path) as file:
        paper = Paper(file, (stock.page_width, stock.page_height), font)
        paper.describe(f"{say(TITLE)} {say(stock.name)}", printer.name)
        paper.saveState()
        x, y = printer.place(0, stock.page_height)
        paper.transform(printer.scale_x, 0, 0, printer.scale_y, x * MM, (stock.page_height - y) * MM)
        _draw_outlines(paper, stock)
        _draw_rulers(paper, stock)
        paper.restoreState()
        _draw_steps(paper, stock, printer, say)
        paper.showPage()
        paper.save()
    return file.result(paper.pages)


def _draw_outlines(paper: Paper, stock: Stock) -> None:
    paper.setLineWidth(_FINE * MM)
    for n in range(1, stock.per_page + 1):
        x, y = stock.position(n)
        up = stock.page_height - y - stock.label_height
        paper.rect(x * MM, up * MM, stock.label_width * MM, stock.label_height * MM)


def _draw_rulers(paper: Paper, stock: Stock) -> None:
    """Draw four crosses, and a ruler in mm from the first one to the right and downwards."""
    x, y, across, down = crosses(stock)
    top = stock.page_height - y
    paper.setLineWidth(_THIN * MM)
    for cx in (x, x + across):
        for cy in (top, top - down):
            _line(paper, cx - _ARM, cy, cx + _ARM, cy)
            _line(paper, cx, cy - _ARM, cx, cy + _ARM)
    paper.setLineWidth(_FINE * MM)
    for mm in range(int(across) + 1):
        _line(paper, x + mm, top, x + mm, top - _tick(mm))
        if mm % 10 == 0 and 0 < mm < across:
            paper.text((x + mm - 1.5) * MM, (top - 5) * MM, str(mm), 5)
    for mm in range(int(down) + 1):
        _line(paper, x, top - mm, x + _tick(mm), top - mm)
        if mm % 10 == 0 and 0 < mm < down:
            paper.text((x + 3.4) * MM, (top - mm - 0.6) * MM, str(mm), 5)


def _draw_steps(paper: Paper, stock: Stock, printer: Printer, say: Say) -> None:
    """Draw the instructions: in the middle of a sheet on white, or on labels of their own on a roll."""
    steps = [say(step) % _figures(stock, printer) for step in STEPS]
    lines = [f"{say(TITLE)} · {say(stock.name)}", *steps]
    size = 5.0 if stock.roll else 10.0
    width = stock.page_width - 3 if stock.roll else crosses(stock)[2] - 40
    rows = [row for line in lines for row in cut(line, paper.font, size, width * MM)]
    lead = size * 1.45 / MM
    fits = int((stock.page_height - 3) / lead) if stock.roll else len(rows)
    left = (stock.page_width - width) / 2
    for start in range(0, len(rows), max(1, fits)):
        if stock.roll:
            paper.showPage()
        top = stock.page_height - 1.5 if stock.roll else (stock.page_height + len(rows) * lead) / 2
        if not stock.roll:
            _blank(paper, left - 3, top + 3, width + 6, len(rows) * lead + 6)
        for n, row in enumerate(rows[start : start + max(1, fits)]):
            paper.text(left * MM, (top - n * lead) * MM - size, row, size)


def _blank(paper: Paper, left: float, top: float, width: float, height: float) -> None:
    """White ground under the instructions; mm, y upwards."""
    paper.setFillGray(1)
    paper.rect(left * MM, (top - height) * MM, width * MM, height * MM, stroke=0, fill=1)
    paper.setFillGray(0)


def _figures(stock: Stock, printer: Printer) -> dict[str, str]:
    x, y, across, down = crosses(stock)
    put_x, put_y = printer.place(x, y)
    figures = {
        "x": x,
        "y": y,
        "across": across,
        "down": down,
        "put_x": put_x,
        "put_y": put_y,
        "factor_x": across * printer.scale_x,
        "factor_y": down * printer.scale_y,
    }
    return {key: f"{value:.6g}" for key, value in figures.items()}


def _line(paper: Paper, x1: float, y1: float, x2: float, y2: float) -> None:
    paper.line(x1 * MM, y1 * MM, x2 * MM, y2 * MM)


def _tick(mm: int) -> float:
    return 3.0 if mm % 10 == 0 else 2.0 if mm % 5 == 0 else 1.2


def _tens(side: float) -> int:
    return max(10, math.floor(side / 10) * 10)
