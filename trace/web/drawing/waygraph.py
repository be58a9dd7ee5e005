"""The way of a batch as a picture, a row for each step. Sources stand above the batch, products below it.

The picture shows the nearest rows and boxes, and says how many more there are. A table beside it holds everything.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext
from markupsafe import Markup, escape

from ...chain.way import ORIGIN_WORDS, Way, WayLink, WayNode
from ...models import Batch
from ...recall.reach import Reached
from ...scan.id_card import IdCard

WIDTH, BOX_HEIGHT, GAP = 354, 86, 44  # px; the width of the smallest phones
ROWS_EACH_WAY = 4
CAUSE, ZERO = "cause", Decimal(0)
TEXT = 18  # px, the least that public pages use


@dataclass(frozen=True)
class _Box:
    """A batch. Without a number, it stands for all the batches that have no box of their own."""

    number: str | None
    name: str
    what: str
    stopped: bool = False
    here: bool = False
    numbered: bool = True  # whether the number is an ID number, to be shown


def way_graph(way: Way, here: IdCard | Batch, columns: int = 3, width: int = WIDTH) -> Markup:
    """The picture of a batch's way as inline SVG, with `columns` boxes a row at the most."""
    return _graph(_rows(way, here, columns), way.links, columns, width)


def reach_graph(
    nodes: Sequence[WayNode], links: Sequence[WayLink], cause: str, columns: int = 3, width: int = WIDTH
) -> Markup:
    """What a recall's cause reaches: the cause at the top, then the batches, step by step. The cause is linked to the
    nodes of `depth` 1."""
    below = [_row(tuple(nodes), depth, columns) for depth in range(1, 2 * ROWS_EACH_WAY + 1)]
    own = _Box(CAUSE, cause, gettext("起因"), here=True, numbered=False)
    first = [WayLink(CAUSE, node.id_number, ZERO, ZERO) for node in nodes if node.depth == 1]
    return _graph([row for row in ([own], *below) if row], (*first, *links), columns, width)


def nearest(rows: Sequence[Reached], columns: int) -> list[Reached]:
    """The batches that a picture can show: the first few of each step."""
    found: list[Reached] = []
    for depth in range(2 * ROWS_EACH_WAY):
        found += [row for row in rows if row.depth == depth][:columns]
    return found


def _graph(rows: list[list[_Box]], links: Sequence[WayLink], columns: int, width: int) -> Markup:
    places = _places(rows, columns, width)
    height = len(rows) * (BOX_HEIGHT + GAP) - GAP + 4
    lines = Markup("").join(_line(places[a], places[b]) for a, b in _joined(links, rows))
    boxes = Markup("").join(
        _drawn(box, *places[box_key(n, box)], (width - 8 * (columns - 1)) // columns)
        for n, row in enumerate(rows)
        for box in row
    )
    return Markup(
        '<svg class="way-graph" viewBox="0 0 {} {}" width="{}" height="{}" role="img" aria-label="{}">{}{}</svg>'
    ).format(width, height, width, height, gettext("批次的来源和去向，详见下表"), lines, boxes)


def box_key(row: int, box: _Box) -> tuple[int, str]:
    """The key of a box: its row, and the number of its batch."""
    return row, box.number or "…"


def _rows(way: Way, here: IdCard | Batch, columns: int) -> list[list[_Box]]:
    above = [_row(way.upstream, depth, columns) for depth in range(ROWS_EACH_WAY, 0, -1)]
    below = [_row(way.downstream, depth, columns) for depth in range(1, ROWS_EACH_WAY + 1)]
    product = here.product if isinstance(here, IdCard) else here.product.name
    own = _Box(here.id_number, product, gettext(ORIGIN_WORDS[way.kind]), here=True)
    return [row for row in (*above, [own], *below) if row]


def _row(nodes: tuple[WayNode, ...], depth: int, columns: int) -> list[_Box]:
    here = [node for node in nodes if node.depth == depth]
    shown = here if len(here) <= columns else here[: columns - 1]
    boxes = [
        _Box(node.id_number, node.product, gettext(ORIGIN_WORDS[node.kind]), node.state != "on_sale") for node in shown
    ]
    if rest := len(here) - len(shown):
        boxes.append(_Box(None, gettext("另 %(n)s 批", n=rest), ""))
    return boxes


def _places(rows: list[list[_Box]], columns: int, width: int) -> dict[tuple[int, str], tuple[int, int]]:
    """The middle of the upper edge of each box."""
    step = (width + 8) // columns
    return {
        box_key(n, box): ((width - step * (len(row) - 1)) // 2 + step * k, n * (BOX_HEIGHT + GAP) + 2)
        for n, row in enumerate(rows)
        for k, box in enumerate(row)
    }


def _joined(links: Sequence[WayLink], rows: list[list[_Box]]) -> list[tuple[tuple[int, str], tuple[int, str]]]:
    """The links between boxes that are drawn, by their keys."""
    row_of = {box.number: n for n, row in enumerate(rows) for box in row if box.number}
    return [
        ((row_of[link.from_number], link.from_number), (row_of[link.to_number], link.to_number))
        for link in links
        if link.from_number in row_of and link.to_number in row_of
    ]


def _line(start: tuple[int, int], end: tuple[int, int]) -> Markup:
    x1, y1, x2, y2 = start[0], start[1] + BOX_HEIGHT, *end
    return Markup('<path class="way-line" d="M{} {}C{} {} {} {} {} {}"/>').format(
        x1, y1, x1, y1 + 22, x2, y2 - 22, x2, y2
    )


def _drawn(box: _Box, x: int, y: int, width: int) -> Markup:
    style = "way-box" + (" here" if box.here else "") + (" stopped" if box.stopped else "")
    texts = [_text(x, y + 24, _short(box.name, width), "way-name"), _text(x, y + 48, box.what, "way-what")]
    if box.number and box.numbered:
        texts.append(_text(x, y + 74, f"…{box.number[-4:]}", "way-number"))
    return Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="10"/>{}').format(
        style, x - width // 2, y, width, BOX_HEIGHT, Markup("").join(texts)
    )


def _short(name: str, width: int) -> str:
    """So much of a name as the box holds: a Chinese character is a square, others are narrower."""
    room, kept = (width - 8) / TEXT, ""
    for character in name:
        room -= 1 if ord(character) > 0x2E80 else 0.7
        if room < 0:
            return kept[:-1] + "…"
        kept += character
    return kept


def _text(x: int, y: int, text: str, style: str) -> Markup:
    return Markup('<text class="{}" x="{}" y="{}">{}</text>').format(style, x, y, escape(text)) if text else Markup("")
