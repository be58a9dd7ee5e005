"""The policy as data: city, counties, brands, targets and reward ceilings, each with its clause.

Read once from `data/<city>.toml`. No figure of the policy is a constant anywhere in the code.
"""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

from ..errors import N_, Invalid, Unavailable
from ..models import BrandKind, ProducerKind, Scheme
from .deadlines import CaseRules


@dataclass(frozen=True)
class County:
    code: str  # GB/T 2260
    name: str
    former: tuple[str, ...] = ()
    tile: tuple[int, int] | None = None  # column and row of its square on the tile map


@dataclass(frozen=True)
class BrandEntry:
    key: str
    name: str
    clause: str
    county: str | None = None
    flagship: bool = False  # 一县一特
    plain_name: str | None = None
    holder: str | None = None
    holder_source: str | None = None
    season_from: str | None = None  # month and day, each year: "07-15"
    season_to: str | None = None
    season_source: str | None = None


@dataclass(frozen=True)
class Target:
    """One indicator in one period. `counts` are its certificate schemes, `brands` the kinds of brand it counts."""

    key: str  # of the indicator; its later periods have the same
    name: str
    value: int
    unit: str
    start: date
    end: date
    base: date  # 基准日: what is in force at its end is the start of 净增
    clause: str
    counts: tuple[Scheme, ...] = ()
    brands: tuple[BrandKind, ...] = ()

    @property
    def period(self) -> str:
        return f"{self.start.year}—{self.end.year}"


@dataclass(frozen=True)
class Reward:
    key: str
    name: str
    ceiling: int  # yuan an enterprise
    clause: str
    counts: tuple[Scheme, ...] = ()
    start: date | None = None  # first certificates from this day on; None: no bound
    end: date | None = None


@dataclass(frozen=True)
class CreditKind:
    """A kind of fact that officers enter in a producer's credit record."""

    key: str
    name: str
    good: bool


@dataclass(frozen=True)
class CreditRules:
    """`years`: how far back the public summary counts."""

    years: int
    kinds: dict[str, CreditKind]


LEAST_MONTHS = 6  # 农业农村部令2025年第4号: records of issue, and certificates collected, are kept so long at least


@dataclass(frozen=True)
class CommitmentRules:
    """`required_of`: whose fresh goods are not coded without a live certificate; `keep_months` of its record."""

    required_of: frozenset[ProducerKind]
    keep_months: int
    clause: str


@dataclass(frozen=True)
class CloneRule:
    readers: int
    hours: int


@dataclass(frozen=True)
class Policy:
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
    register: dict[str, str]  # by scheme: where anyone can look a certificate up; empty where none is known
    cases: CaseRules
    credit: CreditRules
    commitment: CommitmentRules

    def county_name(self, code: str | None) -> str:
        """The county's name, or the city's where there is none."""
        return self.counties[code].name if code in self.counties else self.city

    def full_county_name(self, code: str) -> str:
        return f"{self.province}{self.city}{self.county_name(code)}"

    def county(self, typed: str, field: str = "county") -> str:
        """The code typed or chosen, if it is one of this city's counties."""
        if typed not in self.counties:
            raise Invalid(field, N_("“%(typed)s”不是本市的县市区代码；请从列表里选"), typed=typed[:12])
        return typed

    @property
    def main_target(self) -> Target:
        """The first target of the file: 两品一标, the one every public page carries."""
        return next(iter(self.targets.values()))

    def main_target_on(self, day: date) -> Target:
        """The main target's latest period that has begun by that day, else its first."""
        periods = [target for target in self.targets.values() if target.key == self.main_target.key]
        begun = [target for target in periods if target.start <= day]
        return max(begun, key=lambda target: target.start) if begun else self.main_target

    def county_today(self, code: str) -> str:
        """The county's code today; a former code gives that of the county it has become."""
        return self._successors.get(code, code)

    @cached_property
    def _successors(self) -> dict[str, str]:
        return {former: county.code for county in self.counties.values() for former in county.former}


@cache
def load(name: str) -> Policy:
    """The policy called `name` in the package's data, or in the TOML file at that path."""
    source = Path(name) if name.endswith(".toml") else files("yipin.data") / f"{name}.toml"
    try:
        return _policy(tomllib.loads(source.read_text("utf-8")))
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise Unavailable(N_("政策文件 %(name)s 读不懂：%(error)s"), name=name, error=str(error)) from None


def _policy(raw: dict[str, Any]) -> Policy:
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
        clone=CloneRule(**raw["clone"]),
        register={Scheme(scheme).value: str(url) for scheme, url in raw.get("register", {}).items()},
        cases=CaseRules.of(raw["cases"]),
        credit=_credit(raw["credit"]),
        commitment=_commitment(raw["commitment"]),
    )


def _county(raw: dict[str, Any]) -> County:
    column, row = raw.get("tile", (-1, -1))
    return County(raw["code"], raw["name"], tuple(raw.get("former", ())), (column, row) if column >= 0 else None)


def _commitment(raw: dict[str, Any]) -> CommitmentRules:
    kinds = frozenset(ProducerKind(kind) for kind in raw["required_of"])
    if raw["keep_months"] < LEAST_MONTHS:
        raise ValueError(f"commitment.keep_months {raw['keep_months']} < {LEAST_MONTHS}")
    return CommitmentRules(kinds, raw["keep_months"], raw["clause"])


def _target(raw: dict[str, Any]) -> Target:
    schemes = tuple(Scheme(scheme) for scheme in raw.get("counts", ()))
    brands = tuple(BrandKind(kind) for kind in raw.get("brands", ()))
    base = raw.get("base", raw["from"] - timedelta(days=1))
    return Target(
        raw["key"], raw["name"], raw["value"], raw["unit"], raw["from"], raw["to"], base, raw["clause"], schemes, brands
    )


def _by_key(targets: list[Target]) -> dict[str, Target]:
    """Under its key; a later period of the same indicator under key and first year."""
    found: dict[str, Target] = {}
    for target in targets:
        found[f"{target.key}-{target.start.year}" if target.key in found else target.key] = target
    return found


def _reward(raw: dict[str, Any]) -> Reward:
    schemes = tuple(Scheme(scheme) for scheme in raw.get("counts", ()))
    return Reward(raw["key"], raw["name"], raw["ceiling"], raw["clause"], schemes, raw.get("from"), raw.get("to"))


def _credit(raw: dict[str, Any]) -> CreditRules:
    return CreditRules(raw["years"], {kind["key"]: CreditKind(**kind) for kind in raw["kind"]})
