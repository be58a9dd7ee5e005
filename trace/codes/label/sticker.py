"""The layout of a sticker with a tiny code: the symbol, the sticker's own number, and the host if there is room.

A sticker of 15 to 20 mm has no room for the text of a label, which stands on the page that the code opens. The number
is always printed, because a spoiled sticker is voided by it.
"""

import math

from ...errors import N_, Invalid
from ..paper.glyphs import FontFile, text_width
from ..qr.symbol import QUIET_ZONE
from .layout import ASCENT, FLOOR_PT, POINT, Layout, Line, sizes
from .stock import CUT_MM, Stock
from .text import RESERVED_ORDINAL, LabelText

_LARGEST_PT = 6.0
_QUIET = QUIET_ZONE / 37  # of the symbol's side, on each side: a tiny symbol has 29 + 8 modules


def sticker(stock: Stock, text: LabelText, symbol_mm: float, font: FontFile) -> Layout:
    """Set a sticker: the symbol, `symbol_mm` wide with its quiet zone, and the number below it.

    Raises Invalid (stock) if the number does not fit at 4.2 points.
    """
    for words in (text.host, None):
        for size in sizes(_LARGEST_PT, FLOOR_PT):
            if face := _set(stock, words, symbol_mm, size, font):
                return face
    raise Invalid(
        "stock",
        N_("贴纸“%(stock)s”放不下：二维码 %(side)s 毫米，下面还要印得下 %(size)s 磅的序号。请换大一号的贴纸。"),
        stock=stock.name,
        side=f"{symbol_mm:.1f}",
        size=FLOOR_PT,
    )


def _set(stock: Stock, host: str | None, side: float, size: float, font: FontFile) -> Layout | None:
    """The symbol in the middle with its lines under it, or None where they do not fit."""
    lines, line = [RESERVED_ORDINAL, *([host] if host else [])], size * POINT
    top = (stock.label_height - side) / 2 if stock.round else CUT_MM / 2
    left = (stock.label_width - side) / 2
    first = top + side
    placed = []
    for n, words in enumerate(lines):
        wide, upper = text_width(words, font, size) * POINT, first + n * line * 1.1
        if wide > _chord(stock, upper, upper + line):
            return None
        x = (stock.label_width - wide) / 2
        if n == 0 and not stock.round:  # begins where the modules begin
            x = min(left + side * _QUIET, stock.label_width - CUT_MM - wide)
        placed.append(Line(x, upper + ASCENT * line, size, words))
    return Layout((left, top, side), tuple(placed[1:]), (), placed[0], False, size)


def _chord(stock: Stock, upper: float, lower: float) -> float:
    """How wide a line between two heights may be, mm; negative if it would leave the sticker."""
    edge = CUT_MM
    if not stock.round:
        return stock.label_width - 2 * edge if lower <= stock.label_height - edge else -1.0
    radius, far = stock.label_width / 2 - edge, max(abs(y - stock.label_height / 2) for y in (upper, lower))
    return 2 * math.sqrt(radius**2 - far**2) if far < radius else -1.0
