"""Which names are near each other, though they are not the same: another order of the words, a slip, one within the other. Pure;
names in normal form."""

from collections import Counter
from collections.abc import Collection

ALIKE = 0.6  # of all characters of both names that stand in the other too


def near(name: str, other: str) -> bool:
    """Whether somebody may have meant the one who wrote the other."""
    return bool(name and other) and (name in other or other in name or _shared(name, other) >= ALIKE)


def near_any(name: str, others: Collection[str]) -> bool:
    """Whether a name is near one of these."""
    return any(near(name, other) for other in others)


def _shared(name: str, other: str) -> float:
    return 2 * (Counter(name) & Counter(other)).total() / (len(name) + len(other))
