"""Compares bulk symbols with qrcode's for so many random codes of versions 6, 7 and 3: python -m tests.bench.identical COUNT."""

import sys

import numpy as np
from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M
from qrcode.util import MODE_8BIT_BYTE, MODE_NUMBER, QRData

from yipin.codes.label.workers import cores, in_order
from yipin.codes.qr.bulk import packed_symbols
from yipin.codes.qr.plan import digits_of, plan

VERSIONS = (
    ("https://t.zhuzhou.gov.cn/", 79),
    ("https://identity.zhuzhou.gov.cn/", 79),
    ("https://t.zhuzhou.gov.cn/", 15),
)
PART = 50


def differing(prefix: str, size: int, seed: int) -> int:
    tokens = np.random.default_rng(seed).integers(0, 256, (PART, size), dtype=np.uint8)
    side = plan(prefix, size).side
    symbols = np.unpackbits(packed_symbols(prefix, tokens).reshape(PART, side, -1), axis=2, count=side).astype(np.bool_)
    return sum(
        not np.array_equal(drawn, _by_qrcode(prefix, token)) for token, drawn in zip(tokens, symbols, strict=True)
    )


def _by_qrcode(prefix: str, token: np.ndarray) -> np.ndarray:
    digits = f"{int.from_bytes(token.tobytes(), 'big'):0{digits_of(len(token))}d}"
    code = QRCode(error_correction=ERROR_CORRECT_M)
    code.add_data(QRData(prefix.encode(), MODE_8BIT_BYTE))
    code.add_data(QRData(digits.encode(), MODE_NUMBER))
    code.make()
    return np.array(code.modules, dtype=np.bool_)


if __name__ == "__main__":
    parts = -(-int(sys.argv[1]) // PART)
    for prefix, size in VERSIONS:
        wrong = sum(in_order(lambda seed, p=prefix, s=size: differing(p, s, seed), parts, cores()))
        print(f"{prefix} {size} bytes: {parts * PART} codes, {wrong} differ", flush=True)
