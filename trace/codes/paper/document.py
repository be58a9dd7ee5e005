"""A4 documents for reading and filing: headings, running text, tables over several pages, page numbers.

They serve reports and evidence, not labels. A character that the font lacks is shown as 〓, so that a reader sees that
something is missing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from .glyphs import FontFile, drawable, text_width
from .linebreak import cut
from .pdf import MM, Paper, SheetFile, whole_file

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 210.0, 297.0, 20.0, 190.0, 281.0, 21.0
_INK, _SOFT, _RULE, _LEAF = (0.09, 0.13, 0.11), (0.35, 0.4, 0.37), (0.75, 0.8, 0.77), (0.05, 0.36, 0.24)


@dataclass(frozen=True)
class Column:
    """A column of a table: its head, its width in mm, and whether it holds figures, which are set to the right."""

    title: str
    width: float
    figure: bool = False


class Document:
    """A document that is written from the top down. The next thing begins at `y`, in mm from the foot of the page."""

    def __init__(self, paper: Paper, foot: str, pages: int | None) -> None:
        self.paper, self._foot, self._pages, self._number = paper, foot, pages, 1
        self.y = TOP

    def title(self, words: str, under: str = "") -> None:
        """Write the title, with `under` below it in smaller letters."""
        self._colour(_LEAF)
        self.paper.rect(LEFT * MM, (self.y - 1.2) * MM, (RIGHT - LEFT) * MM, 1.2 * MM, stroke=0, fill=1)
        self.y -= 6
        self._lines(words, 19, bold=True)
        if under:
            self._lines(under, 11, colour=_SOFT)
        self.y -= 3

    def heading(self, words: str, least: float = 30) -> None:
        """Write a heading. It begins a new page if less than `least` mm are left, so that text follows below it."""
        self.room(least)
        self.y -= 4
        self._lines(words, 13.5, bold=True, colour=_LEAF)
        self.y -= 1

    def text(self, words: str, size: float = 10, soft: bool = False) -> None:
        """Write running text at `size` points; `soft` makes it grey."""
        self._lines(words, size, colour=_SOFT if soft else _INK)

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[object]], size: float = 9.5) -> None:
        """Write a ruled table. The head is repeated on each page. Long text continues on further lines of its cell."""
        self._row(columns, [column.title for column in columns], size, head=True)
        for row in rows:
            cells = ["" if value is None else str(value) for value in row]
            if self.y - self._tall(columns, cells, size) < BOTTOM:
                self.next_page()
                self._row(columns, [column.title for column in columns], size, head=True)
            self._row(columns, cells, size)
        self.y -= 3

    def figures(self, cells: Sequence[tuple[str, str, str]]) -> None:
        """Write large figures side by side: each with its word above and a note below."""
        wide = (RIGHT - LEFT) / max(1, len(cells))
        self.room(26)
        for n, (word, figure, note) in enumerate(cells):
            x = LEFT + n * wide
            self._colour((0.95, 0.97, 0.95))
            self.paper.rect(x * MM, (self.y - 24) * MM, (wide - 2) * MM, 24 * MM, stroke=0, fill=1)
            self._put(x + 3, self.y - 6, word, 9.5, colour=_SOFT)
            self._put(x + 3, self.y - 15.5, figure, 20, bold=True)
            self._put(x + 3, self.y - 21.5, note, 7.5, colour=_SOFT)
        self.y -= 27

    def path(
        self,
        points: Sequence[tuple[float, float]],
        target: float,
        labels: Sequence[tuple[float, str]],
        ends: tuple[str, str],
    ) -> None:
        """Draw a chart: a stair of `points` against the straight line to the `target`.

        x runs from 0 to 1 over the period. `labels` stand under the axis. `ends` are the texts at the end of the line
        and of the stair.
        """
        self.room(52)
        top, foot, left, right = self.y - 4, self.y - 42, LEFT + 10, RIGHT - 4
        most = max(target, *(value for _, value in points), 1)
        place: Callable[[float, float], tuple[float, float]] = lambda x, v: (  # noqa: E731 - local and short
            left + (right - left) * x,
            foot + (top - foot) * v / most,
        )
        for value in (0, most / 2, most):
            self._stroke([place(0, value), place(1, value)], _RULE, 0.2)
            self._put_right(left - 2, place(0, value)[1] - 1, f"{value:g}", 8, colour=_SOFT)
        for x, label in labels:
            self._put(place(x, 0)[0] - 4, foot - 5, label, 8, colour=_SOFT)
        self._stroke([place(0, 0), place(1, target)], (0.54, 0.29, 0), 0.4, dashed=True)
        stairs = [points[0]]
        for x, value in points[1:]:
            stairs += [(x, stairs[-1][1]), (x, value)]
        self._stroke([place(x, value) for x, value in stairs], _LEAF, 0.9)
        here = place(*points[-1])
        self._put_right(right - 1, place(1, target)[1] + 1.5, f"{ends[0]} {target:g}", 8, colour=(0.54, 0.29, 0))
        self._put_right(max(here[0] - 2, left + 6), here[1] + 2, ends[1], 12, colour=_LEAF)
        self.y = foot - 9

    def signatures(self, words: Sequence[str]) -> None:
        """Draw lines to sign on, each with its word."""
        self.room(18)
        self.y -= 11
        wide = (RIGHT - LEFT) / len(words)
        for n, word in enumerate(words):
            self._put(LEFT + n * wide, self.y, word, 10)
            start = LEFT + n * wide + text_width(word, self.paper.font, 10) / MM + 2
            self._stroke([(start, self.y - 1), (LEFT + (n + 1) * wide - 6, self.y - 1)], _INK, 0.2)
        self.y -= 8

    def room(self, least: float) -> None:
        """Begin a new page if less than `least` mm are left on this one."""
        if self.y - least < BOTTOM:
            self.next_page()

    def next_page(self) -> None:
        """End this page and begin the next one."""
        self._end_page()
        self._number += 1
        self.y = TOP

    def _end_page(self) -> None:
        self._stroke([(LEFT, 16), (RIGHT, 16)], _RULE, 0.2)
        self._put(LEFT, 11, self._foot, 7.5, colour=_SOFT)
        of = f" / {self._pages}" if self._pages else ""
        self._put_right(RIGHT, 11, f"{self._number}{of}", 8, colour=_SOFT)
        self.paper.showPage()

    def _lines(self, words: str, size: float, bold: bool = False, colour: tuple[float, float, float] = _INK) -> None:
        for line in cut(self._seen(words), self.paper.font, size, (RIGHT - LEFT) * MM):
            self.room(size * 0.6)
            self.y -= size * 0.36 + 1
            self._put(LEFT, self.y, line, size, bold, colour)
            self.y -= size * 0.14

    def _cells(self, columns: Sequence[Column], cells: Sequence[str], size: float) -> list[tuple[str, ...]]:
        return [
            _broken(self._seen(text), self.paper.font, size, (column.width - 3) * MM)
            for column, text in zip(columns, cells, strict=True)
        ]

    def _tall(self, columns: Sequence[Column], cells: Sequence[str], size: float) -> float:
        return max(len(lines) for lines in self._cells(columns, cells, size)) * size * 0.5 + 2.6

    def _row(self, columns: Sequence[Column], cells: Sequence[str], size: float, head: bool = False) -> None:
        tall, x = self._tall(columns, cells, size), LEFT
        if head:
            self._colour((0.91, 0.95, 0.91))
            wide = sum(column.width for column in columns)
            self.paper.rect(LEFT * MM, (self.y - tall) * MM, wide * MM, tall * MM, stroke=0, fill=1)
        for column, lines in zip(columns, self._cells(columns, cells, size), strict=True):
            for n, line in enumerate(lines):
                y = self.y - 1.3 - size * 0.36 - n * size * 0.5
                if column.figure:
                    self._put_right(x + column.width - 1.5, y, line, size, colour=_SOFT if head else _INK)
                else:
                    self._put(x + 1.5, y, line, size, colour=_SOFT if head else _INK)
            x += column.width
        self.y -= tall
        self._stroke([(LEFT, self.y), (x, self.y)], _RULE, 0.2)

    def _put(
        self, x: float, y: float, words: str, size: float, bold: bool = False, colour: tuple[float, float, float] = _INK
    ) -> None:
        self._colour(colour)
        self.paper.text(x * MM, y * MM, self._seen(words), size, bold=bold)

    def _put_right(self, x: float, y: float, words: str, size: float, colour: tuple[float, float, float]) -> None:
        self._put(x - text_width(words, self.paper.font, size) / MM, y, words, size, colour=colour)

    def _colour(self, colour: tuple[float, float, float]) -> None:
        self.paper.setFillColorRGB(*colour)
        self.paper.setStrokeColorRGB(*colour)

    def _stroke(
        self,
        points: Sequence[tuple[float, float]],
        colour: tuple[float, float, float],
        width: float,
        dashed: bool = False,
    ) -> None:
        self._colour(colour)
        self.paper.setLineWidth(width * MM)
        self.paper.setDash([2 * MM, 1.5 * MM] if dashed else [])
        for (x1, y1), (x2, y2) in zip(points, points[1:], strict=False):
            self.paper.line(x1 * MM, y1 * MM, x2 * MM, y2 * MM)
        self.paper.setDash([])

    def _seen(self, words: str) -> str:
        known = drawable(self.paper.font)
        return "".join(c if ord(c) in known else " " if c.isspace() else "〓" for c in words)


def _broken(text: str, font: FontFile, size: float, width: float) -> tuple[str, ...]:
    """The lines of a cell. A word that is wider than the cell is cut."""
    found: list[str] = []
    for line in cut(text, font, size, width) or ("",):
        while text_width(line, font, size) > width and len(line) > 1:
            fits = max(1, next((n for n in range(len(line), 0, -1) if text_width(line[:n], font, size) <= width), 1))
            found.append(line[:fits])
            line = line[fits:]
        found.append(line)
    return tuple(found)


def write_document(path: Path, title: str, foot: str, draw: Callable[[Document], None], font: FontFile) -> SheetFile:
    """Write a document as a PDF. `draw` is called twice: to count the pages, and again to print their number.

    The same content gives the same bytes. Raises Unavailable if the font cannot be used.
    """
    pages: int | None = None
    for _ in range(2):
        with whole_file(path) as file:
            paper = Paper(file, (WIDTH, HEIGHT), font)
            paper.describe(title, foot)
            document = Document(paper, foot, pages)
            draw(document)
            document._end_page()
            paper.save()
        pages = paper.pages
    return file.result(paper.pages)
