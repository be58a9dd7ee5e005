"""Labels in the languages of thermal printers: TSPL (TSC and compatible printers) and ZPL (Zebra).

A printer gets only numbers and pictures. No word of a label is sent as text. So no text can act as a command, and the
printer needs no Chinese font.
"""

import base64
import binascii
import zlib
from collections.abc import Iterator

import numpy as np

from ...errors import N_, Invalid
from ..paper.glyphs import FontFile
from .bitmap import Dots, label_dots
from .job import SheetJob
from .pages import Codes

GAP_MM = 2.0
"""The usual gap between two labels of a roll, mm."""


def tspl(
    job: SheetJob, codes: Codes, count: int, font: FontFile | None = None, gap_mm: float = GAP_MM
) -> Iterator[bytes]:
    """The TSPL commands of each label, complete in themselves.

    Raises Invalid for a gap outside 0 to 30 mm, and what `label_dots` raises.
    """
    if not 0 <= gap_mm <= 30:
        raise Invalid("gap_mm", N_("标签间距应在 0 到 30 毫米之间，不是 %(value)s。"), value=gap_mm)
    size = job.stock.page_width, job.stock.page_height
    return (tspl_label(dots, size, gap_mm) for dots in label_dots(job, codes, count, font))


def tspl_label(dots: Dots, size_mm: tuple[float, float], gap_mm: float = GAP_MM) -> bytes:
    """One label in TSPL; `size_mm` is its width and height.

    In a BITMAP of mode 0 (overwrite) a dot is printed where the bit is 0. The number of its bytes is given, so the
    printer takes none of them for a command.
    """
    packed = np.packbits(~dots, axis=1)
    if spare := -dots.shape[1] % 8:
        packed[:, -1] |= (1 << spare) - 1
    height, width = packed.shape
    head = f"SIZE {size_mm[0]:g} mm,{size_mm[1]:g} mm\r\nGAP {gap_mm:g} mm,0 mm\r\nDIRECTION 0\r\nCLS\r\n"
    return (head + f"BITMAP 0,0,{width},{height},0,").encode("ascii") + packed.tobytes() + b"\r\nPRINT 1,1\r\n"


def zpl(
    job: SheetJob, codes: Codes, count: int, font: FontFile | None = None, compressed: bool = False
) -> Iterator[bytes]:
    """The ZPL commands of each label, complete in themselves. Raises what `label_dots` raises.

    `compressed` pictures (Z64) are a fifth as long. They need a printer with firmware x.14 or newer.
    """
    return (zpl_label(dots, compressed) for dots in label_dots(job, codes, count, font))


def zpl_label(dots: Dots, compressed: bool = False) -> bytes:
    """One label in ZPL II: a graphic field (^GF) of hexadecimal or Z64 digits. A dot is printed where the bit is 1."""
    packed = np.packbits(dots, axis=1)
    height, width = packed.shape
    size = packed.size
    picture = _z64(packed.tobytes()) if compressed else packed.tobytes().hex().upper()
    head = f"^XA^PW{dots.shape[1]}^LL{height}^LH0,0^FO0,0^GFA,{size},{size},{width},"
    return f"{head}{picture}^FS^PQ1^XZ\n".encode("ascii")


def _z64(octets: bytes) -> str:
    """The bytes in zlib and base 64, followed by the CRC-16-CCITT of the base 64 digits (ZPL II guide, ^GF)."""
    digits = base64.b64encode(zlib.compress(octets, 6))
    return f":Z64:{digits.decode('ascii')}:{binascii.crc_hqx(digits, 0):04X}"
