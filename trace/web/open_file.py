"""A table of open data as a file: CSV for Excel, JSON for programs. The rows are streamed to the disk, and a reader who has this
state of the record already gets no file again."""

import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO

import sqlalchemy as sa
from flask import Response, make_response, request, send_file
from sqlalchemy.orm import Session

from ..disclosure.table import Asked, Column, Row, Table
from ..models import RecordVersion
from ..sheets import csvfile
from .language import chosen, say

IN_MEMORY = 1 << 20  # bytes of a file that are not put on the disk
TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
VARY = "Cookie"
FRESH = 60  # seconds for which a proxy may give out the same file


def send(session: Session, table: Table, asked: Asked, kind: str) -> Response:
    """The table as of a day. The mark of the answer is the version of the record, read before the rows."""
    mark = f"{session.scalar(sa.select(RecordVersion.version)) or 0}-{table.key}-{asked.day}-{kind}-{chosen()}"
    if request.if_none_match.contains_weak(mark):
        return _marked(make_response("", 304), mark)
    file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - the answer closes it when it has been sent
    rows = table.rows(session, asked)
    _write(file, as_csv(table, rows) if kind == "csv" else as_json(table, asked, rows))
    file.seek(0)
    name = f"{table.key} {asked.day}.{kind}"
    return _marked(send_file(file, TYPES[kind], as_attachment=kind == "csv", download_name=name, etag=False), mark)


def _marked(response: Response, mark: str) -> Response:
    response.set_etag(mark, weak=True)
    response.headers["Vary"] = VARY
    response.headers["Cache-Control"] = f"public, max-age={FRESH}"
    return response


def _write(file: IO[bytes], pieces: Iterable[bytes]) -> None:
    for piece in pieces:
        file.write(piece)


def as_csv(table: Table, rows: Iterable[Row]) -> Iterator[bytes]:
    """The table for Excel. Each heading is the title, a space, and the name by which programs know the column."""
    titles = [f"{say(column.title)} {key}" for key, column in _named(table.columns)]
    return csvfile.stream(titles, ([_cell(value) for value in values(table, row).values()] for row in rows))


def as_json(table: Table, asked: Asked, rows: Iterable[Row]) -> Iterator[bytes]:
    """The table for programs, one row a line. Days are ISO 8601, moments UTC; null is what is not known, or not published."""
    head = {
        "table": table.key,
        "title": say(table.title),
        "notes": [say(note) for note in table.notes],
        "as_of": asked.day,
        "source": asked.policy.title,
        **table.about(asked),
    }
    yield _text(head)[:-1].encode() + b', "rows": ['
    for number, row in enumerate(rows):
        yield (b",\n" if number else b"\n") + _text(values(table, row)).encode()
    yield b"\n]}\n"


def values(table: Table, row: Row) -> dict[str, object]:
    """A row with what its coded values are called beside them."""
    found: dict[str, object] = {}
    for column in table.columns:
        found[column.key] = told(column, row[column.key])
        if column.words is not None:
            found[f"{column.key}_text"] = word(column, row[column.key])
    return found


def told(column: Column, value: object) -> object:
    """A value as it is given out: a text of the policy in the reader's language."""
    return say(value) if column.said and isinstance(value, str) else value


def word(column: Column, value: object) -> str | None:
    """What a coded value is called in the reader's language."""
    return None if value is None else say((column.words or {}).get(str(value), str(value)))


def _named(columns: Sequence[Column]) -> Iterator[tuple[str, Column]]:
    for column in columns:
        yield column.key, column
        if column.words is not None:
            yield f"{column.key}_text", column


def _cell(value: object) -> object:
    return str(value).lower() if isinstance(value, bool) else value


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
