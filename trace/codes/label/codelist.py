"""The codes of a run as a list for a print shop that draws the labels itself: CSV or XLSX in a zip with AES-256.

A person with the list and its password can print genuine labels, so the list is never on the disk unencrypted under a
name. XLSX is written in one piece and must wait on the disk; there it is a file without a name.
"""

import csv
import io
import tempfile
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, cast

import pyzipper
from openpyxl import load_workbook

from ...errors import N_
from ...sheets import csvfile, writer
from ...sheets.writer import Column, Kind, Sheet
from ..kinds import spelled
from ..paper.pdf import SheetFile, WholeFile, whole_file
from ..qr.symbol import url
from ..tiny import TinyCodes
from ..unitcodes import UnitCodes
from .job import Output
from .pages import ORDINAL
from .readback import ReadBack, ReadBackFailed
from .workers import cores, in_order

TITLES = ("编号", "二维码内容", "标签小字")
TOGETHER = 2048  # codes that are signed together
SHARE_FROM = 5000  # from this many codes on, several processes are faster
_CHUNK = 1 << 16
Row = tuple[int, str, str]
"""The unit's number in its batch (from 1), the text of its symbol, and the small print with its number."""


def write_list(
    path: Path,
    output: Output,
    prefix: str,
    codes: UnitCodes | TinyCodes,
    password: str,
    progress: Callable[[int], None] | None = None,
    crew: int | None = None,
) -> SheetFile:
    """Write all `codes` in their order as one encrypted list. After any exception there is no file at `path`.

    `progress` is called with the number of codes done, and `crew` is the number of processes (None: one for each core
    if that is faster). The bytes differ each time, because the encryption uses a random salt.
    """
    hands = crew or (cores() if len(codes) >= SHARE_FROM else 1)
    with whole_file(path) as file, _locked(file, password) as archive:
        with closing(_rows(prefix, codes, progress, hands)) as rows, archive.open(f"codes.{output}", "w") as entry:
            _put(entry, output, rows)
    return file.result(len(codes))


def _rows(
    prefix: str, codes: UnitCodes | TinyCodes, progress: Callable[[int], None] | None, crew: int
) -> Generator[Row, None, None]:
    count, done = len(codes), 0

    def make(block: int) -> list[Row]:
        start = block * TOGETHER
        some = min(TOGETHER, count - start)
        pairs = zip(codes.ordinals(start, some), codes.tokens(start, some), strict=True)
        return [row_of(prefix, ordinal, spelled(token.tobytes())) for ordinal, token in pairs]

    with closing(in_order(make, -(-count // TOGETHER), crew)) as parts:
        for part in parts:
            yield from part
            done += len(part)
            if progress:
                progress(done)


def row_of(prefix: str, ordinal: int, digits: str) -> Row:
    """The row of the unit with this ordinal (from 0) and these digits; `prefix` is the address before the code."""
    return ordinal + 1, url(prefix, digits), ORDINAL % (ordinal + 1)


@contextmanager
def _locked(file: WholeFile, password: str) -> Iterator[pyzipper.AESZipFile]:
    with pyzipper.AESZipFile(
        cast(IO[bytes], file), "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES, compresslevel=1
    ) as archive:
        archive.setpassword(password.encode("ascii"))
        yield archive


def _put(entry: IO[bytes], output: Output, rows: Iterable[Row]) -> None:
    if output is Output.CSV:
        for piece in csvfile.stream(TITLES, rows):
            entry.write(piece)
        return
    number, said, printed = TITLES
    columns = (Column(number, Kind.NUMBER), Column(said, width=60), Column(printed, width=16))
    with tempfile.TemporaryFile() as whole:
        writer.write(whole, Sheet("codes", "身份码", columns, rows))
        whole.seek(0)
        while piece := whole.read(_CHUNK):
            entry.write(piece)


def read_back_list(
    path: Path,
    output: Output,
    password: str,
    first: int,
    count: int,
    expected: Callable[[int], Row],
    step: int = 1,
    progress: Callable[[int], None] | None = None,
) -> ReadBack:
    """Decrypt the list and compare it: every unit number in order, and every `step`-th row completely.

    `first` is the ordinal of the first unit (from 0) and `count` the number of rows. `expected` gives the row of a
    place, counted from 0. `progress` is called with the number of rows read. Raises ReadBackFailed.
    """
    total = read = 0
    try:
        with pyzipper.AESZipFile(path) as archive:
            archive.setpassword(password.encode("ascii"))
            with archive.open(f"codes.{output}") as entry:
                for place, row in enumerate(_found(entry, output)):
                    sampled = place % step == 0 or place == count - 1
                    if (
                        place >= count
                        or row[0] != str(first + place + 1)
                        or sampled
                        and row != _as_text(expected(place))
                    ):
                        raise ReadBackFailed(N_("回读不符：码表第 %(row)s 行不对。请重新生成。"), row=place + 1)
                    total, read = total + 1, read + sampled
                    if progress and total % TOGETHER == 0:
                        progress(total)
    except (pyzipper.BadZipFile, RuntimeError, OSError, KeyError, ValueError):
        raise ReadBackFailed(N_("回读失败：打不开码表，或文件已损坏。请重新生成。")) from None
    if total != count:
        raise ReadBackFailed(N_("回读不符：码表有 %(found)s 行，应有 %(wanted)s 行。"), found=total, wanted=count)
    return ReadBack(count, read, read, 0, "all" if step == 1 else f"every {step}", count, read)


def _as_text(row: Row) -> tuple[str, ...]:
    return str(row[0]), row[1], row[2]


def _found(entry: IO[bytes], output: Output) -> Iterator[tuple[str, ...]]:
    if output is Output.CSV:
        lines = csv.reader(io.TextIOWrapper(entry, "utf-8-sig", newline=""))
        next(lines, None)
        yield from map(tuple, lines)
        return
    with tempfile.TemporaryFile() as whole:
        while piece := entry.read(_CHUNK):
            whole.write(piece)
        book = load_workbook(whole, read_only=True)
        for page in book.worksheets:  # a worksheet holds about a million rows; further rows are in the next ones
            for row in page.iter_rows(min_row=3, values_only=True):
                yield tuple(str(value) for value in cast(Sequence[object], row))
        book.close()
