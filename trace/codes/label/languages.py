"""Labels in the languages of thermal printers: TSPL (TSC and compatible printers) and ZPL (Zebra).

A printer gets only numbers and pictures. No word of a label is sent as text. So no text can act as a command, and the
printer needs no Chinese font.
"""

import base64
import binascii
import zlib

import numpy as np

from .bitmap import Dots

GAP_MM = 2.0
"""The usual gap between two labels of a roll, mm."""


def tspl_label(dots: Dots, size_mm: tuple[float, float]) -> bytes:
    """One label in TSPL; `size_mm` is its width and height.

    In a BITMAP of mode 0 (overwrite) a dot is printed where the bit is 0. The number of its bytes is given, so the
    printer takes none of them for a command.
    """
    packed = np.packbits(~dots, axis=1)
    if spare := -dots.shape[1] % 8:
        packed[:, -1] |= (1 << spare) - 1
    height, width = packed.shape
    head = f"SIZE {size_mm[0]:g} mm,{size_mm[1]:g} mm\r\nGAP {GAP_MM:g} mm,0 mm\r\nDIRECTION 0\r\nCLS\r\n"
    return (head + f"BITMAP 0,0,{width},{height},0,").encode("ascii") + packed.tobytes() + b"\r\nPRINT 1,1\r\n"


def zpl_label(dots: Dots) -> bytes:
    """One label in ZPL II: a graphic field (^GF) of Z64 digits. A dot is printed where the bit is 1.

    Z64 digits are a fifth as long as hexadecimal ones. They need a printer with firmware x.14 or newer.
    """
    packed = np.packbits(dots, axis=1)
    height, width = packed.shape
    size = packed.size
    head = f"^XA^PW{dots.shape[1]}^LL{height}^LH0,0^FO0,0^GFA,{size},{size},{width},"
    return f"{head}{_z64(packed.tobytes())}^FS^PQ1^XZ\n".encode("ascii")


def _z64(octets: bytes) -> str:
    """The bytes in zlib and base 64, followed by the CRC-16-CCITT of the base 64 digits (ZPL II guide, ^GF)."""
    digits = base64.b64encode(zlib.compress(octets, 6))
    return f":Z64:{digits.decode('ascii')}:{binascii.crc_hqx(digits, 0):04X}"
