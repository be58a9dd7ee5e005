"""Arithmetic on many symbols at once: bit i of a 64-bit word belongs to symbol i, so one operation serves 64 symbols.

`bulk` is built on it. A plane is one bit of every symbol, as a row of 64-bit words. Octets hold the same bits in the
other order: each row has one byte of every symbol.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

# Little-endian on every machine, so that the eight bytes of a word belong to eight neighbouring symbols, in order.
WORD = np.dtype("<u8")
SYMBOLS = 64  # in a word
_LARGE = 256  # rows; a group of so many is added as it is, because copying it together with others would be slower

Planes = NDArray[np.uint64]
Octets = NDArray[np.uint8]


def to_planes(octets: Octets) -> Planes:
    """The bits of m octets of n symbols (m, n) as planes (8 m, n / 64), highest bit first; n a multiple of 64."""
    count, symbols = octets.shape
    turned = _transposed(np.ascontiguousarray(octets).view(WORD)).view(np.uint8)
    bits = turned.reshape(count, symbols // 8, 8)[:, :, ::-1].transpose(0, 2, 1)
    return np.ascontiguousarray(bits).view(WORD).reshape(8 * count, symbols // SYMBOLS)


def to_octets(planes: Planes) -> Octets:
    """The inverse of `to_planes`: planes (8 m, w) as octets (m, 64 w)."""
    count, words = len(planes) // 8, planes.shape[1]
    bits = planes.view(np.uint8).reshape(count, 8, words * 8)[:, ::-1].transpose(0, 2, 1)
    turned = np.ascontiguousarray(bits).view(WORD).reshape(count, words * 8)
    return _transposed(turned).view(np.uint8)


def _transposed(squares: Planes) -> Planes:
    """Each word as a square of 8 by 8 bits, transposed: by halves, by quarters, and bit by bit."""
    for shift, mask in ((7, 0x00AA00AA00AA00AA), (14, 0x0000CCCC0000CCCC), (28, 0x00000000F0F0F0F0)):
        swapped = (squares ^ (squares >> np.uint64(shift))) & np.uint64(mask)
        squares = squares ^ swapped ^ (swapped << np.uint64(shift))
    return squares


def tally(rows: Iterable[tuple[int, Planes]]) -> NDArray[np.int64]:
    """For every symbol the sum of its set bits. Each group of planes comes with the worth of its bits."""
    alike: dict[int, list[Planes]] = {}
    for worth, planes in rows:
        alike.setdefault(worth, []).append(planes)
    waiting: dict[int, list[Planes]] = {}
    for worth, groups in alike.items():
        powers = [power for power in range(worth.bit_length()) if worth >> power & 1]
        # If the worth is no power of two, the bits are counted first, and only the count is multiplied.
        counted = [groups] if len(powers) == 1 else [[plane] for plane in _counted({0: groups})]
        for power, planes_of_power in enumerate(counted):
            for worth_power in powers:
                waiting.setdefault(power + worth_power, []).extend(planes_of_power)
    bits = [np.unpackbits(plane.view(np.uint8), bitorder="little") for plane in _counted(waiting)]
    return np.array([1 << power for power in range(len(bits))], np.int64) @ np.stack(bits).astype(np.int64)


def _counted(waiting: dict[int, list[Planes]]) -> list[Planes]:
    """The sum as single planes, the lowest first. `waiting` holds planes by the power of two that they are worth."""
    total: list[Planes] = []
    width = next(iter(waiting.values()))[0].shape[1]
    while len(total) <= max(waiting):
        plane, carries = _added(waiting.get(len(total), []))
        total.append(np.zeros((1, width), np.uint64) if plane is None else plane)
        if carries:
            waiting.setdefault(len(total), []).extend(carries)
    return total


def _added(groups: list[Planes]) -> tuple[Planes | None, list[Planes]]:
    """All planes of one worth added to a single plane, and the carries, which are worth twice as much."""
    carries: list[Planes] = []
    while sum(map(len, groups)) > 1:
        fewer: list[Planes] = []
        for planes in _gathered(groups):
            third = len(planes) // 3
            if third:
                total, carry = _full_adder(planes[:third], planes[third : 2 * third], planes[2 * third : 3 * third])
                fewer.append(total)
                carries.append(carry)
            if len(planes) > 3 * third:
                fewer.append(planes[3 * third :])
        groups = fewer
    return (groups[0] if groups else None), carries


def _gathered(groups: list[Planes]) -> list[Planes]:
    """The large groups as they are, because copying them is slow; the small ones as one group of at least three."""
    large = [planes for planes in groups if len(planes) >= _LARGE]
    small = [planes for planes in groups if len(planes) < _LARGE]
    if not small:
        return large
    one = np.concatenate(small)
    if len(one) == 2:
        one = np.concatenate([one, np.zeros_like(one[:1])])
    return [*large, one]


def _full_adder(a: Planes, b: Planes, c: Planes) -> tuple[Planes, Planes]:
    """The sum of three bits of one worth, and the carry, which is set if at least two of them are."""
    differ = a ^ b
    total = differ ^ c
    differ &= b ^ c
    differ ^= b
    return total, differ
