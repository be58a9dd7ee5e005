"""The symbol of any address, for a paper that is read by a telephone; the labels' own symbols are in `symbol`."""

import numpy as np
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from .symbol import QUIET_ZONE, drawing


def svg(address: str, size_mm: float) -> str:
    """The symbol of an address with its quiet zone, as an SVG `size_mm` wide."""
    symbol = QRCode(error_correction=ERROR_CORRECT_M)
    symbol.add_data(address.encode())
    symbol.make(fit=True)
    return drawing(np.pad(np.array(symbol.modules, dtype=np.bool_), QUIET_ZONE), address, size_mm)
