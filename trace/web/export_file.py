"""Every list as an Excel file. The file holds all rows that the page would show, with the page's filter and rights.

`exportlists` says what may be exported, a line for each column. The rows are streamed.
"""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Flask, request, send_file, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ..access import demonstrations
from ..access.actor import Actor
from ..clock import day_of
from ..errors import Message
from ..policy.policy import Policy
from ..sheets import writer
from ..sheets.writer import Kind
from .language import day, say

AT_ONCE = 500  # rows fetched together
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Typed = Mapping[str, str]  # the filter, as the page's address has it
Row = Any  # a row of some list, a model or a tuple: each list's columns know which
Rows = sa.Select[Any]


@dataclass(frozen=True)
class Col:
    """A column: its title, and how its value is taken from a row. A Message is written in the reader's language."""

    title: str
    of: Callable[[Row], object]
    kind: Kind = Kind.TEXT
    width: int | None = None


@dataclass(frozen=True)
class Export:
    """One list. `rows` selects what this actor may see under a filter. The endpoint of the file is
    `bureau.export_<key>`."""

    key: str
    title: str
    rows: Callable[[Actor, Typed], Rows]
    columns: Callable[[Policy], tuple[Col, ...]]

    @property
    def endpoint(self) -> str:
        """The endpoint of the file."""
        return f"bureau.export_{self.key}"


def send(actor: Actor, name: str, *sheets: writer.Sheet) -> ResponseReturnValue:
    """Sheets as one file, with today's date in its name."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it when it has been sent
    writer.write(file, *sheets)
    file.seek(0)
    return send_file(file, TYPE, as_attachment=True, download_name=file_name(actor, name))


def file_name(actor: Actor, name: str) -> str:
    """The name under which a file is kept by the person who takes it."""
    return f"{name} {day_of(actor.at).isoformat()}.xlsx"


def sheet(session: Session, actor: Actor, export: Export, typed: Typed, policy: Policy, note: str = "") -> writer.Sheet:
    """A list as a table in the reader's language."""
    columns = export.columns(policy)
    heads = [writer.Column(say(column.title), column.kind, column.width) for column in columns]
    found = session.execute(_counting(export.rows(actor, typed)).execution_options(yield_per=AT_ONCE))
    return writer.Sheet(say(export.title), say(export.title), heads, _cells(found, columns), [note] if note else [])


def _counting(rows: Rows) -> Rows:
    """A file leaves the house: it holds what counts."""
    return rows.where(demonstrations.counts(rows.column_descriptions[0]["entity"]))


def _cells(found: Iterable[Row], columns: tuple[Col, ...]) -> Iterator[list[object]]:
    for row in found:
        one = row[0] if len(row) == 1 else row
        yield [_said(column.of(one)) for column in columns]


def _said(value: object) -> object:
    return say(value) if isinstance(value, Message) else value


def note(actor: Actor, typed: Typed) -> str:
    """The line under the title: the day, the person who took the file, and the filter."""
    filters = [value[:40] for key, value in sorted(typed.items()) if value and key not in ("page", "lang")]
    return " · ".join([day(day_of(actor.at)), actor.name, *filters])


def init_app(app: Flask) -> None:
    """Let templates ask for the address of a list's file."""

    def export_url(key: str) -> str:
        """The file of the list that the page shows, with the page's filter."""
        kept: dict[str, Any] = {name: value for name, value in request.args.items() if name not in ("page", "lang")}
        return url_for(f"bureau.export_{key}", **kept)

    app.jinja_env.globals.update(export_url=export_url)
