"""Crops as the record names them: which of them a harvest is of, and which stand for years. The names of `data/crops.toml` are
data, so that a county can add its own."""

import tomllib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from ..models import CropKind
from ..names import normal_form


@dataclass(frozen=True, slots=True)
class Crop:
    """A crop by the normal form of its name; `written` is how the record spells it, which makes no difference."""

    name: str
    kind: CropKind
    written: str = field(default="", compare=False)

    @property
    def perennial(self) -> bool:
        """Whether it stands for years: a fruit tree, tea."""
        said = _kinds()[self.kind]
        if any(part in self.name for part in said.perennial):
            return True
        return said.otherwise and not any(part in self.name for part in said.annual)


@dataclass(frozen=True, slots=True)
class _Kind:
    """What the list says of a kind of crop; names in normal form."""

    otherwise: bool
    perennial: tuple[str, ...]
    annual: tuple[str, ...]


@cache
def _kinds() -> dict[CropKind, _Kind]:
    listed = tomllib.loads((files("yipin.data") / "crops.toml").read_text("utf-8"))["crop"]
    return {
        kind: _Kind(
            listed[kind]["otherwise"] == "perennial",
            *(tuple(normal_form(name) for name in listed[kind].get(which, ())) for which in ("perennial", "annual")),
        )
        for kind in CropKind
    }


def grown_as(product: str, crops: Iterable[Crop]) -> frozenset[Crop]:
    """The crops that a product of this name is a harvest of: one name is a part of the other. 炎陵黄桃 is of 黄桃.

    Empty where no name fits: then it cannot be told which crop was harvested.
    """
    wanted = normal_form(product)
    return frozenset(crop for crop in crops if crop.name in wanted or wanted in crop.name)


def stands_for_years(crops: Collection[Crop]) -> bool | None:
    """Whether these crops are perennial: True or False where they agree, None where they do not or there is none."""
    said = {crop.perennial for crop in crops}
    return said.pop() if len(said) == 1 else None
