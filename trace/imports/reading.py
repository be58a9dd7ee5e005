"""How an uploaded table is read: which row says what, which cells cannot be read, and what is left out and why.

Nothing is asked of the record here but the words that may be chosen from.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO

from openpyxl.utils.cell import range_boundaries

from ..db.watch import slow
from ..errors import N_, Invalid, Message
from ..names import normal_form
from ..sheets.reader import Row, Sheet, address
from . import engine, notes
from .engine import EXAMPLE, HINT, MARK, SHOWN_ROWS, AnyImport, Desk, Fault, Field, Import, Line, Made, Table

_HEAD_WITHIN = 12  # the header is looked for in so many rows
_BESIDE = N_("这一行在模板的各列里都是空的，不导入")

Spell = Callable[[str], Sequence[str]]  # from a word in Chinese to its spelling in each language


def read(desk: Desk, kind: Import[Made], source: IO[bytes], spell: Spell) -> Table:
    """Read a file. Raises Invalid("file") when it cannot be read at all, or holds no rows or too many."""
    sheet = Sheet(source)
    rows = _all(sheet)
    above, head, columns = _header(iter(rows), kind, spell)
    said = rows[len(above) + 1 :]
    unread = [each for each in sheet.unread(engine.MOST_ROWS) if not _is_ours(each.is_hidden, each.name, spell)]
    form = _Form.of(desk, kind, spell, head, columns)
    table = Table(columns, head=len(above) + 1, merged=_merged(sheet.beside.merged, head.number))
    for row in said:
        _sort(table, form, row)
    if not table.lines:
        raise _nothing(unread[0].name if unread else None)
    table.notes.extend(notes.found(sheet, unread, said, form.asked, form.mark, head))
    return table


def _is_ours(is_hidden: bool, name: str, spell: Spell) -> bool:
    """Whether it is the template's own sheet of options."""
    return is_hidden and name in spell(engine.OPTIONS)


def _nothing(other: str | None) -> Invalid:
    if other is None:
        return Invalid("file", N_("表里没有要导入的行；请填在示例行下面，“行类型”一列不用填"))
    return Invalid("file", N_("第一张工作表里没有要导入的行，“%(name)s”没有读；请把各行放进第一张"), name=other[:31])


@slow
def _all(sheet: Sheet) -> list[Row]:
    return list(sheet.rows(engine.MOST_ROWS + _HEAD_WITHIN))


@dataclass(frozen=True)
class _Form:
    """The sheet as its header lays it out, and what the template's own rows say. `mark` is the column of the row's kind; 0 for
    none."""

    kind: AnyImport
    columns: dict[str, int]
    mark: int
    words: Mapping[str, frozenset[str]]  # the spellings of HINT and EXAMPLE
    own: Mapping[str, Mapping[str, frozenset[str]]]  # what the template says in those rows, by the field's name
    options: dict[str, dict[str, str]]

    @classmethod
    def of(cls, desk: Desk, kind: Import[Made], spell: Spell, head: Row, columns: dict[str, int]) -> "_Form":
        hints = {field.name: frozenset(spell(field.hint)) for field in kind.fields}
        examples = {
            field.name: frozenset(spell(field.shown(desk)) if field.shown(desk) else ()) for field in kind.fields
        }
        return cls(
            kind,
            columns,
            next((column for column, text in head.texts.items() if text in spell(MARK)), 0),
            {word: frozenset(spell(word)) for word in (HINT, EXAMPLE)},
            {HINT: hints, EXAMPLE: examples},
            {field.name: _spelled(field.options(desk), spell) for field in kind.fields if field.options},
        )

    @property
    def asked(self) -> set[int]:
        return set(self.columns.values())

    def is_empty(self, row: Row) -> bool:
        return not any(row.text(column) or column in row.faults for column in self.asked)

    def marked(self, row: Row) -> str | None:
        """HINT or EXAMPLE if the row is called so. Without the column of the marks, the template's own rows are known as such."""
        for word, spellings in self.words.items():
            if row.text(self.mark) in spellings if self.mark else self.is_own(word, row):
                return word
        return None

    def is_own(self, word: str, row: Row) -> bool:
        """Whether a row says what the template says there."""
        texts = {name: row.text(column) for name, column in self.columns.items()}
        return not row.faults and all(not text or text in self.own[word][name] for name, text in texts.items())


def _sort(table: Table, form: _Form, row: Row) -> None:
    """Put a row where it belongs: left out, or a line."""
    if form.is_empty(row):
        table.left.append(Fault(row.number, address(1, row.number), "", Message(_BESIDE)))
        return
    line, word = _line(table, form, row), form.marked(row)
    if word is None:
        _take(table, form, row, line)
    elif form.is_own(word, row) or (word == HINT and line.faults):
        why = Message(N_("这一行是模板的“%(kind)s”，不导入"), {"kind": Message(word)})
        table.left.append(Fault(row.number, address(form.mark or 1, row.number), "", why))
    else:
        typed = Message(_TYPED_OVER, {"kind": Message(word)})
        fault = Fault(row.number, address(form.mark, row.number), MARK, typed)
        _take(table, form, row, Line(row.number, line.values, (fault, *line.faults)))


_TYPED_OVER = N_("这一行标着“%(kind)s”，里面的内容却改过：要导入就清空这一格，不导入就删掉这一行")


def _header(rows: Iterator[Row], kind: Import[Made], spell: Spell) -> tuple[list[Row], Row, dict[str, int]]:
    """The rows above the titles, the row of the titles, and the column of each field by its name, in any order."""
    above: list[Row] = []
    best: tuple[list[Row], Row, dict[str, int]] | None = None
    for row in rows:
        found = {text.rstrip("*＊ "): column for column, text in sorted(row.texts.items(), reverse=True)}
        columns = {
            wanted.name: found[title] for wanted in kind.fields for title in spell(wanted.title) if title in found
        }
        if len(columns) > len(best[2] if best else {}):
            best = [*above], row, columns
        above.append(row)
        if row.number >= _HEAD_WITHIN or all(wanted.name in columns for wanted in kind.fields if wanted.required):
            break
    missing = [wanted for wanted in kind.fields if wanted.required and (not best or wanted.name not in best[2])]
    if best is None or missing:
        raise Invalid(
            "file", N_("找不到列“%(column)s”；请用下载的模板填写，不要改表头"), column=Message(missing[0].title)
        )
    _refuse_rows_above(*best)
    return best


def _refuse_rows_above(above: list[Row], head: Row, columns: dict[str, int]) -> None:
    """Titles fill one cell. A row that fills several columns of the table was meant to be read."""
    for row in above:
        if sum(bool(row.text(column)) for column in columns.values()) > 1:
            raise Invalid("file", N_("第 %(row)s 行在表头上面，没有读；请把它移到表头和示例下面"), row=row.number)


def _spelled(options: Mapping[str, str], spell: Spell) -> dict[str, str]:
    """What each spelling of an option means, and each normal form that only one of them has."""
    exact = {spelling: value for word, value in options.items() for spelling in (*spell(word), value)}
    normal: dict[str, set[str]] = {}
    for spelling, value in exact.items():
        normal.setdefault(normal_form(spelling), set()).add(value)
    return {form: next(iter(values)) for form, values in normal.items() if len(values) == 1} | exact


def _value(text: str, choices: Mapping[str, str]) -> str:
    """What a word means, in whatever spelling; empty for one that is none of the options."""
    return choices.get(text) or choices.get(normal_form(text), "") if text else ""


def _take(table: Table, form: _Form, row: Row, line: Line) -> None:
    if len(table.lines) == engine.MOST_ROWS:
        raise Invalid("file", N_("行数太多：一次最多 %(most)s 行；请分成几个文件"), most=f"{engine.MOST_ROWS:,}")
    if len(table.first) < SHOWN_ROWS:
        shown = [_shown(wanted, row.text(table.columns.get(wanted.name, 0))) for wanted in form.kind.fields]
        table.first.append((row.number, shown))
    table.lines.append(line)


def _shown(wanted: Field, text: str) -> str:
    return "••••" if wanted.sealed and text else text


def _line(table: Table, form: _Form, row: Row) -> Line:
    values, faults = {}, []
    for wanted in form.kind.fields:
        column = table.columns.get(wanted.name, 0)
        text, choices = row.text(column), form.options.get(wanted.name)
        wrong = row.faults.get(column) or _wrong(wanted, text, choices)
        values[wanted.name] = text if choices is None else _value(text, choices)
        if wrong is not None:
            faults.append(Fault(row.number, address(column or 1, row.number), wanted.title, wrong))
    return Line(row.number, values, tuple(faults))


def _wrong(wanted: Field, text: str, choices: Mapping[str, str] | None) -> Message | None:
    """What is wrong with the text of a cell that could be read; None: nothing."""
    if not text:
        return Message(N_("这一格必填：%(hint)s"), {"hint": Message(wanted.hint)}) if wanted.required else None
    if choices is not None and not _value(text, choices):
        return Message(wanted.unknown, {"typed": text[:24]})
    return None


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
