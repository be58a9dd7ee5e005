"""Labels laid on paper: one PDF for a print run, a page at a time.

The print step: what all labels of a run share is drawn once and placed many times, the symbol is one path a label.
The same job gives the same bytes, so a reprint can be proved; a failure leaves no file.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import N_, Conflict, Invalid
from . import symbol
from .glyphs import FontFile, check_glyphs, find_font
from .label import EDGE_MM, LabelText, Layout, layout
from .paper import MM, Paper, whole_file
from .paper import SheetFile as SheetFile
from .stock import MODULE_MM, Stock, symbol_room, symbol_size

Draw = Callable[[str, str], NDArray[np.bool_]]

QUIET = 4  # modules of white on each side (ISO/IEC 18004)


@dataclass(frozen=True)
class Printer:
    """What a printer does to paper, as its calibration page showed; offsets in mm to the right and downwards.

    A point x mm from the left edge of the page is put at x * scale_x + offset_x, so that it prints at x.
    """

    name: str = ""
    offset_x: float = 0.0
    offset_y: float = 0.0
    scale_x: float = 1.0
    scale_y: float = 1.0
    dpi: int = 203

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or len(self.name) > 60:
            raise Invalid("name", N_("打印机名称最多 60 个字。"))
        for field, low, high in _RANGES:
            _check(field, getattr(self, field), low, high)

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Where on the page, in mm, a point must be put to be printed at (x, y)."""
        return x * self.scale_x + self.offset_x, y * self.scale_y + self.offset_y

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


_RANGES = (
    ("offset_x", -20, 20),
    ("offset_y", -20, 20),
    ("scale_x", 0.95, 1.05),
    ("scale_y", 0.95, 1.05),
    ("dpi", 150, 1200),
)


def _check(field: str, value: object, low: float, high: float) -> None:
    number = isinstance(value, int if field == "dpi" else (int, float)) and not isinstance(value, bool)
    if not number or not low <= value <= high:  # type: ignore[operator]
        raise Invalid(
            field,
            N_("应为 %(low)s 到 %(high)s 之间的数，不是“%(value)s”。"),
            low=low,
            high=high,
            value=str(value)[:40],
        )


@dataclass(frozen=True)
class SheetJob:
    """A print run: what goes on which paper. `start_at` is the first free label of a part-used sheet, from 1."""

    stock: Stock
    text: LabelText
    prefix: str
    printer: Printer = Printer()
    start_at: int = 1
    symbol_mm: float | None = None


def check_job(job: SheetJob, font: FontFile) -> Layout:
    """The picture of every label of the run, or the Invalid that says why there can be none.

    Asked when a run is planned, so that nothing is found wanting when it is drawn: characters that the font lacks, lines
    or a symbol that do not fit, a start beyond the sheet, an offset that pushes print off the page.
    """
    check_glyphs(job.text.texts(), font)
    job.stock.position(job.start_at)
    modules = 17 + 4 * symbol.check_prefix(job.prefix, allow_version=40)
    face = layout(job.stock, job.text, _printed_side(job, modules), font)
    _check_on_page(job, face)
    return face


def write_sheet(
    path: Path,
    job: SheetJob,
    codes: Iterable[tuple[int, str]],
    count: int,
    progress: Callable[[int], None] | None = None,
    draw: Draw = symbol.modules,
    font: FontFile | None = None,
) -> SheetFile:
    """Write the labels of `count` codes, pairs of ordinal (from 0) and digits, as one PDF.

    Raises Invalid where something does not fit, is missing from the font or falls off the page; Conflict if the codes
    are more or fewer than `count`. Whatever is raised, there is no half file at `path`. `progress` hears the number of
    labels done, after each page.
    """
    font = font or find_font()
    face = check_job(job, font)
    with whole_file(path) as file:
        paper = Paper(file, (job.stock.page_width, job.stock.page_height), font)
        paper.describe(f"{job.text.name} {job.text.id_number}", job.text.producer)
        _draw_shared(paper, job.stock, face)
        _draw_pages(paper, job, face, _counted(codes, count), draw, progress)
        paper.save()
    return file.result(paper.pages)


def page_count(stock: Stock, count: int, start_at: int = 1) -> int:
    """How many pages `count` labels take."""
    return -(-(start_at - 1 + count) // stock.per_page)


def _counted(codes: Iterable[tuple[int, str]], count: int) -> Iterator[tuple[int, str]]:
    """The codes, refused where they are not as many as was said."""
    found = 0
    for found, code in enumerate(codes, 1):
        if found > count:
            break
        yield code
    if found != count or count < 1:
        raise Conflict(N_("身份码的数目与要打印的 %(count)s 枚不符，未生成文件。"), count=count)


def _printed_side(job: SheetJob, modules: int) -> float:
    """The symbol's side in mm with modules of a whole number of printer dots where that can be had.

    Whole dots keep all modules alike; the nearest size is taken that has GS1's least module and fits the label.
    """
    wanted, across = symbol_size(job.stock, job.symbol_mm), modules + 2 * QUIET
    if wanted / across < MODULE_MM:
        raise Invalid(
            "stock",
            N_(
                "二维码有 %(modules)s 格，%(side)s 毫米放不下：每格不足 %(least)s 毫米。请换大一号的标签纸或更短的网址。"
            ),
            modules=modules,
            side=f"{wanted:g}",
            least=MODULE_MM,
        )
    dot = 25.4 / job.printer.dpi
    near = int(wanted / across / dot + 1e-9)
    sides = [dots * dot * across for dots in (near, near + 1)]
    fitting = [s for s in sides if s / across >= MODULE_MM and s <= symbol_room(job.stock)]
    return min(fitting, key=lambda side: abs(side - wanted), default=wanted)


def _check_on_page(job: SheetJob, face: Layout) -> None:
    """Refuse an offset or scale that pushes print over the edge of the page, where it would be lost."""
    stock = job.stock
    x, y, side = face.symbol
    for n in (1, stock.per_page):
        left, top = stock.position(n)
        inks = [(EDGE_MM, EDGE_MM), (stock.label_width - EDGE_MM, stock.label_height - EDGE_MM)]
        inks += [(x + side * 0.08, y + side * 0.08), (x + side * 0.92, y + side * 0.92)]
        for dx, dy in inks:
            at_x, at_y = job.printer.place(left + dx, top + dy)
            if not 0 <= at_x <= stock.page_width or not 0 <= at_y <= stock.page_height:
                field = "offset_y" if 0 <= at_x <= stock.page_width else "offset_x"
                raise Invalid(field, N_("按打印机的偏移和缩放，标签会印到纸外。请重新校准，或换一种标签纸。"))


def _draw_shared(paper: Paper, stock: Stock, face: Layout) -> None:
    """What every label of the run says, as one form in mm from the label's bottom left corner."""
    paper.beginForm("label", 0, 0, stock.label_width * MM, stock.label_height * MM)
    paper.setLineWidth(0.15 * MM)
    for x, y, length in face.rules:
        level = (stock.label_height - y) * MM
        paper.line(x * MM, level, (x + length) * MM, level)
    for line in face.lines:
        paper.text(line.x * MM, (stock.label_height - line.y) * MM, line.text, line.size, line.mono, line.bold)
    paper.endForm()


def _draw_pages(
    paper: Paper,
    job: SheetJob,
    face: Layout,
    labels: Iterable[tuple[int, str]],
    draw: Draw,
    progress: Callable[[int], None] | None,
) -> None:
    place, done = job.start_at, 0
    for done, (ordinal, digits) in enumerate(labels, 1):
        if place > job.stock.per_page:
            paper.showPage()
            place = 1
            if progress:
                progress(done - 1)
        _draw_label(paper, job, face, job.stock.position(place), ordinal, draw(job.prefix, digits))
        place += 1
    paper.showPage()
    if progress:
        progress(done)


def _draw_label(
    paper: Paper, job: SheetJob, face: Layout, corner: tuple[float, float], ordinal: int, dark: NDArray[np.bool_]
) -> None:
    stock, printer = job.stock, job.printer
    x, y = printer.place(corner[0], corner[1] + stock.label_height)
    paper.saveState()
    paper.transform(printer.scale_x, 0, 0, printer.scale_y, x * MM, (stock.page_height - y) * MM)
    paper.doForm("label")
    words, room = f"第 {ordinal + 1} 枚", face.ordinal
    paper.text_within(room.x * MM, (stock.label_height - room.y) * MM, words, room, face.ordinal_right)
    paper.restoreState()
    _draw_symbol(paper, job, face, corner, dark)


def _draw_symbol(
    paper: Paper, job: SheetJob, face: Layout, corner: tuple[float, float], dark: NDArray[np.bool_]
) -> None:
    """The symbol on the page's own grid of dots: moved by the printer's calibration, but never stretched by it."""
    x, y, side = face.symbol
    middle = job.printer.place(corner[0] + x + side / 2, corner[1] + y + side / 2)
    dot = 25.4 / job.printer.dpi
    left, top = (round((at - side / 2) / dot) * dot for at in middle)
    module = side / (dark.shape[0] + 2 * QUIET)
    paper.bitmap(left + QUIET * module, job.stock.page_height - top - QUIET * module, module, dark)
