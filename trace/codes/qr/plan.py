"""Tables of what all symbols of one address have in common: which bit goes where, and which modules each mask inverts.

Each table is made when it is first needed, from the tables of `qrcode` and from codes that `qrcode` draws. So the
drawing of many symbols (`bulk`) cannot differ from the drawing of one (`symbol`).
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray
from qrcode import QRCode, base
from qrcode.constants import ERROR_CORRECT_M
from qrcode.exceptions import DataOverflowError
from qrcode.util import MODE_8BIT_BYTE, MODE_NUMBER, PAD0, PAD1, BitBuffer, QRData, length_in_bits

from ...errors import N_, Unavailable
from . import symbol

MASKS = 8

Order = NDArray[np.intp]


def digits_of(token_bytes: int) -> int:
    """The number of decimal digits for any token of so many bytes: 191 for 79 bytes, 37 for the 15 of a tiny code."""
    return len(str(256**token_bytes - 1))


@dataclass(frozen=True)
class Blocks:
    """Blocks of one size: the numbers of their data codewords (blocks, data), and the tables of their remainders.

    `remainders[j, v]` is the share of value v as data codeword j in the error correction codewords, in 64-bit words.
    """

    data: Order
    remainders: NDArray[np.uint64]
    correction: int


class Plan:
    """The tables of one address and one token length. The bits of the data codewords come first, then the correction.

    Raises Unavailable for an address that cannot be printed.
    """

    def __init__(self, prefix: str, token_bytes: int) -> None:
        symbol.check_prefix(prefix, allow_version=40)
        self.prefix = prefix.encode("ascii")
        self.token_bytes = token_bytes
        self.digits = digits_of(token_bytes)
        self.version = self._version()
        self.side = 17 + 4 * self.version
        self._sizes = base.rs_blocks(self.version, ERROR_CORRECT_M)
        self.codewords = sum(block.data_count for block in self._sizes)

    def _version(self) -> int:
        code = QRCode(error_correction=ERROR_CORRECT_M)
        code.add_data(QRData(self.prefix, MODE_8BIT_BYTE))
        code.add_data(QRData(b"0" * self.digits, MODE_NUMBER))
        try:
            return int(code.best_fit())
        except (DataOverflowError, ValueError):
            raise Unavailable(N_("标签网址太长，任何二维码都放不下")) from None

    # Segments (ISO/IEC 18004, 7.4): groups of three digits have ten bits each; the last group may have fewer.

    @property
    def tail(self) -> int:
        """The number of digits in the last group if it is not a whole one, else 0."""
        return self.digits % 3

    @property
    def groups(self) -> int:
        """The number of whole groups of three digits."""
        return self.digits // 3

    @cached_property
    def frame(self) -> tuple[NDArray[np.bool_], int]:
        """The bits of the data codewords with every digit 0, and the bit at which the digits begin."""
        buffer = BitBuffer()
        for mode, count in ((MODE_8BIT_BYTE, len(self.prefix)), (MODE_NUMBER, self.digits)):
            buffer.put(mode, 4)
            buffer.put(count, length_in_bits(mode, self.version))
            if mode == MODE_8BIT_BYTE:
                QRData(self.prefix, mode).write(buffer)
        begin = len(buffer)
        QRData(b"0" * self.digits, MODE_NUMBER).write(buffer)
        room = 8 * self.codewords
        for _ in range(min(4, room - len(buffer))):  # terminator
            buffer.put_bit(False)
        while len(buffer) % 8:
            buffer.put_bit(False)
        for n in range((room - len(buffer)) // 8):
            buffer.put((PAD0, PAD1)[n % 2], 8)
        return np.unpackbits(np.array(buffer.buffer, np.uint8)).astype(np.bool_), begin

    # Reed–Solomon (ISO/IEC 18004, 7.5).

    @cached_property
    def blocks(self) -> list[Blocks]:
        """The blocks of the symbol by their size, the smaller first."""
        found, first = [], 0
        for size in sorted(set(self._sizes)):
            count, data = self._sizes.count(size), size.data_count
            numbers = first + np.arange(count * data, dtype=np.intp).reshape(count, data)
            correction = size.total_count - data
            found.append(Blocks(numbers, _remainders(data, correction), correction))
            first += count * data
        return found

    @cached_property
    def stream(self) -> Order:
        """The data codewords, then the correction codewords, in the order in which the symbol takes them (7.6)."""
        data = [row for blocks in self.blocks for row in blocks.data]
        first = self.codewords
        checks = []
        for blocks in self.blocks:
            for _ in blocks.data:
                checks.append(np.arange(first, first + blocks.correction))
                first += blocks.correction
        turns = [row[i] for part in (data, checks) for i in range(max(map(len, part))) for row in part if i < len(row)]
        return np.array(turns, np.intp)

    # Placement (7.7) and masks (7.8).

    @cached_property
    def places(self) -> NDArray[np.intp]:
        """For every module the bit of the codewords that it shows, or -1 if it is the same in all symbols."""
        bits = 8 * len(self.stream)
        blank = self._drawn(np.zeros(bits, np.bool_), 0, True)
        numbers = np.zeros((self.side, self.side), np.intp)
        for power in range(bits.bit_length()):
            chosen = (np.arange(bits) >> power & 1).astype(np.bool_)
            numbers |= (self._drawn(chosen, 0, True) ^ blank).astype(np.intp) << power
        shown = self._drawn(np.ones(bits, np.bool_), 0, True) ^ blank
        in_stream = 8 * self.stream[numbers // 8] + numbers % 8
        return np.where(shown, in_stream, -1)

    def blank(self, mask: int, scoring: bool) -> NDArray[np.bool_]:
        """The symbol under a mask with all codewords 0.

        `scoring`: format and version stay light, as `qrcode` leaves them while it scores masks.
        """
        return self._drawn(np.zeros(8 * len(self.stream), np.bool_), mask, scoring)

    def _drawn(self, bits: NDArray[np.bool_], mask: int, scoring: bool) -> NDArray[np.bool_]:
        code = QRCode(version=self.version, error_correction=ERROR_CORRECT_M)
        code.data_cache = np.packbits(bits).tolist()
        code.makeImpl(scoring, mask)
        return np.array(code.modules, dtype=np.bool_)


def _remainders(data: int, correction: int) -> NDArray[np.uint64]:
    """The remainders (data, 256, words) of each value of each codeword, divided as `qrcode` divides."""
    divisor = base.Polynomial([1], 0)
    for power in range(correction):
        divisor = divisor * base.Polynomial([1, base.gexp(power)], 0)
    table = np.zeros((data, 256, -(-correction // 8) * 8), np.uint8)
    for place in range(data):
        for bit in range(8):
            left = list(base.Polynomial([1 << bit], data - 1 - place + correction) % divisor)
            table[place, 1 << bit, correction - len(left) : correction] = left
        for value in range(1, 256):  # the remainder of a sum is the sum of the remainders
            low = value & -value
            table[place, value] = table[place, value ^ low] ^ table[place, low]
    return table.view(np.uint64)


@lru_cache(maxsize=16)
def plan(prefix: str, token_bytes: int) -> Plan:
    """The tables for an address and tokens of so many bytes.

    Raises Unavailable for an address that cannot be printed.
    """
    return Plan(prefix, token_bytes)
