"""The unit number in a code: a keyed permutation of the unit's ordinal in the batch, over 27 bits.

At issue the ordinal becomes the unit number. At a scan the number becomes the ordinal again, and the server looks
whether it was issued. Codes therefore reveal neither order nor volume, and units need no rows in the database.
"""

from collections.abc import Iterable
from functools import cached_property

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from numpy.typing import NDArray

from ..errors import N_, Invalid, Unavailable

UNITS = 2**27

_INFO = b"yipin/unit/1\0"
# As many rounds as FF1 of NIST SP 800-38G has. The two halves (13 and 14 bits) are changed in turn.
_ROUNDS = 10
_LOW_BITS = 14
_FEW = 200  # below this, single numbers are faster than making the tables
_HIGH_MASK, _LOW_MASK = 2**13 - 1, 2**14 - 1


class UnitPermutation:
    """Ordinal to unit number and back, for one batch.

    HKDF-SHA256 derives the batch key from the server's `secret` (16 bytes or more) and the batch's ID number. An
    alternating Feistel network uses AES-128 in its rounds. Printed codes depend on every detail, so nothing here may
    change. Raises Unavailable if the secret is too short.
    """

    def __init__(self, secret: bytes, id_number: str) -> None:
        if len(secret) < 16:
            raise Unavailable(N_("单元编号的密钥太短：至少要 16 字节，这里有 %(count)s 字节"), count=len(secret))
        info = _INFO + id_number.encode("utf-8", "surrogatepass")
        key = HKDF(algorithm=SHA256(), length=16, salt=None, info=info).derive(secret)
        # ECB over single blocks is plain AES, the keyed function of a round; no message is encrypted.
        self._aes = Cipher(algorithms.AES(key), modes.ECB())

    def number(self, ordinal: int) -> int:
        """The unit number of the unit with this ordinal (0 to 2^27 - 1). Raises Invalid (ordinal) outside."""
        return self._walk("ordinal", ordinal, range(_ROUNDS))

    def ordinal(self, number: int) -> int:
        """The ordinal of the unit with this number. Raises Invalid (number) outside 0 to 2^27 - 1."""
        return self._walk("number", number, reversed(range(_ROUNDS)))

    def numbers(self, ordinals: NDArray[np.integer]) -> NDArray[np.int64]:
        """The unit numbers of many ordinals at once, as `number` gives each. Raises Invalid (ordinal) outside."""
        asked = np.asarray(ordinals)
        if asked.size and not (0 <= asked.min() and asked.max() < UNITS):
            raise _out_of_range("ordinal")
        if asked.size < _FEW:
            return np.array([self.number(int(one)) for one in asked], np.int64)
        high = (asked >> _LOW_BITS).astype(np.uint16)
        low = (asked & _LOW_MASK).astype(np.uint16)
        for turn, table in enumerate(self._tables):
            if turn % 2 == 0:
                high ^= table.take(low)
            else:
                low ^= table.take(high)
        return high.astype(np.int64) << _LOW_BITS | low

    def _walk(self, name: str, value: int, turns: Iterable[int]) -> int:
        if not 0 <= value < UNITS:
            raise _out_of_range(name)
        encryptor = self._aes.encryptor()  # a new one each time, because threads may share this object
        high, low = value >> _LOW_BITS, value & _LOW_MASK
        for turn in turns:
            half = low if turn % 2 == 0 else high
            block = turn.to_bytes(1, "big") + half.to_bytes(15, "big")
            answer = int.from_bytes(encryptor.update(block)[:2], "big")
            if turn % 2 == 0:
                high ^= answer & _HIGH_MASK
            else:
                low ^= answer & _LOW_MASK
        return high << _LOW_BITS | low

    @cached_property
    def _tables(self) -> list[NDArray[np.uint16]]:
        """The results of every round for every half, which has at most 16,384 values."""
        return [self._table(turn) for turn in range(_ROUNDS)]

    def _table(self, turn: int) -> NDArray[np.uint16]:
        inputs, mask = (_LOW_MASK + 1, _HIGH_MASK) if turn % 2 == 0 else (_HIGH_MASK + 1, _LOW_MASK)
        blocks = np.zeros((inputs, 16), np.uint8)
        blocks[:, 0] = turn
        blocks[:, 14:] = np.arange(inputs, dtype=">u2").view(np.uint8).reshape(inputs, 2)
        answers = np.frombuffer(self._aes.encryptor().update(blocks.tobytes()), ">u2").reshape(inputs, 8)[:, 0]
        return (answers & mask).astype(np.uint16)


def _out_of_range(name: str) -> Invalid:
    return Invalid(name, N_("单元编号应在 0 到 %(last)s 之间"), last=UNITS - 1)
