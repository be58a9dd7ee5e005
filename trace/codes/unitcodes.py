"""The signed codes of consecutive units of one batch, made many at a time for a print run.

They are not stored. The same units, key and day always give the same codes, so any part can be made again.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..errors import N_, Conflict
from .coderun import CodeRun
from .keys import SigningKey
from .payload import PAYLOAD_BYTES, TOKEN_BYTES, Payload, to_digits
from .signing import CONTEXT
from .units import UnitPermutation

_TAIL = 6  # the last bytes of a payload, in which all of the unit number lies


@dataclass(frozen=True)
class UnitCodes(CodeRun):
    """The signed codes of `count` units from the ordinal `first` (from 0). The unit in `payload` is ignored.

    Raises Conflict if the key is not the payload's.
    """

    payload: Payload
    key: SigningKey
    units: UnitPermutation
    first: int
    count: int

    def __post_init__(self) -> None:
        if self.payload.key != self.key.number:
            raise Conflict(
                N_("身份码里写的是第 %(written)s 号密钥，不能用第 %(used)s 号签发"),
                written=self.payload.key,
                used=self.key.number,
            )

    digits = staticmethod(to_digits)

    def tokens(self, start: int, count: int) -> NDArray[np.uint8]:
        """The tokens (count, 79) of `count` units: payload and signature.

        `start` counts from the first unit of this run.

        Raises Invalid for units outside the run.
        """
        said = self._payloads(self._within(start, count))
        head = CONTEXT + said[:1, :-_TAIL].tobytes()
        tails = said[:, -_TAIL:].tobytes()
        signatures = self.key.sign_all([head + tails[n : n + _TAIL] for n in range(0, len(tails), _TAIL)])
        tokens = np.empty((count, TOKEN_BYTES), np.uint8)
        tokens[:, :PAYLOAD_BYTES] = said
        tokens[:, PAYLOAD_BYTES:] = np.frombuffer(b"".join(signatures), np.uint8).reshape(count, -1)
        return tokens

    def _payloads(self, ordinals: NDArray[np.int64]) -> NDArray[np.uint8]:
        """The payloads' bytes. They differ in the unit number alone, which is written over one common payload."""
        alike = int.from_bytes(replace(self.payload, unit=0).to_bytes(), "big")
        one = int.from_bytes(replace(self.payload, unit=1).to_bytes(), "big") - alike
        numbers = self.units.numbers(ordinals).astype(np.uint64) * np.uint64(one)
        low = np.uint64(alike & (1 << 8 * _TAIL) - 1) | numbers
        said = np.empty((len(ordinals), PAYLOAD_BYTES), np.uint8)
        said[:] = np.frombuffer(alike.to_bytes(PAYLOAD_BYTES, "big"), np.uint8)
        said[:, -_TAIL:] = low.astype(">u8").view(np.uint8).reshape(-1, 8)[:, -_TAIL:]
        return said
