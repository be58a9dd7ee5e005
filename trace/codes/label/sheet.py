"""Writes a print run as one PDF, a page at a time.

The part that all labels of a run share is drawn once, as a form, and placed many times. `pages` adds what each label
has for itself. The same job gives the same bytes, so a reprint can be proved.
"""

from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path

from ...errors import N_, Conflict, Invalid
from ..kinds import CodeKind
from ..paper.glyphs import FontFile, check_glyphs, find_font
from ..paper.pdf import MM, Paper, SheetFile, whole_file
from ..qr.bulk import packed_symbols
from ..qr.symbol import QUIET_ZONE
from .job import SheetJob
from .layout import EDGE_MM, Layout, layout
from .pages import ORDINAL, Codes, Draw, Face, Page, Place, Words, made_pages
from .sticker import sticker
from .stock import LEAST, Stock, symbol_room, symbol_size

FORM = "label"
OFFICE_DPI = (300, 600)  # of the printers that sheets are printed on


class Stopped(Conflict):
    """A run was cancelled while its sheets were made. No file is left of it."""


def check_job(job: SheetJob, font: FontFile) -> Layout:
    """The layout of the run's labels. Raises Invalid if they cannot be printed.

    It is called when a run is planned, so that no problem is found only when it is drawn: a character that the font
    lacks, a line or symbol that does not fit, a start beyond the sheet, an offset that moves print off the page.
    """
    check_glyphs(job.text.texts(), font)
    job.stock.position(job.start_at)
    setting = layout if job.kind is CodeKind.FULL else sticker
    face = setting(job.stock, job.text, _printed_side(job), font)
    _check_on_page(job, face)
    return face


def write_sheet(
    path: Path,
    job: SheetJob,
    codes: Codes,
    count: int,
    progress: Callable[[int], None] | None = None,
    draw: Draw = packed_symbols,
    font: FontFile | None = None,
    stop: Callable[[], bool] | None = None,
    crew: int | None = None,
) -> SheetFile:
    """Write the labels of `count` codes as one PDF. `codes` may also be any pairs of ordinal (from 0) and digits.

    `progress` is called after each page with the number of labels done. `stop` is asked before each page. `crew` is the
    number of processes (None: one for each core if the run is large); the bytes do not depend on it. Raises Invalid as
    `check_job` does, Conflict if the codes are more or fewer than `count`, Stopped if `stop` says so. After any
    exception there is no file at `path`.
    """
    font = font or find_font()
    face = check_job(job, font)
    with whole_file(path) as file:
        paper = Paper(file, (job.stock.page_width, job.stock.page_height), font)
        paper.describe(f"{job.text.name} {job.text.id_number}", job.text.producer)
        words = _ordinal_words(paper)
        draw_shared(paper, job.stock, face)
        common = Face(job.prefix, job.modules, places(job, face), words, job.start_at, draw)
        with closing(made_pages(common, codes, count, crew)) as made:
            _put_pages(paper, made, progress, stop)
        paper.save()
    return file.result(paper.pages)


def _put_pages(
    paper: Paper, made: Iterable[Page], progress: Callable[[int], None] | None, stop: Callable[[], bool] | None
) -> None:
    done = 0
    for stream, labels in made:
        if stop and stop():
            raise Stopped(N_("已取消，没有生成文件"))
        paper.put_page(stream)
        done += labels
        if progress:
            progress(done)


def page_count(stock: Stock, count: int, start_at: int = 1) -> int:
    """The number of pages for `count` labels, if the first free label of the first page is `start_at` (from 1)."""
    return -(-(start_at - 1 + count) // stock.per_page)


def _printed_side(job: SheetJob) -> float:
    """The symbol's side in mm, quiet zone included, with modules of a whole number of printer dots if possible.

    Whole dots make all modules alike. The nearest size is taken that has the least module (for a signed code that of
    the GS1 General Specifications) and fits the label. Without a chosen printer the dots of an office printer are tried
    too, and at last any size is allowed. With a chosen printer, and for a tiny code, a size without whole dots is
    refused.
    """
    wanted, across = symbol_size(job.stock, job.symbol_mm, job.kind), job.modules + 2 * QUIET_ZONE
    least = LEAST[job.kind].module
    if wanted / across < least:
        raise Invalid(
            "stock",
            N_(
                "二维码有 %(modules)s 格，%(side)s 毫米放不下：每格不足 %(least)s 毫米。请换大一号的标签纸或更短的网址。"
            ),
            modules=job.modules,
            side=f"{wanted:g}",
            least=least,
        )
    is_free = not job.printer.name and job.kind is CodeKind.FULL
    for dpi in (job.printer.dpi, *(OFFICE_DPI if is_free else ())):
        if side := _in_dots(job, wanted, dpi):
            return side
    if is_free:
        return wanted
    raise _coarse(job, _sides(job, wanted, job.printer.dpi)[1])


def _in_dots(job: SheetJob, wanted: float, dpi: int) -> float | None:
    """The nearest side to the wanted one that fits and has large enough modules of whole dots, or None."""
    least, room = LEAST[job.kind].module * (job.modules + 2 * QUIET_ZONE), symbol_room(job.stock)
    fitting = [side for side in _sides(job, wanted, dpi) if least <= side <= room]
    return min(fitting, key=lambda side: abs(side - wanted), default=None)


def _sides(job: SheetJob, wanted: float, dpi: int) -> list[float]:
    """The nearest sides with whole dots per module, below and above the wanted one; mm."""
    across, dot = job.modules + 2 * QUIET_ZONE, 25.4 / dpi
    near = int(wanted / across / dot + 1e-9)
    return [dots * dot * across for dots in (near, near + 1)]


_COARSE = {
    CodeKind.FULL: N_(
        "%(dpi)s dpi 的打印机印不匀这么小的码：每格要是整数个点，二维码就要 %(needed)s 毫米，"
        "而这种标签最多放 %(room)s 毫米。请换大一号的标签纸，或换 300、600 dpi 的打印机；"
        "这台本来就是的，请把它的分辨率改对。"
    ),
    CodeKind.TINY: N_(
        "%(dpi)s dpi 的打印机印不清这么小的码：每格要是整数个点，贴纸小码就要 %(needed)s 毫米，"
        "而这种贴纸最多放 %(room)s 毫米。请换大一号的贴纸，或换 203、600 dpi 的打印机。"
    ),
}


def _coarse(job: SheetJob, needed: float) -> Invalid:
    return Invalid(
        "stock", _COARSE[job.kind], dpi=job.printer.dpi, needed=f"{needed:.1f}", room=f"{symbol_room(job.stock):g}"
    )


def _check_on_page(job: SheetJob, face: Layout) -> None:
    """Refuse an offset or scale that moves print over the edge of the page, where it would be lost."""
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


def draw_shared(paper: Paper, stock: Stock, face: Layout) -> None:
    """Draw the text that every label of the run shares as one form, from the label's bottom left corner."""
    paper.beginForm(FORM, 0, 0, stock.label_width * MM, stock.label_height * MM)
    paper.setLineWidth(0.15 * MM)
    for x, y, length in face.rules:
        level = (stock.label_height - y) * MM
        paper.line(x * MM, level, (x + length) * MM, level)
    for line in face.lines:
        paper.text(line.x * MM, (stock.label_height - line.y) * MM, line.text, line.size, line.mono, line.bold)
    paper.endForm()


def _ordinal_words(paper: Paper) -> Words:
    """The text around a label's own number, in font codes. It is asked first, so that one subset font holds it all."""
    name, codes = paper.spelled(ORDINAL % "0123456789")
    before, _, after = codes.partition(b"0123456789")
    return Words(paper.form_name(FORM), name, before, after, paper.font)


def places(job: SheetJob, face: Layout) -> tuple[Place, ...]:
    """Where the parts of each label stand on a page, in points from the bottom left."""
    return tuple(_place(job, face, job.stock.position(n)) for n in range(1, job.stock.per_page + 1))


def _place(job: SheetJob, face: Layout, corner: tuple[float, float]) -> Place:
    stock, printer = job.stock, job.printer
    x, y = printer.place(corner[0], corner[1] + stock.label_height)
    room = face.ordinal
    return Place(
        label=(printer.scale_x, printer.scale_y, x * MM, (stock.page_height - y) * MM),
        ordinal=(room.x * MM, (stock.label_height - room.y) * MM, room.size, room.text, face.ordinal_right),
        symbol=_symbol_place(job, face, corner),
    )


def _symbol_place(job: SheetJob, face: Layout, corner: tuple[float, float]) -> tuple[float, float, float]:
    """Left edge, bottom edge and side of the modules in points, on the page's grid of dots.

    The printer's calibration moves them but never stretches them.
    """
    x, y, side = face.symbol
    middle = job.printer.place(corner[0] + x + side / 2, corner[1] + y + side / 2)
    dot = 25.4 / job.printer.dpi
    left, top = (round((at - side / 2) / dot) * dot for at in middle)
    modules = job.modules
    module = side / (modules + 2 * QUIET_ZONE)
    bottom = job.stock.page_height - top - (QUIET_ZONE + modules) * module
    return (left + QUIET_ZONE * module) * MM, bottom * MM, modules * module * MM
