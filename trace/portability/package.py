"""Reads a file that `bundle` wrote, here or on another installation. It comes from outside, so nothing in it is believed: only rows
that the manifest names are read, a line at a time, each within its bounds, and each file must have its SHA-256."""

import hashlib
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any
from zipfile import BadZipFile, ZipFile

from ..errors import N_, Invalid
from .bundle import CHUNK, FORMAT, MANIFEST, VERSION
from .parts import PARTS

Json = dict[str, Any]
LARGEST_MANIFEST, LARGEST_ROWS = 16 << 20, 256 << 20  # bytes when unpacked
LONGEST_LINE = 64 << 10  # a row; the longest text of one has 1,000 characters
MOST_ROWS = 50_000  # of a part
NO_PACKAGE = N_("这不是从本系统导出的资料包，或者文件坏了；请选“我的资料”导出的 .zip")
CHANGED = N_("资料包里的 %(path)s 和清单对不上，可能被改过；请用导出时的原文件")
BROKEN = (
    BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    KeyError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    RecursionError,
)


@dataclass(frozen=True)
class Package:
    """What a package says of itself. `counts`: the rows of each part. `digest` is the manifest's SHA-256."""

    source: str
    made_at: str
    producer: str
    uscc: str | None
    demonstration: bool
    counts: dict[str, int]
    digest: str


def opened(file: IO[bytes]) -> Package:
    """Look at a package. Raises Invalid("file") for what is none, is changed, or is too large."""
    try:
        with ZipFile(file) as zipped:
            raw = _bounded(zipped, MANIFEST, LARGEST_MANIFEST)
            told = json.loads(raw)
            if told["format"] != FORMAT or told["version"] != VERSION:
                raise Invalid("file", NO_PACKAGE)
            counts = {part.key: _checked(zipped, told, part.key) for part in PARTS}
            whose = told["producer"]
            return Package(
                source=str(told["source"])[:200],
                made_at=str(told["made_at"])[:40],
                producer=str(whose["name"])[:120],
                uscc=str(whose["uscc"])[:18] if whose["uscc"] else None,
                demonstration=bool(told["demonstration"]),
                counts=counts,
                digest=hashlib.sha256(raw).hexdigest(),
            )
    except (*BROKEN, TypeError, AttributeError):
        raise Invalid("file", NO_PACKAGE) from None


def rows(file: IO[bytes], key: str) -> Iterator[Json]:
    """The rows of one part, a line at a time. Raises Invalid("file") for what is no row."""
    try:
        with ZipFile(file) as zipped, zipped.open(f"rows/{key}.json") as lines:
            for _ in range(MOST_ROWS + 2):
                line = lines.readline(LONGEST_LINE)
                if not line:
                    return
                if row := _row(line):
                    yield row
    except BROKEN:
        raise Invalid("file", NO_PACKAGE) from None


def _row(line: bytes) -> Json | None:
    text = line.strip().rstrip(b",")
    if text in (b"[", b"]", b"[]", b""):
        return None
    row = json.loads(text)
    if not isinstance(row, dict):
        raise ValueError("no row")
    return row


def _bounded(zipped: ZipFile, path: str, most: int) -> bytes:
    with zipped.open(path) as entry:
        content = entry.read(most + 1)
    if len(content) > most:
        raise ValueError("too large")
    return content


def _checked(zipped: ZipFile, told: Json, key: str) -> int:
    """The number of rows of a part whose file is as the manifest says; 0 of one that an older program did not know."""
    path = f"rows/{key}.json"
    about = next((each for each in told["files"] if each["path"] == path), None)
    if about is None:
        return 0
    found, size = hashlib.sha256(), 0
    with zipped.open(path) as entry:
        while chunk := entry.read(CHUNK):
            found.update(chunk)
            size += len(chunk)
            if size > LARGEST_ROWS:
                raise ValueError("too large")
    if found.hexdigest() != about["sha256"]:
        raise Invalid("file", CHANGED, path=path)
    count = int(about["rows"])
    if not 0 <= count <= MOST_ROWS:
        raise Invalid("file", N_("一类最多移入 %(most)s 行"), most=MOST_ROWS)
    return count
