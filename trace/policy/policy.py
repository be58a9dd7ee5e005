"""The policy as data: city, counties, brands, targets and reward ceilings, each with its clause.

It is read once from `data/<city>.toml`. No figure of the policy is a constant in the code.
"""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path

from ..errors import N_, Invalid, Unavailable
from ..models import BrandKind, ProducerKind, Scheme
from .clones import CloneRule
from .deadlines import CaseRules, Table


@dataclass(frozen=True)
class County:
    """A county, district or county-level city (县市区)."""

    code: str  # GB/T 2260
    name: str
    former: tuple[str, ...] = ()  # codes that it had before
    tile: tuple[int, int] | None = None  # column and row of its square on the tile map


@dataclass(frozen=True)
class Bounds:
    """The latitudes and longitudes (degrees) between which the city lies. They ask about a place and decide nothing."""

    south: Decimal
    north: Decimal
    west: Decimal
    east: Decimal

    def holds(self, latitude: Decimal, longitude: Decimal) -> bool:
        """Whether a place is within them."""
        return self.south <= latitude <= self.north and self.west <= longitude <= self.east


@dataclass(frozen=True)
class BrandEntry:
    """A regional public brand (区域公用品牌) that the policy names. `clause` is where it names it."""

    key: str
    name: str
    clause: str
    county: str | None = None
    flagship: bool = False  # 一县一特
    plain_name: str | None = None
    commodity: str | None = None
    holder: str | None = None
    holder_source: str | None = None
    season_from: str | None = None  # month and day, each year: "07-15"
    season_to: str | None = None
    season_source: str | None = None


@dataclass(frozen=True)
class Target:
    """One indicator in one period. `counts` are the certificate schemes that it counts, `brands` the kinds of brand."""

    key: str  # of the indicator; the same in all its periods
    name: str
    value: int
    unit: str
    start: date
    end: date
    base: date  # 基准日; the net increase (净增) starts from what is in force at its end
    clause: str
    counts: tuple[Scheme, ...] = ()
    brands: tuple[BrandKind, ...] = ()

    @property
    def period(self) -> str:
        """The years of the period, as people write them: 2026—2030."""
        return f"{self.start.year}—{self.end.year}"


@dataclass(frozen=True)
class Reward:
    """A reward for certificates. `start` and `end` bound the day of a first certificate; None is no bound."""

    key: str
    name: str
    ceiling: int  # yuan an enterprise
    clause: str
    counts: tuple[Scheme, ...] = ()
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True)
class CreditKind:
    """A kind of fact that an officer enters in a producer's credit record."""

    key: str
    name: str
    good: bool


@dataclass(frozen=True)
class CreditRules:
    """The kinds of fact, and the number of years that the public summary covers."""

    years: int
    kinds: dict[str, CreditKind]


LEAST_MONTHS = 6  # 农业农村部令2025年第4号: records of issue and collected certificates are kept for at least so long


@dataclass(frozen=True)
class CommitmentRules:
    """Fresh goods of the producers `required_of` need a live certificate before coding.

    The record of certificates is kept for `keep_months`.
    """

    required_of: frozenset[ProducerKind]
    keep_months: int
    clause: str


@dataclass(frozen=True)
class AmountRules:
    """When an amount is asked about, and when a batch waits for the county before it gets codes.

    `hold_factor` times what is asked about makes a batch wait. Where neither the plot nor what is usual can tell, a batch of
    more than `packs` is asked about. `plot_mu`: by kind of producer, the area in 亩 beyond which a plot is asked about.
    """

    hold_factor: Decimal
    packs: int
    plot_mu: dict[ProducerKind, Decimal]


@dataclass(frozen=True)
class Policy:
    """The policy of one city."""

    title: str
    issuer: str
    draft: bool
    province: str
    city_code: str
    city: str
    counties: dict[str, County]
    brands: tuple[BrandEntry, ...]
    targets: dict[str, Target]
    rewards: tuple[Reward, ...]
    pilot: str
    clone: CloneRule
    register: dict[
        str, str
    ]  # by scheme: the address where anyone can look a certificate up; missing where none is known
    cases: CaseRules
    credit: CreditRules
    commitment: CommitmentRules
    amounts: AmountRules
    bounds: Bounds | None = None

    def county_name(self, code: str | None) -> str:
        """The county's name, or the city's when the code is None or of no county of the city."""
        return self.counties[code].name if code in self.counties else self.city

    def full_county_name(self, code: str) -> str:
        """The names of province, city and county in one."""
        return f"{self.province}{self.city}{self.county_name(code)}"

    def county(self, typed: str, field: str = "county") -> str:
        """The code that was typed or chosen. Raises Invalid when the city has no such county."""
        if typed not in self.counties:
            raise Invalid(field, N_("“%(typed)s”不是本市的县市区代码；请从列表里选"), typed=typed[:12])
        return typed

    @property
    def main_target(self) -> Target:
        """The first target of the file, 两品一标. Every public page shows it."""
        return next(iter(self.targets.values()))

    def main_target_on(self, day: date) -> Target:
        """The main target's latest period that has begun by that day, or its first period."""
        periods = [target for target in self.targets.values() if target.key == self.main_target.key]
        begun = [target for target in periods if target.start <= day]
        return max(begun, key=lambda target: target.start) if begun else self.main_target

    def county_today(self, code: str) -> str:
        """The county's code today. A former code gives the code that replaced it."""
        return self._successors.get(code, code)

    @cached_property
    def _successors(self) -> dict[str, str]:
        return {former: county.code for county in self.counties.values() for former in county.former}


@cache
def load(name: str) -> Policy:
    """The policy called `name` in the package's data, or in the TOML file at that path.

    Raises Unavailable when the file cannot be read, or when an entry is missing or impossible.
    """
    source = Path(name) if name.endswith(".toml") else files("yipin.data") / f"{name}.toml"
    try:
        return _policy(tomllib.loads(source.read_text("utf-8")))
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise Unavailable(N_("政策文件 %(name)s 读不懂：%(error)s"), name=name, error=str(error)) from None


def _policy(raw: Table) -> Policy:
    counties = [_county(county) for county in raw["county"]]
    targets = [_target(t) for t in raw["target"]]
    return Policy(
        title=raw["document"]["title"],
        issuer=raw["document"]["issuer"],
        draft=raw["document"]["draft"],
        province=raw["province"]["name"],
        city_code=raw["city"]["code"],
        city=raw["city"]["name"],
        counties={county.code: county for county in counties},
        brands=tuple(BrandEntry(**brand) for brand in raw["brand"]),
        targets=_by_key(targets),
        rewards=tuple(_reward(reward) for reward in raw["reward"]),
        pilot=raw["insurance"]["pilot"],
        clone=CloneRule.of(raw["clone"]),
        register={Scheme(scheme).value: str(url) for scheme, url in raw.get("register", {}).items()},
        cases=CaseRules.of(raw["cases"]),
        credit=_credit(raw["credit"]),
        commitment=_commitment(raw["commitment"]),
        amounts=_amounts(raw["amounts"]),
        bounds=_bounds(raw["city"].get("bounds")),
    )


def _bounds(raw: Table | None) -> Bounds | None:
    if raw is None:
        return None
    found = Bounds(*(Decimal(str(raw[side])) for side in ("south", "north", "west", "east")))
    if not (found.south < found.north and found.west < found.east):
        raise ValueError("city.bounds: south < north and west < east")
    return found


def _county(raw: Table) -> County:
    column, row = raw.get("tile", (-1, -1))
    return County(raw["code"], raw["name"], tuple(raw.get("former", ())), (column, row) if column >= 0 else None)


def _commitment(raw: Table) -> CommitmentRules:
    kinds = frozenset(ProducerKind(kind) for kind in raw["required_of"])
    if raw["keep_months"] < LEAST_MONTHS:
        raise ValueError(f"commitment.keep_months {raw['keep_months']} < {LEAST_MONTHS}")
    return CommitmentRules(kinds, raw["keep_months"], raw["clause"])


def _amounts(raw: Table) -> AmountRules:
    if raw["hold_factor"] < 1 or raw["packs"] < 1:
        raise ValueError(f"amounts.hold_factor {raw['hold_factor']}, amounts.packs {raw['packs']}: at least 1")
    areas = {kind: Decimal(str(raw["plot_mu"][kind])) for kind in ProducerKind}
    return AmountRules(Decimal(str(raw["hold_factor"])), raw["packs"], areas)


def _target(raw: Table) -> Target:
    schemes = tuple(Scheme(scheme) for scheme in raw.get("counts", ()))
    brands = tuple(BrandKind(kind) for kind in raw.get("brands", ()))
    base = raw.get("base", raw["from"] - timedelta(days=1))
    return Target(
        raw["key"], raw["name"], raw["value"], raw["unit"], raw["from"], raw["to"], base, raw["clause"], schemes, brands
    )


def _by_key(targets: list[Target]) -> dict[str, Target]:
    """By key. A later period of the same indicator stands under key and first year."""
    found: dict[str, Target] = {}
    for target in targets:
        found[f"{target.key}-{target.start.year}" if target.key in found else target.key] = target
    return found


def _reward(raw: Table) -> Reward:
    schemes = tuple(Scheme(scheme) for scheme in raw.get("counts", ()))
    return Reward(raw["key"], raw["name"], raw["ceiling"], raw["clause"], schemes, raw.get("from"), raw.get("to"))


def _credit(raw: Table) -> CreditRules:
    return CreditRules(raw["years"], {kind["key"]: CreditKind(**kind) for kind in raw["kind"]})
