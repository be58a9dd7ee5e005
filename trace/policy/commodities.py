"""Commodities (品类): what goods are, apart from brand and producer. Read once from `data/commodities.toml`.

What the rules make of them stands elsewhere: `register.commodities` says which a product may be, `chain.commodity` that goods stay
of theirs until they are processed.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ..errors import N_, Invalid, Message
from ..models import Regime, Unit
from ..names import normal_form
from .deadlines import Table


@dataclass(frozen=True, slots=True)
class Commodity:
    """One kind of goods. `name` is Chinese and the key of its translation; `units` has the usual one first.

    `drawing` is a class of drawings.toml. `crop` is what grows, by the name that a farm record gives it, empty for what is
    raised or made. `made_of` are the keys of what it is usually made of. `yield_kg_per_mu` is in kg of a 亩 and year; None: not
    known.
    """

    key: str
    name: str
    group: str
    regime: Regime
    units: tuple[Unit, ...]
    drawing: str
    crop: str = ""
    made_of: tuple[str, ...] = ()
    yield_kg_per_mu: int | None = None
    yield_source: str = ""

    @property
    def says(self) -> Message:
        """The name as a message takes it in, so that each reader has it in his language."""
        return Message(self.name)


GROWN = ("fruit", "vegetable", "fungus", "tea", "grain", "herb")  # groups whose goods grow, under their own name


@cache
def known() -> Mapping[str, Commodity]:
    """All commodities by key, in the order of the file."""
    found = (_commodity(*entry) for group in _groups().items() for entry in _goods(*group))
    return {commodity.key: commodity for commodity in found}


@cache
def groups() -> Mapping[str, str]:
    """The names of the groups by key, in the order of the file."""
    return {key: str(raw["name"]) for key, raw in _groups().items()}


def named(key: str | None) -> Commodity | None:
    """The commodity of a key of the record; None where there is none, or where a later list has it no more."""
    return known().get(key or "")


def said(key: str | None) -> Message:
    """The name of a record's commodity, as a message takes it in. One that no list has any more is called by its key."""
    if key is None:
        return Message(N_("品类待确认"))
    found = named(key)
    return found.says if found else Message("%(key)s", {"key": key})


def meant(typed: str) -> Commodity | None:
    """The commodity whose key or name (in Chinese) somebody typed, however wide or spaced; None for none."""
    return known().get(typed.strip()) or _by_name().get(normal_form(typed))


def chosen(field: str, typed: str) -> Commodity:
    """As `meant`. Raises Invalid (the field), with what is near, where it is no commodity."""
    if found := meant(typed):
        return found
    if near := likely(typed):
        raise Invalid(field, N_("没有“%(typed)s”这个品类；是不是“%(near)s”？"), typed=typed[:20], near=near.says)
    raise Invalid(
        field, N_("没有“%(typed)s”这个品类；请从列表里选，列表里都没有就告诉县市区农业农村局"), typed=typed[:20]
    )


@cache
def _by_name() -> Mapping[str, Commodity]:
    return {normal_form(commodity.name): commodity for commodity in known().values()}


def likely(name: str) -> Commodity | None:
    """What goods of this name are likely to be: the longest name of a commodity that it holds. A guess, for an officer to judge.

    None where none fits, and where one of the same length fits as well.
    """
    wanted = normal_form(name)
    fitting = sorted((written for written in _by_name() if written in wanted), key=len, reverse=True)
    clear = len(fitting) == 1 or len(fitting) > 1 and len(fitting[0]) > len(fitting[1])
    return _by_name()[fitting[0]] if clear else None


def _groups() -> Mapping[str, Table]:
    return tomllib.loads((files("yipin.data") / "commodities.toml").read_text("utf-8"))


def _goods(group: str, raw: Table) -> list[tuple[str, str, Table]]:
    """The group's goods, each with what the group says of all."""
    common = {name: value for name, value in raw.items() if name not in ("name", "goods")}
    own = {key: {"name": said} if isinstance(said, str) else said for key, said in raw["goods"].items()}
    return [(key, group, common | said) for key, said in own.items()]


def _commodity(key: str, group: str, raw: Table) -> Commodity:
    own_name = group in GROWN and not raw.get("made_of")
    return Commodity(
        key,
        raw["name"],
        group,
        Regime(raw["regime"]),
        tuple(Unit(unit) for unit in raw["units"]),
        raw["drawing"],
        str(raw.get("crop", raw["name"] if own_name else "")),
        tuple(raw.get("made_of", ())),
        raw.get("yield_kg_per_mu"),
        raw.get("yield_source", ""),
    )
