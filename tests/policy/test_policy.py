"""The policy file of Zhuzhou: nine counties, brands, targets and ceilings, each with its clause."""

from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from world import World
from yipin.brands import directory
from yipin.errors import Invalid, Unavailable
from yipin.models import Brand, Event, Scheme
from yipin.policy import policy

ZHUZHOU = policy.load("zhuzhou")
SHIPPED = Path(policy.__file__).parents[1] / "data" / "zhuzhou.toml"


def test_the_city_has_its_nine_counties() -> None:
    """GB/T 2260 as of 2018, when 株洲县 became 渌口区."""
    assert {county.code: county.name for county in ZHUZHOU.counties.values()} == {
        "430202": "荷塘区",
        "430203": "芦淞区",
        "430204": "石峰区",
        "430211": "天元区",
        "430212": "渌口区",
        "430223": "攸县",
        "430224": "茶陵县",
        "430225": "炎陵县",
        "430281": "醴陵市",
    }
    assert ZHUZHOU.counties["430212"].former == ("430221",)
    assert (ZHUZHOU.province, ZHUZHOU.city_code, ZHUZHOU.city) == ("湖南省", "430200", "株洲市")


def test_the_targets_are_those_of_the_policy() -> None:
    values = {target.name: target.value for target in ZHUZHOU.targets.values()}
    assert values == {
        "农产品“两品一标”": 50,
        "农产品企业品牌": 10,
        "国家地理标志保护产品": 1,
        "国家地理标志证明商标": 2,
    }
    units = {target.name: target.unit for target in ZHUZHOU.targets.values()}
    assert units.pop("国家地理标志证明商标") == "件" and set(units.values()) == {"个"}
    for target in ZHUZHOU.targets.values():
        assert target.clause == "一、总体目标"
        assert target.end == date(2025, 12, 31)
        assert target.period == "2023—2025"


def test_two_kinds_and_one_mark_are_the_main_target() -> None:
    assert ZHUZHOU.main_target.key == "green-organic-gi"
    assert ZHUZHOU.main_target.counts == (Scheme.GREEN, Scheme.ORGANIC, Scheme.GEOGRAPHICAL)


def test_no_certificate_scheme_counts_towards_two_targets() -> None:
    counted = [scheme for target in ZHUZHOU.targets.values() for scheme in target.counts]
    assert len(counted) == len(set(counted))


def test_every_brand_and_ceiling_has_its_clause_and_every_brand_its_county() -> None:
    for entry in (*ZHUZHOU.brands, *ZHUZHOU.rewards):
        assert entry.clause
    assert all(brand.county in ZHUZHOU.counties for brand in ZHUZHOU.brands if brand.county)
    assert [brand.name for brand in ZHUZHOU.brands if not brand.county] == ["樟霞古树茶油"]
    assert len({brand.key for brand in ZHUZHOU.brands}) == len({brand.name for brand in ZHUZHOU.brands})
    assert {reward.ceiling for reward in ZHUZHOU.rewards} == {50_000, 300_000}


def test_of_the_three_treasures_the_file_says_what_the_policy_does_not() -> None:
    treasures = [brand for brand in ZHUZHOU.brands if "三宝" in brand.clause]
    assert [brand.name for brand in treasures] == ["茶陵白芷", "茶陵生姜", "茶陵大蒜"]
    assert all("条文没有写是哪三样" in brand.clause for brand in treasures)


def test_the_document_is_marked_as_a_draft_and_the_pilot_bears_its_own_words() -> None:
    assert ZHUZHOU.draft and "征求意见稿" in ZHUZHOU.title
    assert ZHUZHOU.pilot == "品牌+第二代农产品“身份证”质量保险"


def test_a_county_has_a_short_and_a_full_name() -> None:
    assert ZHUZHOU.full_county_name("430225") == "湖南省株洲市炎陵县"
    assert ZHUZHOU.county_name(None) == "株洲市"


@pytest.mark.parametrize("typed", ["", "430221", "110105", "430225 ", "炎陵县", "\x00", "4" * 999])
def test_a_county_of_elsewhere_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        ZHUZHOU.county(typed)
    assert refused.value.field == "county"


def test_another_city_is_another_file(tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text(SHIPPED.read_text("utf-8").replace("value = 50", "value = 7"), "utf-8")
    assert policy.load(str(other)).main_target.value == 7


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[insurance]", "[insurance"),
        ("value = 50", ""),
        ('counts = ["gi_mark"]', 'counts = ["gold"]'),
        ("[clone]", "[klon]"),
        ('clause = "二（二）区域公用品牌"', ""),
        ('title = "株洲', 'titel = "株洲'),
        ("readers = 50", "looks = 50"),
    ],
)
def test_a_policy_file_with_a_hole_stops_the_start(tmp_path: Path, old: str, new: str) -> None:
    holed = tmp_path / "holed.toml"
    text = SHIPPED.read_text("utf-8")
    assert old in text
    holed.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(Unavailable, match="holed.toml 读不懂"):
        policy.load(str(holed))


def test_a_policy_that_is_not_there_is_named() -> None:
    for name in ("atlantis", "../secret", "/no/such.toml"):
        with pytest.raises(Unavailable, match="政策文件"):
            policy.load(name)


def test_the_brands_of_the_policy_are_entered_once_each_with_its_event(world: World) -> None:
    with world.db.write.begin() as session:
        assert directory.enter_brands(session, world.chen, world.installation.policy) == 0  # founding has done it
        assert session.scalar(sa.select(sa.func.count()).select_from(Brand)) == len(ZHUZHOU.brands)
        told = session.scalars(sa.select(Event.object_id).where(Event.action == "brand.enter")).all()
        assert sorted(told) == sorted(session.scalars(sa.select(Brand.id)))


def with_a_second_period(tmp_path: Path) -> policy.Policy:
    """The policy with one more target of 两品一标, made up for the test."""
    source = SHIPPED.read_text("utf-8")
    entry = (
        '[[target]]\nkey = "green-organic-gi"\nname = "农产品“两品一标”"\nvalue = 7\nunit = "个"\n'
        'from = 2026-01-01\nto = 2030-12-31\ncounts = ["green"]\nclause = "试"\n\n'
    )
    other = tmp_path / "two.toml"
    other.write_text(source.replace("# Reward ceilings", entry + "# Reward ceilings"), "utf-8")
    return policy.load(str(other))


def test_a_further_period_stands_beside_the_past_one(tmp_path: Path) -> None:
    found = with_a_second_period(tmp_path)
    assert (found.targets["green-organic-gi"].value, found.targets["green-organic-gi-2026"].value) == (50, 7)
    assert found.main_target_on(date(2025, 12, 31)).value == 50
    assert found.main_target_on(date(2026, 1, 1)).value == 7
    assert found.targets["green-organic-gi-2026"].base == date(2025, 12, 31)


def test_a_former_county_code_is_that_of_today() -> None:
    assert ZHUZHOU.county_today("430221") == "430212"
    assert ZHUZHOU.county_today("430225") == "430225"
