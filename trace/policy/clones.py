"""When a code is taken for copied, and which packs an officer should look at, as data of the policy file."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from .deadlines import Table

FACTS = frozenset(
    {
        "readers",
        "places",
        "places_elsewhere",
        "readers_after_sale",
        "readers_elsewhere_after_sale",
        "readers_after_void",
        "readers_after_shelf_life",
    }
)
"""What a sign may ask about a pack (`scan.clones.PackFacts`). None of them is ever greater than the number of readers."""


@dataclass(frozen=True)
class CloneSign:
    """A sign that a label may have been copied: it speaks where each fact reaches its `least`. `reason` is for officers."""

    reason: str
    points: int
    least: Mapping[str, int]

    @classmethod
    def of(cls, raw: Table) -> "CloneSign":
        """The sign of this table. Raises ValueError for a fact that is none, or a sign without facts or points."""
        sign = cls(
            str(raw["reason"]), int(raw["points"]), MappingProxyType({k: int(v) for k, v in raw["least"].items()})
        )
        if not sign.least or not sign.least.keys() <= FACTS or min(sign.points, *sign.least.values()) < 1:
            raise ValueError(f"clone sign {sign.reason!r}")
        return sign

    @property
    def fewest_readers(self) -> int:
        """With fewer readers than this the sign cannot speak."""
        return max(self.least.values())


@dataclass(frozen=True)
class CloneRule:
    """The scan page says that a code may be copied when so many different readers look at it within so many hours.

    Of one network and day (see `scan.looks.Reader`) at most `per_network` readers count, however many looked. Officers are to look at
    a pack whose `signs` have `look_at` points together.
    """

    readers: int
    hours: int
    per_network: int = 3
    look_at: int = 10
    signs: tuple[CloneSign, ...] = ()

    @classmethod
    def of(cls, raw: Table) -> "CloneRule":
        """The rule of this table. Raises KeyError, TypeError or ValueError for what is missing or impossible."""
        rest = {name: value for name, value in raw.items() if name != "sign"}
        return cls(**rest, signs=tuple(CloneSign.of(sign) for sign in raw.get("sign", ())))

    @property
    def fewest_readers(self) -> int | None:
        """With fewer readers no pack needs a look; None where no sign is set."""
        return min((sign.fewest_readers for sign in self.signs), default=None)
