"""Tables out as CSV, for print shops and for programs.

A byte order mark goes first, so that Excel shows the Chinese. A text that could be taken for a formula gets an
apostrophe before it, so that Excel runs nothing.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from ..clock import SHANGHAI
from . import safe

BOM = b"\xef\xbb\xbf"
CHUNK = 1 << 15  # characters


def stream(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """Give the bytes of a CSV file in pieces: UTF-8 with byte order mark, every field quoted, lines ended by CRLF."""
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


def field(value: object) -> str:
    """One value as the file holds it. Texts are made harmless. Moments are shown in Shanghai time."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    if isinstance(value, str):
        text = safe.text(value)
        return f"'{text}" if safe.starts_a_formula(text) or safe.starts_a_formula(value) else text
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
