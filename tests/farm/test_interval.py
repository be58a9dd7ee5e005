"""The interval table: on which day a harvest is allowed, after which uses."""

from datetime import date
from typing import Any

import pytest

from yipin.farm.interval import Doubt, Limit, Use, earliest_harvest, judge
from yipin.models import CropKind, InputKind
from yipin.names import normal_form


def day(text: str) -> date:
    return date.fromisoformat(text)


def use(
    first: str,
    interval: int | None = 7,
    *,
    last: str = "",
    id: int = 1,
    name: str = "阿维菌素",
    crop: str = "黄桃",
    registration: str = "",
    kind: InputKind = InputKind.PESTICIDE,
    in_cycle: bool = True,
) -> Use:
    normal = [normal_form(text) for text in (name, registration, crop)]
    return Use(id, kind, name, crop, *normal, CropKind.FRUIT, day(first), day(last or first), interval, in_cycle)


def limit(name: str, registration: str = "", crop: str = "", **said: Any) -> Limit:
    return Limit(normal_form(name), normal_form(registration), normal_form(crop), **said)


def doubts(harvest: str, *uses: Use, limits: tuple[Limit, ...] = ()) -> list[str]:
    return [str(found.doubt) for found in judge(day(harvest), uses, list(limits))]


@pytest.mark.parametrize(
    ("used", "interval", "harvest", "allowed"),
    [
        ("2026-07-01", 7, "2026-07-07", False),  # the day before
        ("2026-07-01", 7, "2026-07-08", True),  # the day itself
        ("2026-07-01", 7, "2026-07-09", True),
        ("2026-07-01", 0, "2026-07-01", True),  # no interval: the same day
        ("2026-07-01", 1, "2026-07-01", False),
        ("2028-02-22", 7, "2028-02-28", False),  # a leap year has a 29 February
        ("2028-02-22", 7, "2028-02-29", True),
        ("2028-02-29", 1, "2028-03-01", True),
        ("2027-02-22", 7, "2027-02-28", False),  # and others go on with 1 March
        ("2027-02-22", 7, "2027-03-01", True),
        ("2027-12-28", 7, "2028-01-03", False),  # over the end of the year
        ("2027-12-28", 7, "2028-01-04", True),
        ("2027-03-01", 365, "2028-02-28", False),  # a year of days that has a leap day in it
        ("2027-03-01", 365, "2028-02-29", True),
    ],
)
def test_harvest_is_allowed_on_the_day_of_last_use_and_interval_or_later(
    used: str, interval: int, harvest: str, allowed: bool
) -> None:
    assert doubts(harvest, use(used, interval)) == ([] if allowed else ["early"])
    free = earliest_harvest([use(used, interval)], [], day(harvest))
    assert free is not None and (free <= day(harvest)) is allowed


def test_of_several_inputs_the_one_that_holds_longest_decides() -> None:
    uses = (use("2026-07-01", 20, id=1), use("2026-07-10", 3, id=2, name="联苯菊酯"), use("2026-07-05", 7, id=3))
    assert earliest_harvest(uses, [], day("2026-07-18")) == day("2026-07-21")
    assert doubts("2026-07-20", *uses) == ["early"]
    assert doubts("2026-07-12", *uses) == ["early", "early"]
    assert doubts("2026-07-21", *uses) == []


def test_the_days_count_from_the_day_of_stopping() -> None:
    assert doubts("2026-07-10", use("2026-07-01", 7, last="2026-07-04")) == ["early"]
    assert doubts("2026-07-11", use("2026-07-01", 7, last="2026-07-04")) == []


def test_a_use_that_goes_on_after_the_harvest_counts_as_one_on_its_day() -> None:
    assert doubts("2026-07-10", use("2026-07-01", 1, last="2026-07-20")) == ["early"]
    assert doubts("2026-07-10", use("2026-07-11", 30)) == []  # begun after the harvest


def test_without_an_interval_there_is_no_judgement_and_fertiliser_has_none() -> None:
    assert doubts("2026-07-10", use("2026-05-01", None)) == ["unknown"]
    assert doubts("2026-07-10", use("2026-05-01", None, kind=InputKind.FERTILISER)) == []
    assert doubts("2026-07-10", use("2025-09-01", None, in_cycle=False)) == []
    assert earliest_harvest([use("2026-05-01", None)], [], day("2026-07-10")) is None


def test_the_longer_of_entry_and_list_counts_and_the_list_fills_a_gap() -> None:
    listed = limit("阿维菌素", crop="黄桃", interval=14)
    assert doubts("2026-07-14", use("2026-07-01", 7), limits=(listed,)) == ["early"]
    assert doubts("2026-07-15", use("2026-07-01", 7), limits=(listed,)) == []
    assert doubts("2026-07-14", use("2026-07-01", None), limits=(listed,)) == ["early"]
    assert doubts("2026-07-12", use("2026-07-01", 14), limits=(limit("阿维菌素", interval=3),)) == ["early"]
    assert doubts("2026-07-12", use("2026-07-01", 7), limits=(limit("阿维菌素", crop="茶叶", interval=30),)) == []


def test_one_use_more_than_allowed_is_too_many() -> None:
    once, twice = use("2026-05-01", id=1), use("2026-05-20", id=2, name="阿维 菌素")
    listed = (limit("阿维菌素", max_uses=1),)
    assert doubts("2026-07-10", once, limits=listed) == []
    assert doubts("2026-07-10", once, twice, limits=listed) == ["too_often"]
    other_crop = use("2026-05-20", id=2, crop="丝瓜")
    assert doubts("2026-07-10", once, other_crop, limits=listed) == []
    last_year = use("2025-08-20", id=2, in_cycle=False)
    assert doubts("2026-07-10", once, last_year, limits=listed) == []


def test_a_banned_substance_is_found_in_the_name_of_any_product_on_that_kind_of_crop() -> None:
    banned = limit("某禁药", crop_kind=CropKind.FRUIT, banned=True, source="公告")
    assert doubts("2026-07-10", use("2026-03-01", name="40% 某禁药乳油"), limits=(banned,)) == ["banned"]
    assert doubts("2026-07-10", use("2026-03-01", name="阿维菌素"), limits=(banned,)) == []
    on_grain = limit("某禁药", crop_kind=CropKind.GRAIN, banned=True, source="公告")
    assert doubts("2026-07-10", use("2026-03-01", name="某禁药"), limits=(on_grain,)) == []


def test_a_registration_number_finds_the_product_whatever_it_is_called() -> None:
    listed = limit("阿维菌素 1.8% 乳油", registration="PD20081234", interval=14)
    assert doubts("2026-07-10", use("2026-07-01", 7, name="虫虫清", registration="pd20081234"), limits=(listed,)) == [
        "early"
    ]
    assert (
        doubts("2026-07-10", use("2026-07-01", 7, registration="PD1", name="阿维菌素 1.8% 乳油"), limits=(listed,))
        == []
    )


def test_early_and_banned_are_final() -> None:
    assert [doubt for doubt in Doubt if doubt.final] == [Doubt.EARLY, Doubt.BANNED]
