"""What can be imported, and how an uploaded table is read: which row says what, and which cells cannot be read.

Nothing is asked of the record here but the words that may be chosen from.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any, Generic, TypeVar

import sqlalchemy as sa
from openpyxl.utils.cell import range_boundaries
from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..db.columns import Base
from ..db.watch import slow
from ..errors import N_, Invalid, Message, TraceError
from ..installation.installation import Installation
from ..sheets.reader import Row, Sheet, address

MOST_ROWS = 5_000  # of one file
SHOWN_ROWS = 10
MARK, HINT, EXAMPLE = N_("行类型（不用填）"), N_("说明"), N_("示例")
_HEAD_WITHIN = 12  # the header is looked for in so many rows

Spell = Callable[[str], Sequence[str]]  # from a word in Chinese to its spelling in each language
Made = TypeVar("Made", bound=Base)


@dataclass(frozen=True)
class Desk:
    """What an import works with. `digest` is the hash of the file; `approve` approves the rows (see Import)."""

    session: Session
    actor: Actor
    installation: Installation
    digest: str = ""
    approve: bool = False


@dataclass(frozen=True)
class Field:
    """A column. `name` is the use-case's name of it.

    `options` gives the words to choose from, each with the value that it means. A `sealed` value is not shown again.
    """

    name: str
    title: str
    hint: str
    example: str = ""
    required: bool = True
    options: Callable[[Desk], Mapping[str, str]] | None = None
    sealed: bool = False


@dataclass(frozen=True)
class Clash(Generic[Made]):
    """A reason for which a row of the file cannot enter beside a row of the record.

    `when(theirs, ours)` is the condition on the record's row and the file's, `says` the refusal for the record's row.
    """

    when: Callable[[type[Made], type[Made]], sa.ColumnElement[bool]]
    says: Callable[[Made], Invalid]


@dataclass(frozen=True)
class Import(Generic[Made]):
    """What can be imported. `enter` takes the values and the number of one row, and makes one row of `made`.

    `writes` are the tables that it writes, parents first. `clashes` are asked again when the rows enter. An event of a
    kind in `watches` may change the judgement of any row. With `can_approve` the importing person may vouch for the
    rows, which are then approved at once.
    """

    key: str
    title: str
    fields: tuple[Field, ...]
    enter: Callable[[Desk, dict[str, str], int], Made]
    made: type[Made]
    clashes: tuple[Clash[Made], ...]
    parts: tuple[type[Base], ...] = ()
    watches: tuple[str, ...] = ()
    can_approve: bool = False

    @property
    def writes(self) -> tuple[type[Base], ...]:
        return (self.made, *self.parts)


AnyImport = Import[Any]


@dataclass(frozen=True)
class Fault:
    """Which cell is wrong, and what is expected there. `row` is the number in the sheet; 0 for more than one row."""

    row: int
    address: str
    column: str  # the title in Chinese; empty for the whole row
    message: Message


@dataclass(frozen=True)
class Line:
    """A row of the file as the use-case takes it. `number` is the one that Excel shows. A line with faults is not tried."""

    number: int
    values: dict[str, str]
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class Table:
    """A file that was read. `first` shows how the first rows were understood; `merged` are faults of several rows."""

    columns: dict[str, int]  # from a field's name to its column
    lines: list[Line] = field(default_factory=list)
    first: list[tuple[int, list[str]]] = field(default_factory=list)
    merged: list[Fault] = field(default_factory=list)
    examples: int = 0

    def place(self, name: str, row: int) -> str:
        """The address of a field's cell in a row; of the row's first cell where the field has no column."""
        return address(self.columns.get(name, min(self.columns.values())), row)


def read(desk: Desk, kind: Import[Made], source: IO[bytes], spell: Spell) -> Table:
    """Read a file. Raises Invalid("file") when it cannot be read at all, or holds no rows or too many."""
    sheet = Sheet(source)
    rows = iter(_all(sheet))
    head, columns = _header(rows, kind, spell)
    mark = next((column for column, text in head.texts.items() if text in spell(MARK)), 0)
    skipped = {*spell(HINT), *spell(EXAMPLE)}
    options = {wanted.name: _spelled(wanted.options(desk), spell) for wanted in kind.fields if wanted.options}
    table, examples = Table(columns), 0
    for row in rows:
        if mark and row.text(mark) in skipped:
            examples += 1
        elif any(row.text(column) or column in row.faults for column in columns.values()):
            _take(table, kind, row, options)
    if not table.lines:
        raise Invalid("file", N_("表里没有要导入的行；请填在示例行下面，“行类型”一列不用填"))
    return Table(columns, table.lines, table.first, _merged(sheet.merged, head.number), examples)


@slow
def _all(sheet: Sheet) -> list[Row]:
    return list(sheet.rows(MOST_ROWS + _HEAD_WITHIN))


def _header(rows: Iterator[Row], kind: Import[Made], spell: Spell) -> tuple[Row, dict[str, int]]:
    """The row of the titles, and the column of each field by its name. The titles may stand in any order."""
    best: tuple[Row, dict[str, int]] | None = None
    for row in rows:
        found = {text.rstrip("*＊ "): column for column, text in sorted(row.texts.items(), reverse=True)}
        columns = {
            wanted.name: found[title] for wanted in kind.fields for title in spell(wanted.title) if title in found
        }
        if len(columns) > len(best[1] if best else {}):
            best = row, columns
        if row.number >= _HEAD_WITHIN or all(wanted.name in columns for wanted in kind.fields if wanted.required):
            break
    missing = [wanted for wanted in kind.fields if wanted.required and (not best or wanted.name not in best[1])]
    if best is None or missing:
        raise Invalid(
            "file", N_("找不到列“%(column)s”；请用下载的模板填写，不要改表头"), column=Message(missing[0].title)
        )
    return best


def _spelled(options: Mapping[str, str], spell: Spell) -> dict[str, str]:
    return {spelling: value for word, value in options.items() for spelling in (*spell(word), value)}


def _take(table: Table, kind: Import[Made], row: Row, options: dict[str, dict[str, str]]) -> None:
    if len(table.lines) == MOST_ROWS:
        raise Invalid("file", N_("行数太多：一次最多 %(most)s 行；请分成几个文件"), most=f"{MOST_ROWS:,}")
    if len(table.first) < SHOWN_ROWS:
        shown = [_shown(wanted, row.text(table.columns.get(wanted.name, 0))) for wanted in kind.fields]
        table.first.append((row.number, shown))
    table.lines.append(_line(table, kind, row, options))


def _shown(wanted: Field, text: str) -> str:
    return "••••" if wanted.sealed and text else text


def _line(table: Table, kind: Import[Made], row: Row, options: dict[str, dict[str, str]]) -> Line:
    values, faults = {}, []
    for wanted in kind.fields:
        column = table.columns.get(wanted.name, 0)
        text, choices = row.text(column), options.get(wanted.name)
        wrong = row.faults.get(column) or _wrong(wanted, text, choices)
        values[wanted.name] = text if choices is None else choices.get(text, "")
        if wrong is not None:
            faults.append(Fault(row.number, address(column or 1, row.number), wanted.title, wrong))
    return Line(row.number, values, tuple(faults))


def _wrong(wanted: Field, text: str, choices: Mapping[str, str] | None) -> Message | None:
    """What is wrong with the text of a cell that could be read; None: nothing."""
    if not text:
        return Message(N_("这一格必填：%(hint)s"), {"hint": Message(wanted.hint)}) if wanted.required else None
    if choices is not None and text not in choices:
        return Message(N_("“%(typed)s”不在可选的里面；请从下拉列表里选"), {"typed": text[:24]})
    return None


def fault_of(kind: Import[Made], table: Table, row: int, error: TraceError) -> Fault:
    """The use-case's refusal at its place: the cell of the field that it names, or the first cell of the row."""
    name = error.field if isinstance(error, Invalid) else ""
    title = next((wanted.title for wanted in kind.fields if wanted.name == name), "")
    return Fault(row, table.place(name, row), title, error.shown)


def _merged(ranges: Sequence[str], head: int) -> list[Fault]:
    faults = []
    for merged in ranges:
        try:
            last = range_boundaries(merged)[3]
        except ValueError:
            continue
        if last is not None and last > head:
            faults.append(Fault(0, merged, "", Message(N_("这里是合并单元格；请取消合并，每一行都填上"))))
    return faults
