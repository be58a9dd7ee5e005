"""The layout of one label: where each line of text and the symbol stand, and how large.

It follows from the text, which the print run keeps, and from the stock alone. Nothing is cut off or left out: a text
that cannot be set legibly is refused, and the refusal names the line.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ...errors import N_, Invalid, Message
from ..paper.glyphs import FontFile, fixed_pitch, text_width
from ..paper.linebreak import cut_evenly
from .stock import CUT_MM, Stock
from .text import RESERVED_ORDINAL, LabelText, Row, rows_of

FLOOR_PT = 4.2  # 1.5 mm, 12 dots of a 203 dpi printer: the smallest Chinese character that it prints legibly
EDGE_MM = 1.5  # the least distance of text from the cutting edge
UNPRINTABLE_MM = 4.5  # the border of a sheet where office printers put no ink
ASCENT = 0.86  # top of the character to the baseline, in sizes
POINT = 25.4 / 72  # mm


@dataclass(frozen=True)
class Line:
    """A line of text: x of its left edge and y of its baseline in mm from the label's top left, size in points."""

    x: float
    y: float
    size: float
    text: str
    mono: bool = False
    bold: bool = False


@dataclass(frozen=True)
class Layout:
    """The layout of a label. `symbol` is x, y and side in mm, quiet zone included.

    `ordinal` has room for six digits. If it shares its line with the host, it stands at the right end of it.
    """

    symbol: tuple[float, float, float]
    lines: tuple[Line, ...]
    rules: tuple[tuple[float, float, float], ...]  # x, y, length in mm
    ordinal: Line
    ordinal_right: bool
    body_pt: float


@dataclass(frozen=True)
class _Style:
    """How closely text is set: body size in points, line to line in sizes, and the share of each gap that is kept."""

    body: float
    wrap: bool
    caption: bool
    lead: float
    air: float


@dataclass(frozen=True)
class _Box:
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class _Set:
    """A row at its size, cut into lines."""

    row: Row
    size: float
    lines: tuple[str, ...]

    def height(self, style: "_Style") -> float:
        """Its height in mm, including the gap before it."""
        return (self.size * style.lead * len(self.lines) + self.row.gap * style.air * style.body) * POINT


_Plan = tuple[tuple[float, float], tuple[tuple[list[Row], _Box], ...]]


def layout(stock: Stock, text: LabelText, symbol_mm: float, font: FontFile) -> Layout:
    """Set the label at the largest sizes that fit. The symbol is `symbol_mm` wide, quiet zone included.

    Raises Invalid (stock), which names the line that does not fit even at 4.2 points.
    """
    for style in _styles(stock):
        for corner, blocks in _plans(stock, text, symbol_mm, style.caption):
            done = [_fit(rows, box, style, font) for rows, box in blocks]
            if None not in done:
                sets = [(one or [], box) for one, (_, box) in zip(done, blocks, strict=True)]
                return _placed((*corner, symbol_mm), sets, style, font)
    raise _no_room(stock, text, symbol_mm, font)


def _styles(stock: Stock) -> Iterator[_Style]:
    """The styles to try: first each text on one line in good sizes, then wrapped, then closer and closer."""
    good = min(11.0, max(8.5, 8.5 * stock.label_height / 37))
    for body in sizes(good, 6.0):
        yield _Style(body, wrap=False, caption=True, lead=1.25, air=1.0)
    for body in sizes(good - 1.0, 5.6):
        yield _Style(body, wrap=True, caption=True, lead=1.2, air=1.0)
    for body in sizes(7.5, FLOOR_PT):
        yield _Style(body, wrap=True, caption=False, lead=1.16, air=0.7)
    for lead, air in ((1.1, 0.4), (1.02, 0.3)):
        yield _Style(FLOOR_PT, wrap=True, caption=False, lead=lead, air=air)


def sizes(largest: float, smallest: float) -> Iterator[float]:
    """The sizes in points from the largest to the smallest, in steps of 0.1."""
    return (round(smallest + step / 10, 1) for step in range(round((largest - smallest) * 10), -1, -1))


def _plans(stock: Stock, text: LabelText, side: float, caption: bool) -> list[_Plan]:
    """Three ways to divide the label: symbol at the right, the same with a foot across the label, symbol on top."""
    width, height = stock.label_width, stock.label_height
    margin_x, margin_y = _margins(stock)
    quiet = side * 4 / 49
    x = width - side - max(CUT_MM / 2, margin_x - quiet)
    edge = max(CUT_MM / 2, margin_y - quiet)
    facts, foot = rows_of(text, caption)
    ruled = [replace(foot[0], rule=True, gap=0.9), *foot[1:]]
    column = _Box(margin_x, margin_y, x - margin_x, height - 2 * margin_y)
    beside: _Plan = (x, (height - side) / 2), ((facts + ruled, column),)
    top = _Box(margin_x, margin_y, x - margin_x, edge + side - margin_y)
    strip = _Box(margin_x, edge + side, width - 2 * margin_x, height - margin_y - edge - side)
    across: _Plan = (x, edge), ((facts, top), (foot, strip))
    under: _Plan = ((width - side) / 2, edge), ((facts + ruled, strip),)
    return [beside, across, under]


def _margins(stock: Stock) -> tuple[float, float]:
    """The distance of text from the sides, and from top and bottom of the label, mm."""
    airy = max(EDGE_MM, 0.05 * min(stock.label_width, stock.label_height))
    if stock.roll:
        return airy, airy
    right = stock.page_width - stock.position(stock.per_page)[0] - stock.label_width
    bottom = stock.page_height - stock.position(stock.per_page)[1] - stock.label_height
    return (max(airy, UNPRINTABLE_MM - min(stock.left, right)), max(airy, UNPRINTABLE_MM - min(stock.top, bottom)))


def _fit(rows: Iterable[Row], box: _Box, style: _Style, font: FontFile) -> list[_Set] | None:
    """The rows cut into lines for the box, or None if they do not fit at this body size."""
    sets: list[_Set] = []
    for row in rows:
        size = max(FLOOR_PT, round(style.body * _ratio(row, style.body), 2))
        lines = _cut(row, box.width / POINT, size, style.wrap, font)
        if lines is None:
            return None
        sets.append(_Set(row, size, lines))
    sets = _share_line(sets, box, font)
    return sets if sum(one.height(style) for one in sets) <= box.height else None


def _ratio(row: Row, body: float) -> float:
    """The size of a row relative to the body; where there is little room the name is enlarged less."""
    return row.ratio if row.field != "name" else min(row.ratio, 1.35 + max(0.0, body - FLOOR_PT) * 0.12)


def _cut(row: Row, width: float, size: float, wrap: bool, font: FontFile) -> tuple[str, ...] | None:
    face = fixed_pitch(font) if row.mono else font
    for form in row.forms:
        if max(text_width(line, face, size) for line in form) <= width and (wrap or len(form) == 1):
            return form
    return cut_evenly(row.forms[0][0], row.breaks, face, size, width) if wrap else None


def _share_line(sets: list[_Set], box: _Box, font: FontFile) -> list[_Set]:
    """Put the ordinal at the right end of the host's line, if there is room for both."""
    *rest, host, ordinal = sets
    if ordinal.row.field != "ordinal" or len(host.lines) != 1:
        return sets
    used = text_width(host.lines[0] + "　" + ordinal.lines[0], font, host.size) * POINT
    return [*rest, host, replace(ordinal, lines=())] if used <= box.width else sets


def _placed(
    symbol: tuple[float, float, float], blocks: list[tuple[list[_Set], _Box]], style: _Style, font: FontFile
) -> Layout:
    placed: list[tuple[str, Line]] = []
    rules: list[tuple[float, float, float]] = []
    for sets, box in blocks:
        placed += _place(sets, box, style, rules)
    alone = [line for field, line in placed if field == "ordinal"]
    host, box = placed[-1][1], blocks[-1][1]
    room = text_width(RESERVED_ORDINAL, font, host.size) * POINT
    ordinal = alone[0] if alone else Line(box.x + box.width - room, host.y, host.size, RESERVED_ORDINAL)
    kept = tuple(line for field, line in placed if field != "ordinal")
    return Layout(symbol, kept, tuple(rules), ordinal, not alone, style.body)


def _place(
    sets: list[_Set], box: _Box, style: _Style, rules: list[tuple[float, float, float]]
) -> Iterator[tuple[str, Line]]:
    """Place the lines from the top down. Spare height opens the lines a little; the rest of it goes before the rule."""
    count = sum(len(one.lines) for one in sets)
    spare = box.height - sum(one.height(style) for one in sets)
    open_up = min(spare / count, 0.4 * style.body * POINT)
    rest = spare - open_up * count
    y = box.y if any(one.row.rule for one in sets) else box.y + rest / 2
    for one in sets:
        y += one.row.gap * style.air * style.body * POINT
        if one.row.rule:
            y += rest
            rules.append((box.x, y - one.row.gap * style.air * style.body * POINT / 2, box.width))
        for text in one.lines:
            line = Line(box.x, y + ASCENT * one.size * POINT, one.size, text, one.row.mono, one.row.bold)
            yield one.row.field, line
            y += one.size * style.lead * POINT + open_up


def _no_room(stock: Stock, text: LabelText, symbol_mm: float, font: FontFile) -> Invalid:
    """The refusal that names the line in the way: one that is too wide, else the one that takes most lines."""
    plans = _plans(stock, text, symbol_mm, caption=False)
    rows, box = max((plan[1][0] for plan in plans), key=lambda block: block[1].width * block[1].height)
    cut = {row: _cut(row, box.width / POINT, FLOOR_PT, True, font) for row in rows}
    worst = max(rows, key=lambda row: (cut[row] is None, len(cut[row] or ()), len(row.forms[0][0])))
    return Invalid(
        "stock",
        N_(
            "标签“%(stock)s”放不下：最小字号 %(size)s 磅时，“%(line)s”这一行仍然太长。"
            "请缩短这一行，或换大一号的标签纸。"
        ),
        stock=Message(stock.name),
        size=FLOOR_PT,
        line=worst.forms[0][0],
    )
