"""Tables in: the first visible sheet of an uploaded XLSX, row by row, as texts that a person could have typed.

Rows are read one after another, and the stated "dimension" of the sheet is not used. So memory and time stay bounded,
whatever the file states about itself.

A formula is read as the value that Excel last showed. A formula without such a value is a fault, and so is an error
such as #REF!. What stands beside the rows is told: hidden rows and columns, further sheets, pictures.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import IO

from openpyxl.utils.cell import get_column_letter
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from ..errors import N_, Invalid, Message
from . import archive, parts, safe, xml

MOST_ROWS = 50_000  # rows that are not empty
MOST_COLUMNS = 60
MOST_CELLS = 1_000_000  # with the empty ones: a cell that only has a border costs time too
WIDEST = 16_384  # columns of a row in Excel
MOST_MERGED = 1_000
MOST_SHEETS = 20  # whose rows are counted
EXACT = 15  # digits that Excel keeps of a number; the rest of a longer number is lost
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_BLANK = " \t\r\n\xa0\u3000\u200b\ufeff"


@dataclass(frozen=True)
class Row:
    """A row that is not empty. `number` counts from 1, as Excel does; so do the columns of `texts` and `faults`."""

    number: int
    texts: dict[int, str]
    faults: dict[int, Message] = field(default_factory=dict)
    is_hidden: bool = False

    def text(self, column: int) -> str:
        """The text in this column (from 1); empty where there is none."""
        return self.texts.get(column, "")


def address(column: int, row: int) -> str:
    """A cell's address as Excel shows it, such as C5. Column and row count from 1."""
    return f"{get_column_letter(column)}{row}"


@dataclass(frozen=True)
class Unread:
    """A sheet that is not read, with how many of its rows hold something; None if they could not be counted."""

    name: str
    rows: int | None
    is_hidden: bool


@dataclass
class Beside:
    """What a sheet has beside its rows: merged ranges such as A5:A9, hidden columns (from 1), cells beyond the last column."""

    merged: list[str] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    beyond: int = 0


class Sheet:
    """The first visible sheet of a workbook. `beside` is complete once all rows have been read."""

    def __init__(self, source: IO[bytes]) -> None:
        """Raises Invalid("file") for a file that is no XLSX, is too large when unpacked, or is broken."""
        self._archive = archive.opened(source)
        self._book = parts.book(self._archive)
        self.name, self.beside = self._book.name, Beside()
        self.has_pictures = any(name.startswith("xl/media/") for name in self._archive.namelist())

    def rows(self, most: int = MOST_ROWS) -> Iterator[Row]:
        """The rows that are not empty, in the order of the file. Raises Invalid("file") after `most` of them."""
        return self._rows(_Grid(self._book, self.beside), self._book.sheet, most)

    def _rows(self, grid: "_Grid", part: str, most: int) -> Iterator[Row]:
        seen = 0
        for _ in xml.pieces(self._archive, part, grid.start, grid.end, grid.characters):
            for row in grid.done:
                seen += 1
                if seen > most:
                    raise Invalid("file", N_("行数太多：一次最多 %(most)s 行；请分成几个文件"), most=f"{most:,}")
                yield row
            grid.done.clear()

    def unread(self, most: int = MOST_ROWS) -> list[Unread]:
        """The other sheets of the workbook, but for those that are empty."""
        grid = _Grid(self._book, Beside())
        found = [Unread(each.name, self._count(grid, each.part, most), each.is_hidden) for each in self._book.others]
        return [each for each in found if each.rows != 0]

    def _count(self, grid: "_Grid", part: str, most: int) -> int | None:
        """How many rows of a sheet hold something. The grid stays the same, so that all sheets share its limits."""
        grid.row, grid.sheets = 0, grid.sheets + 1
        if grid.sheets > MOST_SHEETS:
            return None
        try:
            return sum(1 for _ in self._rows(grid, part, most))
        except Invalid:
            grid.done.clear()
            return None


def _too_large() -> Invalid:
    return Invalid("file", N_("这个表格里的格子太多，没有读完；请把数据复制到新下载的模板里再传"))


class _Grid:
    """The handlers of a sheet's XML. They take one cell at a time, and put finished rows into `done`."""

    def __init__(self, book: parts.Book, beside: Beside) -> None:
        self.book, self.beside, self.done = book, beside, list[Row]()
        self.row, self.column, self.cells, self.sheets, self.hidden = 0, 0, 0, 0, False
        self.texts: dict[int, str] = {}
        self.faults: dict[int, Message] = {}
        self.kind, self.style, self.formula, self.taking, self.reading = "n", 0, False, False, False
        self.pieces: list[str] = []
        self.length = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            self._cell(attributes)
        elif tag in ("v", "t"):
            self.taking = not self.reading
        elif tag == "f":
            self.formula = True
        elif tag == "row":
            self._row(attributes)
        elif tag == "rPh":
            self.reading = True  # a phonetic reading is no part of the text
        elif tag == "mergeCell":
            self.beside.merged.append(attributes.get("ref", "")[:30])
            if len(self.beside.merged) > MOST_MERGED:
                raise _too_large()
        elif tag == "col" and _is_true(attributes.get("hidden")):
            first, last = parts.number(attributes.get("min")), parts.number(attributes.get("max"))
            self.beside.hidden += range(max(first, 1), min(last, MOST_COLUMNS) + 1)

    def _row(self, attributes: dict[str, str]) -> None:
        said = attributes.get("r", "")
        self.row = int(said) if said.isascii() and said.isdigit() and len(said) < 8 else self.row + 1
        self.column, self.cells, self.hidden = 0, self.cells + 1, _is_true(attributes.get("hidden"))
        if self.cells > MOST_CELLS:
            raise _too_large()
        self.texts, self.faults = {}, {}

    def _cell(self, attributes: dict[str, str]) -> None:
        self.column = _column(attributes.get("r", "")) or self.column + 1
        self.kind, self.style = attributes.get("t", "n"), parts.number(attributes.get("s"))
        self.formula, self.taking, self.reading, self.length = False, False, False, 0
        self.pieces.clear()
        self.cells += 1
        if self.cells > MOST_CELLS or self.column > WIDEST:
            raise _too_large()

    def characters(self, text: str) -> None:
        if self.taking and self.length < safe.LONGEST:
            self.pieces.append(text)
            self.length += len(text)

    def end(self, tag: str) -> None:
        self.taking = False
        if tag == "rPh":
            self.reading = False
        elif tag == "c" and self.column <= MOST_COLUMNS:
            self._finish_cell()
        elif tag == "c" and self.pieces:
            self.beside.beyond += 1
        elif tag == "row" and (self.texts or self.faults):
            self.done.append(Row(self.row, self.texts, self.faults, self.hidden))

    def _finish_cell(self) -> None:
        raw = "".join(self.pieces)[: safe.LONGEST]
        try:
            text = self._said(raw).strip(_BLANK)
        except _Fault as fault:
            self.faults[self.column] = fault.message
            return
        if text:
            self.texts[self.column] = text

    def _said(self, raw: str) -> str:
        if self.formula and not raw:
            raise _Fault(Message(N_("这一格是公式，里面没有算好的值；请复制后用“选择性粘贴→数值”填入")))
        if self.kind == "s":
            return self._shared(raw)
        if self.kind in ("inlineStr", "str"):
            return unescaped(raw)
        if self.kind == "e":
            raise _Fault(Message(N_("这一格的公式出错（%(error)s）；请改正后再传"), {"error": raw[:12]}))
        if self.kind == "b":
            return {"1": "TRUE", "0": "FALSE"}.get(raw, raw)
        if self.kind == "d":
            return raw[:10]
        return _number(raw, self.style in self.book.dates, self.book.from_1904) if raw.strip() else ""

    def _shared(self, raw: str) -> str:
        place = raw.strip()
        if not (place.isascii() and place.isdigit() and len(place) < 9 and int(place) < len(self.book.texts)):
            raise Invalid("file", N_("这个文件坏了，读不下去；请在 Excel 里打开，另存为 .xlsx 再传"))
        return unescaped(self.book.texts[int(place)])


def _is_true(said: str | None) -> bool:
    return said in ("1", "true")


class _Fault(Exception):
    def __init__(self, message: Message) -> None:
        self.message = message


def _column(reference: str) -> int:
    """The column of an address such as C5, from 1; 0 if there is none."""
    letters, number = reference.rstrip("0123456789"), 0
    if not (letters.isascii() and letters.isupper() and len(letters) < 4):
        return 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def unescaped(text: str) -> str:
    """The text that Excel shows. In the file, _x000D_ stands for a character that XML refuses, _x005F_ for "_"."""
    return safe.text(_ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)) if "_x" in text else text


def _number(raw: str, is_date: bool, from_1904: bool) -> str:
    """A number as a person would type it: 2.5 and not 2.4999999999999996; a day as 2026-07-18."""
    try:
        value = Decimal(raw.strip())
    except InvalidOperation:
        raise _Fault(Message(N_("这一格读不懂；请删掉重新填写"))) from None
    if not value.is_finite() or value.adjusted() >= EXACT:
        raise _Fault(Message(N_("这一格是数字格式，超过 15 位的部分已经丢失；请先把单元格格式设为“文本”，再重新填写")))
    if value and value.adjusted() < -EXACT:
        raise _Fault(Message(N_("这一格读不懂；请删掉重新填写")))
    if is_date:
        return _day(float(value), from_1904)
    shown = f"{Decimal(f'{value:.15g}'):f}" if value else "0"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def _day(serial: float, from_1904: bool) -> str:
    epoch = CALENDAR_MAC_1904 if from_1904 else CALENDAR_WINDOWS_1900
    try:
        value = from_excel(serial, epoch)
    except (OverflowError, ValueError):
        raise _Fault(Message(N_("这一格的日期读不懂；请按 2026-07-18 的样子填"))) from None
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, (date, time)) else str(value)


__all__ = ["MOST_ROWS", "Row", "Sheet", "Unread", "address", "unescaped"]
