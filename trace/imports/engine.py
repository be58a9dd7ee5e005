"""Tables that people fill in enter the record: all rows, or none.

Each row goes through the use-case that the form of the same thing goes through. A preview is an import that is undone
at the end, so that it cannot promise what the import then refuses.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO

from openpyxl.utils.cell import range_boundaries
from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..db.watch import slow
from ..errors import N_, Invalid, Message, TraceError
from ..installation.installation import Installation
from ..sheets.reader import Row, Sheet, address

MOST_ROWS = 5_000  # of one file; while they enter, the database takes in nothing else
SHOWN_ROWS, SHOWN_FAULTS = 10, 200
MARK, HINT, EXAMPLE = N_("行类型（不用填）"), N_("说明"), N_("示例")
_HEAD_WITHIN = 12  # the header is looked for in so many rows

Spell = Callable[[str], Sequence[str]]  # from a word in Chinese to its spelling in each language


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
class Import:
    """What can be imported. `enter` takes the values and the number of one row.

    With `can_approve` the importing person may vouch for the rows, which are then approved at once.
    """

    key: str
    title: str
    fields: tuple[Field, ...]
    enter: Callable[[Desk, dict[str, str], int], object]
    can_approve: bool = False


@dataclass(frozen=True)
class Fault:
    """Which cell is wrong, and what is expected there."""

    address: str
    column: str  # the title in Chinese; empty for the whole row
    message: Message


@dataclass
class Outcome:
    """What a file holds. `faults` holds the first ones; `wrong` counts all rows that have one."""

    rows: int = 0
    examples: int = 0
    wrong: int = 0
    faults: list[Fault] = field(default_factory=list)
    first: list[tuple[int, list[str]]] = field(default_factory=list)

    def add(self, faults: Sequence[Fault]) -> None:
        """Count the faults of one row, and keep them while fewer than SHOWN_FAULTS are kept."""
        self.wrong += bool(faults)
        self.faults.extend(faults[: max(0, SHOWN_FAULTS - len(self.faults))])


def preview(desk: Desk, kind: Import, source: IO[bytes], spell: Spell) -> Outcome:
    """What an import of this file would give. Nothing is kept. Raises Invalid("file") when it cannot be read at all."""
    try:
        return _enter_all(desk, kind, source, spell)
    finally:
        desk.session.rollback()


def bring_in(desk: Desk, kind: Import, source: IO[bytes], spell: Spell) -> Outcome:
    """Enter all rows. When the outcome has faults, the transaction is rolled back and nothing has entered."""
    outcome = _enter_all(desk, kind, source, spell)
    if outcome.wrong:
        desk.session.rollback()
    return outcome


def _enter_all(desk: Desk, kind: Import, source: IO[bytes], spell: Spell) -> Outcome:
    sheet, outcome = Sheet(source), Outcome()
    rows = iter(_read(sheet))  # all of them before the record is asked for anything: nobody waits for a large table
    head, columns = _header(rows, kind, spell)
    mark = next((column for column, text in head.texts.items() if text in spell(MARK)), 0)
    skipped = {*spell(HINT), *spell(EXAMPLE)}
    options = {wanted.name: _spelled(wanted.options(desk), spell) for wanted in kind.fields if wanted.options}
    for row in rows:
        if mark and row.text(mark) in skipped:
            outcome.examples += 1
        elif any(row.text(column) or column in row.faults for column in columns.values()):
            _enter_row(desk, kind, row, columns, options, outcome)
    outcome.add(_merged(sheet.merged, head.number))
    if not outcome.rows:
        raise Invalid("file", N_("表里没有要导入的行；请填在示例行下面，“行类型”一列不用填"))
    return outcome


@slow
def _read(sheet: Sheet) -> list[Row]:
    return list(sheet.rows(MOST_ROWS + _HEAD_WITHIN))


def _header(rows: Iterator[Row], kind: Import, spell: Spell) -> tuple[Row, dict[str, int]]:
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


def _enter_row(
    desk: Desk, kind: Import, row: Row, columns: dict[str, int], options: dict[str, dict[str, str]], outcome: Outcome
) -> None:
    outcome.rows += 1
    if outcome.rows > MOST_ROWS:
        raise Invalid("file", N_("行数太多：一次最多 %(most)s 行；请分成几个文件"), most=f"{MOST_ROWS:,}")
    if len(outcome.first) < SHOWN_ROWS:
        shown = [_shown(wanted, row.text(columns.get(wanted.name, 0))) for wanted in kind.fields]
        outcome.first.append((row.number, shown))
    values, faults = _values(kind, row, columns, options)
    if not faults:
        try:
            with desk.session.begin_nested():
                kind.enter(desk, values, row.number)
        except TraceError as error:
            faults.append(_fault(kind, row, columns, error))
    outcome.add(faults)


def _shown(wanted: Field, text: str) -> str:
    return "••••" if wanted.sealed and text else text


def _values(
    kind: Import, row: Row, columns: dict[str, int], options: dict[str, dict[str, str]]
) -> tuple[dict[str, str], list[Fault]]:
    values, faults = {}, []
    for wanted in kind.fields:
        column = columns.get(wanted.name, 0)
        text, choices = row.text(column), options.get(wanted.name)
        wrong = row.faults.get(column) or _wrong(wanted, text, choices)
        values[wanted.name] = text if choices is None else choices.get(text, "")
        if wrong is not None:
            faults.append(Fault(address(column or 1, row.number), wanted.title, wrong))
    return values, faults


def _wrong(wanted: Field, text: str, choices: Mapping[str, str] | None) -> Message | None:
    """What is wrong with the text of a cell that could be read; None: nothing."""
    if not text:
        return Message(N_("这一格必填：%(hint)s"), {"hint": Message(wanted.hint)}) if wanted.required else None
    if choices is not None and text not in choices:
        return Message(N_("“%(typed)s”不在可选的里面；请从下拉列表里选"), {"typed": text[:24]})
    return None


def _fault(kind: Import, row: Row, columns: dict[str, int], error: TraceError) -> Fault:
    """The use-case's refusal at its place: the cell of the field that it names, or the first cell of the row."""
    name = error.field if isinstance(error, Invalid) else ""
    title = next((wanted.title for wanted in kind.fields if wanted.name == name), "")
    return Fault(address(columns.get(name, min(columns.values())), row.number), title, error.message)


def _merged(ranges: Sequence[str], head: int) -> list[Fault]:
    faults = []
    for merged in ranges:
        try:
            last = range_boundaries(merged)[3]
        except ValueError:
            continue
        if last is not None and last > head:
            faults.append(Fault(merged, "", Message(N_("这里是合并单元格；请取消合并，每一行都填上"))))
    return faults
