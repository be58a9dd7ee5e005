"""Tables out, as CSV: for print shops and for programs. Opened in Excel it shows Chinese (a byte order mark goes first)
and runs nothing: a text that could be taken for a formula has an apostrophe before it."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from ..clock import SHANGHAI
from . import safe

BOM = b"\xef\xbb\xbf"
CHUNK = 1 << 15  # characters


def stream(titles: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """The bytes of a CSV file in UTF-8 with byte order mark, quoted, CRLF, in pieces."""
    out = io.StringIO()
    lines = csv.writer(out, quoting=csv.QUOTE_ALL)
    lines.writerow([field(title) for title in titles])
    yield BOM
    for row in rows:
        lines.writerow([field(value) for value in row])
        if out.tell() >= CHUNK:
            yield out.getvalue().encode()
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode()


def field(value: Any) -> str:
    """One value as the file says it. Texts are made harmless; numbers, days and moments (Shanghai) are not touched."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    if isinstance(value, str):
        text = safe.text(value)
        return f"'{text}" if safe.starts_a_formula(text) or safe.starts_a_formula(value) else text
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
