"""What a 亩 bears, in a test's own list of commodities: the product's list names no figure that nobody vouches for."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from yipin.policy import commodities

LISTS = (commodities.known, commodities.groups, commodities._by_name)


@contextmanager
def bearing(patch: pytest.MonkeyPatch, **kg_per_mu: int) -> Iterator[None]:
    """The list says so of commodities by key, with "_" for "-": `yellow_peach=1000`."""
    raw = copy.deepcopy(dict(commodities._groups()))
    for group in raw.values():
        for key, said in group["goods"].items():
            if kg := kg_per_mu.get(key.replace("-", "_")):
                own = {"name": said} if isinstance(said, str) else said
                group["goods"][key] = own | {"yield_kg_per_mu": kg, "yield_source": "一份测试用的清单"}
    patch.setattr(commodities, "_groups", lambda: raw)
    _forget()
    yield
    _forget()


def _forget() -> None:
    for each in LISTS:
        each.cache_clear()
