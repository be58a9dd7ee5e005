"""Tables that people fill in come into the record: each row goes through the use-case that the form goes through, and
either all rows enter or none. A preview is the same with everything undone at the end, so that it cannot promise what
the import then refuses."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from openpyxl.utils.cell import range_boundaries
from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..errors import N_, Invalid, Message, TraceError
from ..installation.installation import Installation
from ..sheets.reader import Row, Sheet, address

MOST_ROWS = 5_000  # at once: the database takes nothing else in while they enter
SHOWN_ROWS, SHOWN_FAULTS = 10, 200
MARK, HINT, EXAMPLE = N_("行类型（不用填）"), N_("说明"), N_("示例")
_HEAD_WITHIN = 12  # rows in which the header is looked for

Spell = Callable[[str], Sequence[str]]  # a word of ours as it is written in each language


@dataclass(frozen=True)
class Desk:
    """Who imports, into what, and where the file is from: `digest` names it for ever. `approve`: see Import."""

    session: Session
    actor: Actor
    office: Installation
    digest: str = ""
    approve: bool = False


@dataclass(frozen=True)
class Field:
    """A column: the use-case's own name of it, its title, what is expected. `options` gives the words to choose from
    and what each means; `sealed` is never shown again."""

    name: str
    title: str
    hint: str
    example: str = ""
    required: bool = True
    options: Callable[[Desk], Mapping[str, str]] | None = None
    sealed: bool = False


@dataclass(frozen=True)
class Import:
    """What can be imported. `enter` takes one row's values and the number of the row; `can_approve`: who imports may
    vouch for the rows, which are then approved at once."""

    key: str
    title: str
    fields: tuple[Field, ...]
    enter: Callable[[Desk, dict[str, str], int], Any]
    can_approve: bool = False


@dataclass(frozen=True)
class Fault:
    """What is wrong in which cell, and what is expected."""

    address: str
    column: str  # its title, a word of ours; empty for the whole row
    message: Message


@dataclass
class Outcome:
    """What a file holds. `faults` are the first ones; `wrong` counts the rows that have one."""

    rows: int = 0
    examples: int = 0
    wrong: int = 0
    faults: list[Fault] = field(default_factory=list)
    first: list[tuple[int, list[str]]] = field(default_factory=list)

    def add(self, faults: Sequence[Fault]) -> None:
        self.wrong += bool(faults)
        self.faults.extend(faults[: max(0, SHOWN_FAULTS - len(self.faults))])


def preview(desk: Desk, kind: Import, source: IO[bytes], spell: Spell) -> Outcome:
    """What would come of this file. Nothing is kept. Raises Invalid("file") when it cannot be read at all."""
    try:
        return _enter_all(desk, kind, source, spell)
    finally:
        desk.session.rollback()


def bring_in(desk: Desk, kind: Import, source: IO[bytes], spell: Spell) -> Outcome:
    """Enter all rows. When the outcome has faults nothing was entered: the transaction is rolled back."""
    outcome = _enter_all(desk, kind, source, spell)
    if outcome.wrong:
        desk.session.rollback()
    return outcome


def _enter_all(desk: Desk, kind: Import, source: IO[bytes], spell: Spell) -> Outcome:
    sheet, outcome = Sheet(source), Outcome()
    rows = sheet.rows(MOST_ROWS + _HEAD_WITHIN)
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


def _header(rows: Iterator[Row], kind: Import, spell: Spell) -> tuple[Row, dict[str, int]]:
    """The row of the titles, and the column of each field. The titles may stand in any order."""
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
        shown = (
            "••••" if wanted.sealed and row.text(columns.get(wanted.name, 0)) else row.text(columns.get(wanted.name, 0))
            for wanted in kind.fields
        )
        outcome.first.append((row.number, list(shown)))
    values, faults = _values(kind, row, columns, options)
    if not faults:
        try:
            with desk.session.begin_nested():
                kind.enter(desk, values, row.number)
        except TraceError as error:
            faults.append(_fault(kind, row, columns, error))
    outcome.add(faults)


def _values(
    kind: Import, row: Row, columns: dict[str, int], options: dict[str, dict[str, str]]
) -> tuple[dict[str, str], list[Fault]]:
    values, faults = {}, []
    for wanted in kind.fields:
        column = columns.get(wanted.name, 0)
        text, wrong = row.text(column), row.faults.get(column)
        if wrong is None and not text and wanted.required:
            wrong = Message(N_("这一格必填：%(hint)s"), {"hint": Message(wanted.hint)})
        if wrong is None and text and wanted.name in options:
            if text not in options[wanted.name]:
                wrong = Message(N_("“%(typed)s”不在可选的里面；请从下拉列表里选"), {"typed": text[:24]})
            text = options[wanted.name].get(text, "")
        values[wanted.name] = text
        if wrong is not None:
            faults.append(Fault(address(column or 1, row.number), wanted.title, wrong))
    return values, faults


def _fault(kind: Import, row: Row, columns: dict[str, int], error: TraceError) -> Fault:
    """Where the use-case's refusal belongs: the cell of the field it names, or the row."""
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
