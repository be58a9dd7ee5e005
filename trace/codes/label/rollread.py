"""Reads a file in a thermal printer's language back before release: command by command, into dots.

The file may hold only our own few commands, in order, and whole labels. zxing-cpp reads the symbols from the dots. So
the printer gets exactly these pictures and no other command.
"""

import base64
import binascii
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from ...errors import N_
from .bitmap import Dots
from .job import Output
from .readback import ReadBack, ReadBackFailed, compare, symbol_texts

_LINE = 200  # bytes of the longest line that is no picture
_MOST = 4 * 10**6  # bytes of the largest picture of a label: 330 by 500 mm at 600 dpi have no more than that
_TSPL_HEAD = re.compile(rb"SIZE [\d.]{1,9} mm,[\d.]{1,9} mm\r\nGAP [\d.]{1,9} mm,0 mm\r\nDIRECTION 0\r\nCLS\r\n")
_TSPL_PICTURE = re.compile(rb"BITMAP 0,0,(\d{1,4}),(\d{1,5}),0,")
_TSPL_END = b"\r\nPRINT 1,1\r\n"
_ZPL = re.compile(
    rb"\^XA\^PW(\d{1,5})\^LL(\d{1,5})\^LH0,0\^FO0,0\^GFA,(\d{1,8}),(\d{1,8}),(\d{1,4}),"
    rb":Z64:([A-Za-z0-9+/]+={0,2}):([0-9A-F]{4})\^FS\^PQ1\^XZ\n"
)


def read_back_roll(
    path: Path,
    output: Output,
    expected: Callable[[int], Sequence[str]],
    dpi: int,
    count: int,
    step: int = 1,
    progress: Callable[[int], None] | None = None,
) -> ReadBack:
    """Read a file of `count` labels back and compare the first, the last and every `step`-th with its address.

    `expected` gives the address of a label, counted from 0, in a list of one. `progress` is called with the number of
    labels passed. Raises ReadBackFailed at the first label that is not as it should be, and for bytes that are no
    label.
    """
    total, read = 0, 0
    with path.open("rb") as file:
        for number, picture in enumerate(labels(file, output)):
            total += 1
            if total > count:
                break
            if number % step == 0 or total == count:
                compare(number, list(expected(number)), symbol_texts(_grey(_dots_of(picture, number))))
                read += 1
            if progress:
                progress(total)
    if total != count:
        raise ReadBackFailed(N_("回读不符：文件里的标签比应有的 %(wanted)s 枚多或少。请重新生成。"), wanted=count)
    return ReadBack(total, read, read, dpi, "all" if step == 1 else f"every {step}", total, read)


def _grey(dots: Dots) -> NDArray[np.uint8]:
    """The dots as grey pixels on white paper, with a white edge around them."""
    return np.pad((~dots).astype(np.uint8) * 255, 4, constant_values=255)


def first_label(path: Path, output: Output) -> Dots:
    """The dots of the first label of a file. Raises ReadBackFailed if there is none."""
    with path.open("rb") as file:
        for picture in labels(file, output):
            return _dots_of(picture, 0)
    raise _foreign(0)


def _dots_of(picture: Callable[[], Dots], number: int) -> Dots:
    try:
        return picture()
    except _BROKEN:
        raise _foreign(number) from None


def labels(file: BinaryIO, output: Output) -> Iterator[Callable[[], Dots]]:
    """The labels of a file in their order, each as a function that gives its dots.

    Raises ReadBackFailed for other bytes.
    """
    take, number = (_tspl if output is Output.TSPL else _zpl), 0
    while start := file.read(1):
        try:
            yield take(file, start)
        except _BROKEN:
            raise _foreign(number) from None
        number += 1


class _NotOurs(Exception):
    """The bytes are no label of ours."""


_BROKEN = (_NotOurs, ValueError, zlib.error)  # base 64 raises a ValueError


def _foreign(number: int) -> ReadBackFailed:
    return ReadBackFailed(
        N_("回读不符：文件里第 %(number)s 枚标签不完整，或有不该有的指令。整批不予放行，请重新生成。"),
        number=number + 1,
    )


def _tspl(file: BinaryIO, start: bytes) -> Callable[[], Dots]:
    head = start + b"".join(_lines(file, 4))
    picture = _TSPL_PICTURE.fullmatch(_up_to_fifth_comma(file))
    if not _TSPL_HEAD.fullmatch(head) or not picture:
        raise _NotOurs
    width, height = int(picture[1]), int(picture[2])
    octets = file.read(_size(width, height))
    if len(octets) != width * height or file.read(len(_TSPL_END)) != _TSPL_END:
        raise _NotOurs
    return lambda: ~_dots(octets, width, height)  # here a dot is printed where the bit is 0


def _lines(file: BinaryIO, count: int) -> Iterator[bytes]:
    for _ in range(count):
        yield file.readline(_LINE)


def _up_to_fifth_comma(file: BinaryIO) -> bytes:
    """The command before a picture. The bytes of the picture begin right after its last comma."""
    read = b""
    while read.count(b",") < 5 and len(read) < _LINE:
        if not (octet := file.read(1)):
            raise _NotOurs
        read += octet
    return read


def _zpl(file: BinaryIO, start: bytes) -> Callable[[], Dots]:
    whole = _ZPL.fullmatch(start + file.readline(2 * _MOST))
    if not whole:
        raise _NotOurs
    across, height, total, again, width = (int(whole[n]) for n in range(1, 6))
    if binascii.crc_hqx(whole[6], 0) != int(whole[7], 16) or not total == again == _size(width, height):
        raise _NotOurs

    return lambda: _dots(_unpacked(whole[6], total), width, height)[:, :across]


def _unpacked(digits: bytes, total: int) -> bytes:
    unpacking = zlib.decompressobj()
    octets = unpacking.decompress(base64.b64decode(digits, validate=True), total)
    if len(octets) != total or not unpacking.eof:
        raise _NotOurs
    return octets


def _size(width: int, height: int) -> int:
    if not 0 < width * height <= _MOST:
        raise _NotOurs
    return width * height


def _dots(octets: bytes, width: int, height: int) -> Dots:
    return np.unpackbits(np.frombuffer(octets, np.uint8).reshape(height, width), axis=1).astype(np.bool_)
