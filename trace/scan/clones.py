"""Whether an officer should look at a pack because its label may have been copied: from facts, each of which the page shows.

A copied label carries a genuine code, so nothing here is certain. What is not known is None, and lets no sign speak.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from ..policy.clones import CloneRule, CloneSign


@dataclass(frozen=True, slots=True)
class PackFacts:
    """What is known of one pack. Readers, not looks: each is counted once a day, however often it looks.

    `places_elsewhere`: regions with readers to which the pack was not shipped.
    """

    readers: int
    places_elsewhere: int | None = None
    readers_after_sale: int | None = None
    readers_after_void: int | None = None
    readers_after_shelf_life: int | None = None

    def has(self, sign: CloneSign) -> bool:
        """Whether the sign speaks of this pack."""
        return all((getattr(self, name) or 0) >= least for name, least in sign.least.items())


@dataclass(frozen=True, slots=True)
class Suspicion:
    """The points of a pack, and the signs that gave them, those with the most points first."""

    points: int
    signs: tuple[CloneSign, ...]


def weigh(facts: PackFacts, rule: CloneRule) -> Suspicion | None:
    """Why an officer should look at this pack; None where the rule's signs do not reach its `look_at`."""
    signs = tuple(sorted(_speaking(facts, rule), key=lambda sign: -sign.points))
    points = sum(sign.points for sign in signs)
    return Suspicion(points, signs) if signs and points >= rule.look_at else None


def _speaking(facts: PackFacts, rule: CloneRule) -> Iterator[CloneSign]:
    return (sign for sign in rule.signs if facts.has(sign))
