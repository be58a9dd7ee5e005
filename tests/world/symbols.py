"""Symbols as rows of modules, unpacked from what the labels are drawn with."""

import numpy as np
from numpy.typing import NDArray

from yipin.codes.qr.bulk import packed_symbols
from yipin.codes.qr.plan import plan


def symbols(prefix: str, tokens: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """The modules (n, side, side), True where dark, of n tokens (n, bytes) behind an address."""
    packed = packed_symbols(prefix, tokens)
    side = plan(prefix, tokens.shape[1]).side
    return np.unpackbits(packed.reshape(len(tokens), side, -(-side // 8)), axis=2, count=side).astype(np.bool_)
