"""A label as the dots of a thermal printer, black or white. Each module of its symbol is a whole number of dots.

These pictures are sent to printers of label rolls (`languages`). The part that all labels share is drawn once, from the
same layout as the label sheets. Each label is a copy of it with its own number and symbol.
"""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from ...errors import N_, Invalid
from ..paper.glyphs import FontFile
from ..paper.pdf import MM, Paper, whole_file
from ..qr.bitplanes import Octets
from ..qr.bulk import packed_symbols
from ..qr.symbol import QUIET_ZONE
from . import raster
from .job import SheetJob
from .pages import ORDINAL, Place, ordinal_fit
from .sheet import FORM, check_job, draw_shared, places
from .stock import LEAST, symbol_room, symbol_size

Dots = NDArray[np.bool_]
"""Rows of dots, True where black."""

_DARK = 128  # of 255: a dot at least half covered is printed


@dataclass(frozen=True)
class Canvas:
    """The picture that the labels of a run share, and where in it (dots, from the top left) the rest goes."""

    shared: Dots
    place: Place
    font: FontFile
    dpi: int
    modules: int
    module_dots: int
    corner: tuple[int, int]  # of the modules: column, row

    @property
    def height(self) -> int:
        """The height of a label in dots."""
        return len(self.shared)


def drawn(common: Canvas, prefix: str, ordinals: Sequence[int], tokens: Octets) -> Iterator[Dots]:
    """The labels of some tokens, one by one. `prefix` is the address before the code, `ordinals` count from 0."""
    symbols = packed_symbols(prefix, tokens).reshape(len(tokens), common.modules, -1)
    for ordinal, packed in zip(ordinals, symbols, strict=True):
        yield _label(common, ordinal, np.unpackbits(packed, axis=1, count=common.modules))


def canvas(job: SheetJob, font: FontFile) -> Canvas:
    """Draw the part that the labels of a run share.

    Raises Invalid for a job that `check_job` refuses, for a stock with several labels on a page, and if no size of
    symbol has modules of whole dots.
    """
    if job.stock.per_page != 1:
        raise Invalid("stock", N_("热敏打印机用卷筒标签，每页一枚；“%(stock)s”每页有多枚。"), stock=job.stock.name)
    place = places(job, check_job(job, font))[0]
    modules = job.modules
    dot = 72 / job.printer.dpi
    left, bottom, side = place.symbol
    dots = side / modules / dot
    if abs(dots - round(dots)) > 1e-6:
        raise _uneven(job, modules)
    top = job.stock.page_height * MM - bottom - side
    corner = round(left / dot), round(top / dot)
    return Canvas(_shared(job, font, place), place, font, job.printer.dpi, modules, round(dots), corner)


def _uneven(job: SheetJob, modules: int) -> Invalid:
    """The refusal if no whole number of dots per module is large enough and fits. It names the two nearest sizes."""
    module = symbol_size(job.stock, job.symbol_mm, job.kind) / (modules + 2 * QUIET_ZONE)
    dot = 25.4 / job.printer.dpi
    below = int(module / dot + 1e-9)
    return Invalid(
        "symbol_mm",
        N_(
            "%(dpi)s dpi 的打印机上二维码每格应为整数个点：最近的边长是 %(below)s 和 %(above)s 毫米，"
            "而这种标签要求每格不小于 %(least)s 毫米、边长不超过 %(room)s 毫米。请换大一号的标签纸，或分辨率更高的打印机。"
        ),
        dpi=job.printer.dpi,
        below=f"{below * dot * (modules + 2 * QUIET_ZONE):.1f}",
        above=f"{(below + 1) * dot * (modules + 2 * QUIET_ZONE):.1f}",
        least=LEAST[job.kind].module,
        room=symbol_room(job.stock),
    )


def _shared(job: SheetJob, font: FontFile, place: Place) -> Dots:
    """The shared part as dots: the form of the label sheets, drawn on a page of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "label.pdf"
        with whole_file(path) as file:
            paper = Paper(file, (job.stock.page_width, job.stock.page_height), font)
            draw_shared(paper, job.stock, check_job(job, font))
            scale_x, scale_y, x, y = place.label
            paper.transform(scale_x, 0, 0, scale_y, x, y)
            paper.doForm(FORM)
            paper.showPage()
            paper.save()
        with raster.opened(path) as document:
            return raster.drawn(document, 0, job.printer.dpi) < _DARK


def _label(common: Canvas, ordinal: int, modules: Octets) -> Dots:
    dots = common.shared.copy()
    _set_number(common, dots, str(ordinal + 1))
    symbol = modules.astype(np.bool_).repeat(common.module_dots, axis=1).repeat(common.module_dots, axis=0)
    column, row = common.corner
    dots[row : row + len(symbol), column : column + len(symbol)] = symbol
    return dots


def _set_number(common: Canvas, dots: Dots, number: str) -> None:
    """Set a label's own number into its dots. Drawing on a strip of one line is faster than on a whole label."""
    x, y, size = ordinal_fit(common.place, common.font, number)
    scale_x, scale_y, left, bottom = common.place.label
    dot = 72 / common.dpi
    font = _type(common.font, size * scale_y / dot)
    at_x, at_y = (left + x * scale_x) / dot, common.height - (bottom + y * scale_y) / dot
    top, end = max(0, int(at_y - 1.5 * font.size)), min(common.height, int(at_y + font.size))
    strip = Image.new("1", (dots.shape[1], end - top))
    pen = ImageDraw.Draw(strip)
    pen.fontmode = "1"
    pen.text((at_x, at_y - top), ORDINAL % number, fill=1, font=font, anchor="ls")
    dots[top:end] |= np.array(strip, dtype=np.bool_)


@lru_cache(maxsize=16)
def _type(font: FontFile, size: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font.path, size, index=font.index)
