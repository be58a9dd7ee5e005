"""Every list as an Excel file, by one mechanism: what a page shows, with the page's own filter and visibility, all
of it. What may be exported stands in `exportlists`, a line a column; the rows are streamed."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Flask, request, send_file, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..clock import day_of
from ..errors import Message
from ..policy.policy import Policy
from ..sheets import writer
from ..sheets.writer import Kind
from .guard import service
from .language import day, say

AT_ONCE = 500  # rows fetched together
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Typed = Mapping[str, str]  # the filter, as the page's address has it


@dataclass(frozen=True)
class Col:
    """A column: its title, and what it holds of a row. A Message is said in the reader's language."""

    title: str
    of: Callable[[Any], Any]
    kind: Kind = Kind.TEXT
    width: int | None = None


@dataclass(frozen=True)
class Export:
    """One list. `rows` gives what this actor may see under a filter; the address of the file is
    `bureau.export_<key>`."""

    key: str
    title: str
    rows: Callable[[Actor, Typed], sa.Select[Any]]
    columns: Callable[[Policy], tuple[Col, ...]]

    @property
    def endpoint(self) -> str:
        return f"bureau.export_{self.key}"


def register(export: Export, blueprint: Any) -> None:
    """Give a list its address. Its rights need their line in the table like any other."""

    def view(session: Session, actor: Actor) -> ResponseReturnValue:
        return _answer(session, actor, export)

    blueprint.add_url_rule(f"/exports/{export.key}.xlsx", f"export_{export.key}", view)


def _answer(session: Session, actor: Actor, export: Export) -> ResponseReturnValue:
    """The finished file; it lies in a temporary file that is gone when it has been sent."""
    return send(actor, say(export.title), sheet(session, actor, export, request.args, _note(actor)))


def send(actor: Actor, name: str, *sheets: writer.Sheet) -> ResponseReturnValue:
    """Sheets as one file, with today's date in its name."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it when it has been sent
    writer.write(file, *sheets)
    file.seek(0)
    return send_file(file, TYPE, as_attachment=True, download_name=f"{name} {day_of(actor.at).isoformat()}.xlsx")


def sheet(session: Session, actor: Actor, export: Export, typed: Typed, note: str = "") -> writer.Sheet:
    """A list as a table in the reader's language."""
    policy = service().office.policy
    columns = export.columns(policy)
    heads = [writer.Column(say(column.title), column.kind, column.width) for column in columns]
    found = session.execute(export.rows(actor, typed).execution_options(yield_per=AT_ONCE))
    return writer.Sheet(say(export.title), say(export.title), heads, _cells(found, columns), [note] if note else [])


def _cells(found: Iterator[Any] | sa.Result[Any], columns: tuple[Col, ...]) -> Iterator[list[Any]]:
    for row in found:
        one = row[0] if len(row) == 1 else row
        yield [_said(column.of(one)) for column in columns]


def _said(value: Any) -> Any:
    return say(value) if isinstance(value, Message) else value


def _note(actor: Actor) -> str:
    """Under the title: what day this is of, who took it, and which filter was set."""
    filters = [value[:40] for key, value in sorted(request.args.items()) if value and key not in ("page", "lang")]
    return " · ".join([day(day_of(actor.at)), actor.name, *filters])


def init_app(app: Flask) -> None:
    def export_url(key: str) -> str:
        """The file of the list that the page shows, with the page's filter."""
        kept: dict[str, Any] = {name: value for name, value in request.args.items() if name not in ("page", "lang")}
        return url_for(f"bureau.export_{key}", **kept)

    app.jinja_env.globals.update(export_url=export_url)
