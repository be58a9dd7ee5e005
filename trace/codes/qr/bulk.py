"""Draws many unit codes as QR symbols at once, bit for bit as `symbol` draws them one by one through `qrcode`.

For one address the modules are an affine function over GF(2) of the code's digits. So digits, segments, Reed–Solomon,
placement and masks (ISO/IEC 18004, 7.4 to 7.8) are a few operations on whole arrays.
"""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ...errors import N_, BadLength
from . import masks
from .bitplanes import SYMBOLS, Octets, Planes, to_octets, to_planes
from .plan import MASKS, Plan, plan

CHUNK = 512
"""Symbols that are drawn together: few enough that their arrays stay in the processor's cache."""

# glibc returns freed memory to the system at once until it has freed a block as large as this. Without it a quarter of
# the time of choosing masks is spent on asking for memory again. The block itself is never used.
np.empty(2**24, np.uint8)

_PRODUCT = 128  # tokens of one product of matrices
_NINE = 10**9  # a column has nine digits, which are three groups of a numeric segment


def packed_symbols(prefix: str, tokens: Octets) -> Octets:
    """The symbols (n, side * bytes per row) of n tokens (n, bytes) behind the address `prefix`.

    Each row of modules is packed from the left, dark modules as 1, and padded with 0 bits. The version is the smallest
    that holds the address and the digits at level M. Raises Unavailable for an address that cannot be printed,
    BadLength for an array that holds no tokens.

    `qrcode` 8.2 fails on a block of 27 zero data bytes (its issue 330). Here such a block gets zero correction
    codewords, as the standard says. No signed code has one.
    """
    tables = _plan(prefix, tokens)
    parts = [_drawn(tables, part) for part in _chunks(tokens)]
    return np.concatenate(parts) if parts else np.zeros((0, tables.side * _row_bytes(tables)), np.uint8)


def _plan(prefix: str, tokens: Octets) -> Plan:
    if tokens.ndim != 2 or tokens.dtype != np.uint8 or not 1 <= tokens.shape[1] <= _MOST_BYTES:
        raise BadLength(N_("身份码应为 79 字节，这里有 %(count)s 字节"), count=tokens.shape[-1] if tokens.ndim else 0)
    return plan(prefix, tokens.shape[1])


# With longer tokens the sums in `digits` could exceed the whole numbers that a double holds exactly.
_MOST_BYTES = 2**53 // (255 * _NINE)


def _chunks(tokens: Octets) -> Iterator[Octets]:
    for first in range(0, len(tokens), CHUNK):
        yield tokens[first : first + CHUNK]


def _drawn(tables: Plan, tokens: Octets) -> Octets:
    """One chunk through all stages."""
    spare = -len(tokens) % SYMBOLS
    padded = np.concatenate([tokens, np.zeros((spare, tokens.shape[1]), np.uint8)]) if spare else tokens
    data = segments(tables, digits(tables, padded))
    bits = np.concatenate([data, reed_solomon(tables, data)])
    chosen = best_masks(tables, bits)
    drawn = placed(tables, bits)
    drawn ^= _final(tables)[chosen]
    return drawn[: len(tokens)]


def digits(tables: Plan, tokens: Octets) -> NDArray[np.int64]:
    """The decimal digits of big-endian tokens as columns: nine digits each from the highest, and the tail at the end.

    One product of matrices gives the sum of every column. The sums are below 2^53, so doubles hold them exactly. The
    product is taken in parts so small that no BLAS starts threads for it.
    """
    powers, octets = _powers(tables), tokens.T.astype(np.float64)
    parts = [powers @ octets[:, n : n + _PRODUCT] for n in range(0, len(tokens), _PRODUCT)]
    sums = np.concatenate(parts, axis=1).astype(np.int64)
    carry, sums[-1] = np.divmod(sums[-1], 10**tables.tail)
    for column in range(len(sums) - 2, -1, -1):
        carry, sums[column] = np.divmod(sums[column] + carry, _NINE)
    return sums


@lru_cache(maxsize=16)
def _powers(tables: Plan) -> NDArray[np.float64]:
    """How much a 1 in each byte of a token adds to each column."""
    columns = -(-tables.groups // 3)
    rows = [
        [256**power // 10**tables.tail // _NINE**n % _NINE for power in range(tables.token_bytes - 1, -1, -1)]
        for n in range(columns - 1, -1, -1)
    ]
    rows.append([256**power % 10**tables.tail for power in range(tables.token_bytes - 1, -1, -1)])
    return np.array(rows, np.float64)


def segments(tables: Plan, columns: NDArray[np.int64]) -> Planes:
    """Byte segment, numeric segment, terminator and padding as planes of the data codewords (ISO/IEC 18004, 7.4)."""
    high, rest = np.divmod(columns[:-1], 10**6)
    middle, low = np.divmod(rest, 10**3)
    bits = (high << 20 | middle << 10 | low).astype(np.uint32)
    octets = np.concatenate([_bytes_of(bits), _bytes_of(columns[-1:].astype(np.uint32))])
    planes = np.concatenate([to_planes(octets), _constants(octets.shape[1])])
    return planes.take(_segment_order(tables), axis=0)


def _bytes_of(numbers: NDArray[np.uint32]) -> Octets:
    """32-bit numbers (m, n) as octets (4 m, n), the highest first."""
    octets = numbers.astype(">u4").view(np.uint8).reshape(*numbers.shape, 4)
    return np.ascontiguousarray(octets.transpose(0, 2, 1)).reshape(-1, numbers.shape[1])


def _constants(symbols: int) -> Planes:
    """A plane of zeros and one of ones, for bits that are the same in all symbols."""
    planes = np.zeros((2, symbols // SYMBOLS), np.uint64)
    planes[1] = ~planes[1]
    return planes


@lru_cache(maxsize=16)
def _segment_order(tables: Plan) -> NDArray[np.intp]:
    """For every bit of the data codewords its plane among the digits' columns, or one of the two constants."""
    frame, begin = tables.frame
    columns = -(-tables.groups // 3)
    constant = 32 * (columns + 1)
    order = constant + frame.astype(np.intp)
    spare = 10 * (3 * columns - tables.groups)  # the highest column may have fewer than three groups
    whole = [32 * column + 2 + bit for column in range(columns) for bit in range(30)][spare:]
    tail = (0, 4, 7)[tables.tail]
    last = [32 * columns + 32 - tail + bit for bit in range(tail)]
    order[begin : begin + len(whole) + tail] = whole + last
    return order


def reed_solomon(tables: Plan, data: Planes) -> Planes:
    """The error correction codewords of all blocks, block by block, as planes (ISO/IEC 18004, 7.5)."""
    codewords = to_octets(data)
    parts = []
    for blocks in tables.blocks:
        count, length = blocks.data.shape
        remainder = np.zeros((count, codewords.shape[1], blocks.remainders.shape[2]), np.uint64)
        for place in range(length):
            remainder ^= blocks.remainders[place].take(codewords[blocks.data[:, place]], axis=0)
        octets = remainder.view(np.uint8)[:, :, : blocks.correction].transpose(0, 2, 1)
        parts.append(octets.reshape(count * blocks.correction, -1))
    return to_planes(np.concatenate(parts))


def best_masks(tables: Plan, bits: Planes) -> NDArray[np.intp]:
    """The mask of every symbol: the one with the fewest points, and the lowest of equals (ISO/IEC 18004, 7.8)."""
    zeros = _constants(bits.shape[1] * SYMBOLS)
    both = np.concatenate([bits, zeros[:1], ~bits, zeros[1:]])
    masked = both.take(_scoring_order(tables), axis=0).reshape(tables.side, 2 * tables.side, -1)
    points = masks.lost_points(masked, tables.side).reshape(MASKS, -1)
    return np.asarray(points.argmin(axis=0), np.intp)


@lru_cache(maxsize=16)
def _scoring_order(tables: Plan) -> NDArray[np.intp]:
    """The plane that every module shows under each mask. The planes are the bits and a zero, then their inverses."""
    opposite = 8 * len(tables.stream) + 1
    source = np.where(tables.places < 0, opposite - 1, tables.places)
    shown = [masks.lines(source + opposite * tables.blank(mask, scoring=True)) for mask in range(MASKS)]
    return np.stack(shown, axis=2)


def placed(tables: Plan, bits: Planes) -> Octets:
    """Every bit at its module, not masked yet, as packed rows of each symbol (ISO/IEC 18004, 7.7)."""
    planes = np.concatenate([bits, np.zeros((1, bits.shape[1]), np.uint64)])
    return np.ascontiguousarray(to_octets(planes.take(_row_order(tables), axis=0)).T)


@lru_cache(maxsize=16)
def _row_order(tables: Plan) -> NDArray[np.intp]:
    zero = 8 * len(tables.stream)
    order = np.full((tables.side, 8 * _row_bytes(tables)), zero, np.intp)
    order[:, : tables.side] = np.where(tables.places < 0, zero, tables.places)
    return order.ravel()


@lru_cache(maxsize=16)
def _final(tables: Plan) -> Octets:
    """For each mask the packed symbol without data: finders, timing, format (7.9), version (7.10), and the mask."""
    return np.stack([np.packbits(tables.blank(mask, False), axis=1).ravel() for mask in range(MASKS)])


def _row_bytes(tables: Plan) -> int:
    return -(-tables.side // 8)
