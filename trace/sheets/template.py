"""A table to be filled in: a header, a hint for each column, a marked example, drop-down lists.

Every cell has the format of text, so that Excel neither turns an identity number into 1.2E+18 nor drops the leading
zero of an area code.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from . import safe

FILLED = 5_000  # rows that have the drop-down lists
HEAD = 3  # the row of the header; title and guidance stand above it


@dataclass(frozen=True)
class Blank:
    """A column to be filled in, in the reader's language. `options` are the allowed texts; without them any is."""

    title: str
    hint: str
    example: str
    required: bool = True
    options: Sequence[str] = ()


@dataclass(frozen=True)
class Marks:
    """The first column, which marks the rows of hints and examples. It stays empty in the rows that people add."""

    title: str
    hint: str
    example: str


def write(out: IO[bytes], title: str, guidance: str, marks: Marks, blanks: Sequence[Blank], lists: str) -> None:
    """Write the template as XLSX. `lists` is the name of the hidden sheet that holds the options."""
    book = Workbook()
    page = book.active
    assert isinstance(page, Worksheet)
    page.title = safe.text(title)[:31]
    for number, row in enumerate([[title], [guidance], *_rows(marks, blanks)], 1):
        for column, text in enumerate(row, 1):
            _fill(page, number, column, text)
    page.freeze_panes = f"B{HEAD + 1}"
    page.column_dimensions["A"].width = 12
    options: Worksheet = book.create_sheet(safe.text(lists)[:31])
    options.sheet_state = "hidden"
    for number, blank in enumerate(blanks, 2):
        _shape(page, get_column_letter(number), blank.title)
        if blank.options:
            _offer(page, options, number, blank.options)
    book.save(out)


def _rows(marks: Marks, blanks: Sequence[Blank]) -> list[list[str]]:
    """The header, the hints and the example."""
    return [
        [marks.title, *(blank.title + ("*" if blank.required else "") for blank in blanks)],
        [marks.hint, *(blank.hint for blank in blanks)],
        [marks.example, *(blank.example for blank in blanks)],
    ]


def _fill(page: Worksheet, row: int, column: int, text: str) -> None:
    """Set a text in the style of its row."""
    cell = page.cell(row, column)
    cell.value, cell.data_type, cell.number_format = safe.text(text), "s", "@"
    cell.alignment = Alignment(wrap_text=row > 2, vertical="top")
    color = "767676" if row > HEAD else None
    cell.font = Font(bold=row in (1, HEAD), size=14 if row == 1 else 11, color=color, italic=row > HEAD)
    if row == HEAD:
        cell.fill = PatternFill("solid", fgColor="E8F0E4")


def _shape(page: Worksheet, letter: str, title: str) -> None:
    """A column for texts, wide enough for its title."""
    column = page.column_dimensions[letter]
    column.width, column.number_format = max(16, 2 * len(title) + 6), "@"


def _offer(page: Worksheet, options: Worksheet, number: int, words: Sequence[str]) -> None:
    """Put the words into this column of the hidden sheet, and offer them in the same column of the page."""
    for place, word in enumerate(words, 1):
        options.cell(place, number).value = safe.text(word)
        options.cell(place, number).data_type = "s"
    letter = get_column_letter(number)
    source = f"{quote_sheetname(options.title)}!${letter}$1:${letter}${len(words)}"
    chosen = DataValidation("list", formula1=source, allow_blank=True, showErrorMessage=True)
    chosen.add(f"{letter}{HEAD + 3}:{letter}{HEAD + 2 + FILLED}")
    page.add_data_validation(chosen)
