"""Whether goods may carry a brand's name on a day.

A regional brand: the goods grew in its area and its season, every source of them was declared under it, nothing of them was
bought from outside, and the seller is licensed on the day. Processed goods are made in the area, of what grew there. An officer's
leave, with its reason, stands in for the season and for the names of the sources, and of processed goods for where their raw
materials grew; never for the licence, nor for the area of what was sold as it grew. A producer's own brand: an officer has
verified it, it is the seller's, and the goods are on record.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ..brands import licences
from ..errors import N_, Message
from ..models import Brand, BrandKind, Origin
from .goods import Goods, Nature, Way

BOUGHT = N_("货是从本系统之外购入的，没有核实")
RECALLED = N_("用到的来源批次已经召回")
UNNAMED = N_("不是每个来源批次都能用“%(brand)s”")


@dataclass(frozen=True, slots=True)
class Grounds:
    """How goods stand to one regional brand. `bought`, `elsewhere`: by their way they are not of its area. `named`: every source was
    declared under it."""

    bought: bool
    elsewhere: bool
    in_season: bool
    named: bool


def grounds(way: Way, brand: Brand) -> dict[int, Grounds]:
    """How each of the goods on a way stand to a regional brand."""
    found: dict[int, Grounds] = {}
    for number, one in way.items():
        found[number] = _grounds(one, brand, way, found)
    return found


def _grounds(one: Goods, brand: Brand, way: Way, found: Mapping[int, Grounds]) -> Grounds:
    if one.origin is Origin.HARVEST:
        season = one.allowed or brand.in_season(one.harvest_date)
        return Grounds(False, licences.is_elsewhere(brand, one.county), season, True)
    made, sources = one.origin is Origin.PROCESSED, [found[source.id] for source in one.sources]
    asked = [] if made and one.allowed else sources
    names = (way[source.id].brand_id == brand.id and found[source.id].named for source in one.sources)
    return Grounds(
        not sources or any(on.bought for on in asked),
        (made and licences.is_elsewhere(brand, one.county)) or any(on.elsewhere for on in asked),
        one.allowed or all(on.in_season for on in sources),
        one.allowed or made or all(names),
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """Goods that are to carry a brand. Of a regional brand: how they stand to it as they are, how they would with an officer's
    leave, and whether the seller is licensed on the day; of another, None."""

    goods: Goods
    nature: Nature
    brand: Brand
    grounds: Grounds | None
    with_leave: Grounds | None
    licensed: bool

    def why_not(self) -> Message | None:
        """Why the goods may not be declared under the brand as they are; None if they may."""
        return self._why_not(self.grounds)

    def why_never(self) -> Message | None:
        """Why not, whatever an officer may allow."""
        return self._why_not(self.with_leave)

    def _why_not(self, on: Grounds | None) -> Message | None:
        if self.nature.recalled:
            return Message(RECALLED)
        if on is None:
            return Message(BOUGHT) if self.nature.bought else licences.bar_of_own(self.brand, self.goods.producer_id)
        barred = {
            BOUGHT: on.bought,
            licences.ELSEWHERE: on.elsewhere,
            licences.UNLICENSED: not self.licensed,
            licences.OUT_OF_SEASON: not on.in_season,
            UNNAMED: not on.named,
        }
        why = next((word for word, bars in barred.items() if bars), None)
        return Message(why, {} if why is BOUGHT else {"brand": self.brand.name}) if why else None


def asked_of(
    number: int,
    brand: Brand,
    way: Way,
    found: Mapping[int, Grounds] | None,
    nature: Nature,
    licensed: Mapping[tuple[int, int], bool],
) -> Asked:
    """Goods and the brand that they are to carry. `found`: how all on their way stand to it, None for a brand that is not regional;
    `licensed`: whether the producer has a licence in force on the day, by brand and producer."""
    one = way[number]
    if found is None:
        return Asked(one, nature, brand, None, None, False)
    leave = _grounds(replace(one, allowed=True), brand, way, found)
    return Asked(one, nature, brand, found[number], leave, licensed[brand.id, one.producer_id])


def is_regional(brand: Brand) -> bool:
    """Whether a brand says where goods are from."""
    return brand.kind is BrandKind.REGIONAL
