"""What can be imported, and what an uploaded table is once it has been read (see `reading`)."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..audit.sure import NOTHING, Said
from ..db.columns import Base
from ..errors import N_, Invalid, Message, TraceError
from ..installation.installation import Installation
from ..sheets.reader import address

MOST_ROWS = 5_000  # of one file
SHOWN_ROWS = 10
MARK, HINT, EXAMPLE = N_("行类型（不用填）"), N_("说明"), N_("示例")
OPTIONS = N_("选项")  # the template's hidden sheet
Made = TypeVar("Made", bound=Base)


@dataclass(frozen=True)
class Desk:
    """What an import works with. `digest` is the hash of the file; `approve` approves the rows (see Import). `said`: the
    questions answered with yes. `theirs`: while rows are on trial, the record's rows of their kind, which a query for them does
    not find."""

    session: Session
    actor: Actor
    installation: Installation
    digest: str = ""
    approve: bool = False
    said: Said = NOTHING
    theirs: type[Base] | None = None


@dataclass(frozen=True)
class Field:
    """A column. `name` is the use-case's name of it.

    `options` gives the words to choose from, each with the value that it means; `unknown` is what another word is told. A `sealed`
    value is not shown again.
    """

    name: str
    title: str
    hint: str
    example: str = ""
    required: bool = True
    options: Callable[[Desk], Mapping[str, str]] | None = None
    sealed: bool = False
    unknown: str = N_("“%(typed)s”不在可选的里面；请从下拉列表里选")

    def shown(self, desk: Desk) -> str:
        """What the template's example says in this column, in Chinese: without an example the first of the options."""
        options = self.options(desk) if self.options else {}
        return self.example or next(iter(options), "")


@dataclass(frozen=True)
class Clash(Generic[Made]):
    """A row of the record that says what a row of the file says.

    `when(theirs, ours)` is the condition on the record's row and the file's, `says` the words for the record's row. Where the
    same may be meant twice (two harvests alike are two batches), `asks`: the person decides whether the row enters.
    """

    when: Callable[[type[Made], type[Made]], sa.ColumnElement[bool]]
    says: Callable[[Made], Invalid]
    asks: bool = False


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

    @property
    def may_repeat(self) -> bool:
        """Whether the same may be meant twice."""
        return any(clash.asks for clash in self.clashes)


AnyImport = Import[Any]


@dataclass(frozen=True)
class Fault:
    """What is said of a cell or a row: what is wrong, or why it is left out. `row` is the number in the sheet; 0 for more than
    one row."""

    row: int
    address: str
    column: str  # the title in Chinese; empty for the whole row
    message: Message


@dataclass(frozen=True)
class Line:
    """A row of the file as the use-case takes it. `number` is the one that Excel shows. A line with faults never enters."""

    number: int
    values: dict[str, str]
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class Known:
    """A row that says what the record, or an earlier row of the file, says already. `asks`: it may be meant all the same."""

    fault: Fault
    asks: bool = False


@dataclass(frozen=True)
class Table:
    """A file that was read. Every row of the sheet with something in it is one of `head` (titles and header), of `left` (not
    read, with the reason) or of `lines`. `first` shows how the first rows were understood; `merged` are faults of several
    rows; `notes` say what was found beside the rows, and what comes of it."""

    columns: dict[str, int]  # from a field's name to its column
    lines: list[Line] = field(default_factory=list)
    first: list[tuple[int, list[str]]] = field(default_factory=list)
    merged: list[Fault] = field(default_factory=list)
    head: int = 0
    left: list[Fault] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)

    def without(self, rows: Collection[int]) -> "Table":
        """The same table without the lines of these rows."""
        return replace(self, lines=[line for line in self.lines if line.number not in rows])

    def place(self, name: str, row: int) -> str:
        """The address of a field's cell in a row; of the row's first cell where the field has no column."""
        return address(self.columns.get(name, min(self.columns.values())), row)


def faults_of(kind: Import[Made], table: Table, row: int, error: TraceError) -> list[Fault]:
    """All that a use-case refused of a row, each at its place."""
    others = error.others if isinstance(error, Invalid) else ()
    return [fault_of(kind, table, row, each) for each in (error, *others)]


def fault_of(kind: Import[Made], table: Table, row: int, error: TraceError) -> Fault:
    """The use-case's refusal at its place: the cell of the field that it names, or the first cell of the row."""
    name = error.field if isinstance(error, Invalid) else ""
    title = next((wanted.title for wanted in kind.fields if wanted.name == name), "")
    return Fault(row, table.place(name, row), title, error.shown)
