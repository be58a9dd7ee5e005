"""A table to be filled in: header, what each column expects, an example marked as one, drop-down lists. Everything is
text, so that Excel does not turn an identity number into 1.2E+18 nor drop the zero of an area code."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation

from . import safe

FILLED = 5_000  # rows that have the drop-down lists
HEAD = 3  # the row of the header: title and guidance stand above it


@dataclass(frozen=True)
class Blank:
    """A column to be filled in, in the reader's language. `options`: what may be chosen; empty, anything."""

    title: str
    hint: str
    example: str
    required: bool = True
    options: Sequence[str] = ()


@dataclass(frozen=True)
class Marks:
    """The first column says what a row is; rows of people leave it empty."""

    title: str
    hint: str
    example: str


def write(out: IO[bytes], title: str, guidance: str, marks: Marks, blanks: Sequence[Blank], lists: str) -> None:
    """Write the template. `lists` is the name of the hidden sheet that holds the options."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = safe.text(title)[:31]
    rows = [
        [title],
        [guidance],
        [marks.title, *(blank.title + ("*" if blank.required else "") for blank in blanks)],
        [marks.hint, *(blank.hint for blank in blanks)],
        [marks.example, *(blank.example for blank in blanks)],
    ]
    for number, row in enumerate(rows, 1):
        for column, text in enumerate(row, 1):
            cell = page.cell(number, column)
            cell.value, cell.data_type, cell.number_format = safe.text(text), "s", "@"
            cell.alignment = Alignment(wrap_text=number > 2, vertical="top")
            cell.font = Font(
                bold=number in (1, HEAD),
                size=14 if number == 1 else 11,
                color="767676" if number > HEAD else None,
                italic=number > HEAD,
            )
            if number == HEAD:
                cell.fill = PatternFill("solid", fgColor="E8F0E4")
    page.freeze_panes = f"B{HEAD + 1}"
    page.column_dimensions["A"].width = 12
    options = book.create_sheet(safe.text(lists)[:31])
    options.sheet_state = "hidden"
    for number, blank in enumerate(blanks, 2):
        letter = get_column_letter(number)
        page.column_dimensions[letter].width = max(16, 2 * len(blank.title) + 6)
        page.column_dimensions[letter].number_format = "@"
        if blank.options:
            for place, option in enumerate(blank.options, 1):
                options.cell(place, number).value = safe.text(option)
                options.cell(place, number).data_type = "s"
            source = f"{quote_sheetname(options.title)}!${letter}$1:${letter}${len(blank.options)}"
            chosen = DataValidation("list", formula1=source, allow_blank=True, showErrorMessage=True)
            chosen.add(f"{letter}{HEAD + 3}:{letter}{HEAD + 2 + FILLED}")
            page.add_data_validation(chosen)
    book.save(out)
