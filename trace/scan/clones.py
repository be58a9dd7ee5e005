"""Whether an officer should look at a pack because its label may have been copied: from facts, each of which the page shows.

A copied label carries a genuine code, so nothing here is certain. What is not known is None, and lets no sign speak. Pure:
`scripts/clones` judges invented packs by these very functions.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from ..clock import day_of
from ..policy.clones import CloneRule, CloneSign


class Met(NamedTuple):
    """A reader of a pack on one day: when it looked last, where it was ("" if not known), and its network's pseudonym."""

    at: datetime
    region: str
    network: str


class Course(NamedTuple):
    """What a pack went through, as far as is known. `shipped_to` are regions, `sold_in` is one; moments are aware UTC.

    `best_before` is the moment at which the last day of the shelf life is over.
    """

    shipped_to: frozenset[str] | None = None
    sold_at: datetime | None = None
    sold_in: str = ""
    void_at: datetime | None = None
    best_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class PackFacts:
    """What is known of one pack. Readers, not looks: each is counted once a day, however often it looks.

    `places`: regions with readers, as far as these are known; `places_elsewhere`: those to which the pack was not shipped.
    """

    readers: int
    places: int | None = None
    places_elsewhere: int | None = None
    readers_after_sale: int | None = None
    readers_elsewhere_after_sale: int | None = None
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


def facts_of(readers: Sequence[Met], course: Course, rule: CloneRule) -> PackFacts:
    """What the readers of a pack tell. Of one network and day only a few count (`CloneRule.per_network`)."""
    met = list(_counted(readers, rule.per_network))
    regions = {one.region for one in met} - {""}
    to, sold = course.shipped_to, course.sold_at
    bought = [one for one in met if sold is not None and one.at > sold]
    return PackFacts(
        len(met),
        places=len(regions),
        places_elsewhere=None if to is None else len(regions - to),
        readers_after_sale=None if sold is None else len(bought),
        readers_elsewhere_after_sale=None if sold is None else sum(_is_elsewhere(one, course) for one in bought),
        readers_after_void=_after(met, course.void_at),
        readers_after_shelf_life=_after(met, course.best_before),
    )


def _counted(readers: Sequence[Met], per_network: int) -> Iterator[Met]:
    seen: Counter[tuple[date, str]] = Counter()
    for one in readers:
        key = day_of(one.at), one.network
        seen[key] += 1
        if seen[key] <= per_network:
            yield one


def _is_elsewhere(reader: Met, course: Course) -> bool:
    """Whether a reader is known to be where neither the shop is nor the goods went."""
    return reader.region not in {"", course.sold_in, *(course.shipped_to or ())}


def _after(readers: Sequence[Met], moment: datetime | None) -> int | None:
    return None if moment is None else sum(one.at >= moment for one in readers)


def weigh(facts: PackFacts, rule: CloneRule) -> Suspicion | None:
    """Why an officer should look at this pack; None where the rule's signs do not reach its `look_at`."""
    signs = tuple(sorted(_speaking(facts, rule), key=lambda sign: -sign.points))
    points = sum(sign.points for sign in signs)
    return Suspicion(points, signs) if signs and points >= rule.look_at else None


def _speaking(facts: PackFacts, rule: CloneRule) -> Iterator[CloneSign]:
    return (sign for sign in rule.signs if facts.has(sign))
