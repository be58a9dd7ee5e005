"""The list of commodities: whole, without doubles, and at one with the other lists."""

import tomllib
from importlib.resources import files

import pytest

from yipin.models import Unit
from yipin.policy import commodities
from yipin.policy.commodities import GROWN, known
from yipin.scan.drawing import Drawing, said_by

ALL = list(known().values())


def test_every_key_and_name_stands_for_one_commodity() -> None:
    names = [commodity.name for commodity in ALL]
    assert len(ALL) > 100 and len(set(names)) == len(names)
    raw = tomllib.loads((files("yipin.data") / "commodities.toml").read_text("utf-8"))
    assert sum(len(group["goods"]) for group in raw.values()) == len(ALL)  # no key stands in two groups
    assert set(GROWN) < set(raw)


def test_no_commodity_says_what_cannot_be() -> None:
    for commodity in ALL:
        assert commodity.key == commodity.key.lower() and len(commodity.key) <= 40 and commodity.units, commodity
        assert set(commodity.made_of) <= set(known()) - {commodity.key}, commodity
        assert (commodity.yield_kg_per_mu is None) == (commodity.yield_source == ""), commodity
        assert commodity.yield_kg_per_mu is None or commodity.yield_kg_per_mu > 0, commodity
        assert not (commodity.crop and commodity.made_of), commodity


def test_the_drawing_is_the_one_that_the_name_says() -> None:
    for commodity in ALL:
        drawing = Drawing(commodity.drawing)
        assert said_by(commodity.name) <= {drawing} or drawing is Drawing.PROCESSED, commodity


def test_a_commodity_is_found_by_key_and_by_name_however_it_is_written() -> None:
    loofah = known()["loofah"]
    assert (loofah.name, loofah.units[0], loofah.crop) == ("丝瓜", Unit.KILOGRAM, "丝瓜")
    assert commodities.meant("loofah") is commodities.meant(" 丝 瓜 ") is loofah
    assert commodities.named("loofah") is loofah
    for unknown in ("", "西瓜子", "no-such", "\x00"):
        assert commodities.meant(unknown) is None and commodities.named(unknown) is None
    assert commodities.named(None) is None


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("白关丝瓜", "loofah"),
        ("攸县大豆", "soybean"),
        ("炎陵黄桃 5斤装", "yellow-peach"),
        ("黄桃罐头", "canned-peach"),
        ("攸县香干", "dried-tofu"),
        ("王十万黄辣椒", "yellow-chilli"),
        ("樟霞古树茶油", "camellia-oil"),
        ("丝瓜苦瓜", None),
        ("好东西", None),
        ("", None),
    ],
)
def test_the_likely_commodity_of_a_name_is_the_longest_that_it_holds(name: str, key: str | None) -> None:
    found = commodities.likely(name)
    assert (found.key if found else None) == key
