"""Whether the look of a scan is counted yet. A page shows a figure only of a look that is on the disk."""

from enum import StrEnum
from typing import NamedTuple

from .looks import Seen


class Counting(StrEnum):
    DONE = "counted"
    KEPT = "kept"  # in memory; written as soon as the store of looks can be written again
    LOST = "lost"  # too many looks wait already, so this one is not counted


class Counted(NamedTuple):
    """What became of a look: the unit's total with it (None if only robots looked, or if the look is not written)."""

    seen: Seen | None
    how: Counting
