"""The codes of consecutive units of a batch, of either kind: counted, iterated and taken in parts."""

from abc import ABC, abstractmethod
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ..errors import N_, Invalid

_TOGETHER = 512  # codes made at a time


class CodeRun(ABC):
    """The codes of `count` units of a batch from the ordinal `first` (from 0). Iterates as pairs of ordinal and digits.

    An empty run is true too, so that it is not mistaken for a missing one.
    """

    first: int
    count: int

    def __len__(self) -> int:
        return self.count

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Iterator[tuple[int, str]]:
        for start in range(0, self.count, _TOGETHER):
            tokens = self.tokens(start, min(_TOGETHER, self.count - start))
            for n, token in enumerate(tokens, self.first + start):
                yield n, self.digits(token.tobytes())

    def ordinals(self, start: int, count: int) -> range:
        """The ordinals of `count` units, counted from the first unit of this run."""
        return range(self.first + start, self.first + start + count)

    def _within(self, start: int, count: int) -> NDArray[np.int64]:
        """The ordinals of `count` units, counted from the first of these. Raises Invalid outside the run."""
        if not 0 <= start <= start + count <= self.count:
            raise Invalid("count", N_("这一段码不在这次赋码之内"))
        return np.arange(self.first + start, self.first + start + count)

    @abstractmethod
    def tokens(self, start: int, count: int) -> NDArray[np.uint8]:
        """The tokens of `count` units, one row of bytes each; `start` counts from the first unit of this run.

        Raises Invalid (count) for units outside the run.
        """

    @staticmethod
    @abstractmethod
    def digits(token: bytes) -> str:
        """A token as the decimal digits that a QR symbol holds."""
