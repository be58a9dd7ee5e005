"""Tables out as XLSX: a title, a frozen header, typed columns. No cell can be a formula.

Rows are written as they come, and the finished part of the file waits in a temporary file. So memory does not grow
with the rows.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from itertools import chain, islice
from typing import IO, TypeVar

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import WorkbookAlreadySaved
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet.properties import PageSetupProperties

from ..clock import SHANGHAI
from . import safe

MOST_ROWS = 1_000_000  # of one sheet; Excel stops at 1,048,576. Further rows go into a second sheet
A4 = 9  # in the numbers of ECMA-376, 18.3.1.63
T = TypeVar("T")
_BAD_NAME = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


class Kind(StrEnum):
    """What a column holds. It decides how the column is written and shown."""

    TEXT = "text"  # str; also for ID numbers and codes, which must not become 1.2E+18 nor lose their zeros
    COUNT = "count"  # int: how many
    NUMBER = "number"  # int that names something, a year, an ordinal, the number of a row: without separators
    AMOUNT = "amount"  # Decimal with two decimals
    DAY = "day"  # date
    MOMENT = "moment"  # aware datetime, shown in Shanghai


_FORMATS = {
    Kind.TEXT: "@",
    Kind.COUNT: "#,##0",
    Kind.NUMBER: "0",
    Kind.AMOUNT: "#,##0.00",
    Kind.DAY: "yyyy-mm-dd",
    Kind.MOMENT: "yyyy-mm-dd hh:mm",
}
_WIDTHS = {Kind.TEXT: 18, Kind.COUNT: 12, Kind.NUMBER: 10, Kind.AMOUNT: 14, Kind.DAY: 12, Kind.MOMENT: 18}


@dataclass(frozen=True)
class Column:
    """`title` is in the reader's language. `width` counts half-width characters; None takes what kind and title need."""

    title: str
    kind: Kind = Kind.TEXT
    width: int | None = None


@dataclass(frozen=True)
class Sheet:
    """One table. `notes` are lines under the title, such as the filter, the rule or the day of count."""

    name: str
    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[object]]
    notes: Sequence[str] = ()


TOLD_EVERY = 100  # rows


def counted(sheet: Sheet, tell: Callable[[int], None]) -> Sheet:
    """The same table; `tell` hears now and then how many of its rows have been written."""

    def rows() -> Iterator[Sequence[object]]:
        for number, row in enumerate(sheet.rows):
            if number % TOLD_EVERY == 0:
                tell(number)
            yield row

    return replace(sheet, rows=rows())


def write(out: IO[bytes], *sheets: Sheet) -> int:
    """Write a workbook of these sheets to `out`, a seekable file, and return the number of rows.

    None is an empty cell. Raises TypeError for a value that is not of its column's kind.
    """
    book = Workbook(write_only=True)
    book.properties.creator = "一品一码"
    try:
        total = sum(_sheet(book, sheet) for sheet in sheets)
        book.save(out)
    except BaseException:
        _abandon(book)
        raise
    return total


def _abandon(book: Workbook) -> None:
    """Remove the temporary files of an unfinished workbook. openpyxl would keep them until the process ends."""
    page: WriteOnlyWorksheet
    for page in book.worksheets:
        with suppress(WorkbookAlreadySaved):
            page.close()
        with suppress(FileNotFoundError, ValueError):
            page._writer.cleanup()  # type: ignore[attr-defined]


def _sheet(book: Workbook, sheet: Sheet) -> int:
    rows, part, total = iter(sheet.rows), 1, 0
    while True:
        written = _part(book, sheet, islice(rows, MOST_ROWS), part)
        total, part = total + written, part + 1
        if written < MOST_ROWS or (following := next(rows, None)) is None:
            return total
        rows = chain([following], rows)


def _part(book: Workbook, sheet: Sheet, rows: Iterator[Sequence[object]], part: int) -> int:
    page: WriteOnlyWorksheet = book.create_sheet(_name(sheet.name, part))
    heads, written = 2 + len(sheet.notes), 0
    _begin(page, sheet, heads)
    cells = [_cell(page, column.kind) for column in sheet.columns]
    for row in rows:
        fields = zip(cells, sheet.columns, row, strict=True)
        page.append([_fill(cell, column.kind, value) for cell, column, value in fields])
        written += 1
    filtered = f"A{heads}:{get_column_letter(len(sheet.columns))}{heads + written}"
    page.auto_filter.ref = filtered  # type: ignore[attr-defined]
    page.close()
    return written


def _begin(page: WriteOnlyWorksheet, sheet: Sheet, heads: int) -> None:
    """The widths of the columns, and the `heads` rows above the table. They stay in sight when it is scrolled."""
    page.freeze_panes = f"A{heads + 1}"
    _for_paper(page, heads)
    for number, column in enumerate(sheet.columns, 1):
        page.column_dimensions[get_column_letter(number)].width = _width(column)  # type: ignore[attr-defined]
    page.append([_styled(page, sheet.title, Font(bold=True, size=14))])
    for note in sheet.notes:
        page.append([_styled(page, note, Font(color="595959"))])
    page.append([_heading(page, column) for column in sheet.columns])


def _for_paper(page: WriteOnlyWorksheet, heads: int) -> None:
    """Printed, it is A4 across, as wide as one page, with the header on every page."""
    page.page_setup.paperSize, page.page_setup.orientation = A4, "landscape"  # type: ignore[attr-defined]
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0  # type: ignore[attr-defined]
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)  # type: ignore[attr-defined]
    page.print_title_rows = f"{heads}:{heads}"


def _name(name: str, part: int) -> str:
    """A sheet's name that Excel accepts: at most 31 characters and none of []:*?/\\'."""
    ending = f" {part}" if part > 1 else ""
    return safe.text(name).translate(_BAD_NAME).strip()[: 31 - len(ending)] + ending


def _width(column: Column) -> float:
    wide = sum(2 if ord(character) > 0x2E80 else 1 for character in column.title) + 4
    return float(column.width or max(_WIDTHS[column.kind], wide))


def _styled(page: WriteOnlyWorksheet, value: str, font: Font) -> Cell:
    cell = _cell(page, Kind.TEXT)
    _fill(cell, Kind.TEXT, value)
    cell.font, cell.alignment = font, Alignment()
    return cell


def _heading(page: WriteOnlyWorksheet, column: Column) -> Cell:
    cell = _styled(page, column.title, Font(bold=True))
    cell.fill = PatternFill("solid", fgColor="E8F0E4")
    cell.alignment = Alignment(wrap_text=True, vertical="center")
    return cell


def _cell(page: WriteOnlyWorksheet, kind: Kind) -> Cell:
    """One cell for all rows of a column: each row is in the file before the next one fills it."""
    cell = WriteOnlyCell(page)
    cell.number_format = _FORMATS[kind]
    cell.quotePrefix = kind is Kind.TEXT  # text stays text when someone edits the cell
    cell.alignment = Alignment(wrap_text=kind is Kind.TEXT, vertical="top")
    return cell


def _fill(cell: Cell, kind: Kind, value: object) -> Cell | None:
    if value is None or value == "":
        return None
    if kind is Kind.TEXT:
        cell.value, cell.data_type = safe.escaped(safe.text(_as(str, value))), "s"  # never a formula, whatever it says
    elif kind is Kind.MOMENT:
        cell.value = _as(datetime, value).astimezone(SHANGHAI).replace(tzinfo=None, microsecond=0)
    elif kind is Kind.AMOUNT:
        amount = Decimal(_as(int, value)) if isinstance(value, int) else _as(Decimal, value)
        cell.value = amount.quantize(Decimal("0.01"))
    elif kind is Kind.DAY and isinstance(value, datetime):
        raise TypeError(f"{value!r} is a moment, not a day")
    else:
        cell.value = _as(int, value) if kind in (Kind.COUNT, Kind.NUMBER) else _as(date, value)
    return cell


def _as(kind: type[T], value: object) -> T:
    if not isinstance(value, kind) or isinstance(value, bool):
        raise TypeError(f"{value!r} does not belong in this column")
    return value
