"""The three measures of 两品一标, counted by hand: the worked example stands in `world.lines`."""

from collections.abc import Iterable
from datetime import timedelta

import pytest

from world.lines import LUKOU, YANLING, YOUXIAN, D, example, line
from yipin.indicators.line import Line
from yipin.indicators.measures import Period, count, grouped, path, totals, years
from yipin.indicators.units import named

MAIN = Period(frozenset({"green", "organic", "geographical"}), D("2023-01-01"), D("2025-12-31"), D("2022-12-31"))
GI = Period(frozenset({"gi_product"}), MAIN.start, MAIN.end, MAIN.base)


LINES = named(example())


def papers(lines: Iterable[Line]) -> str:
    return " ".join(sorted(line.number for line in lines))


def figures(groups: dict[str, tuple[Line, ...]]) -> dict[str, int]:
    return {name: len(lines) for name, lines in groups.items()}


COUNTED = {  # as of: first time, in force, net, pending
    "2023-06-30": ("B1", "A1 B1 E1", 1, ""),
    "2024-01-31": ("B1 D D", "A1 B1 D D E1", 3, "C"),
    "2024-05-20": ("B1 C D D", "B1 C D D E1", 3, "A2"),
    "2024-12-31": ("B1 C D D I", "A2 C D D E1 I", 4, ""),
    "2025-12-31": ("B1 C D D", "A2 B2 D D E2", 3, "H"),
    "2026-07-01": ("B1 C D D", "A2 D D E2 J", 3, "H"),
}


@pytest.mark.parametrize("day", COUNTED)
def test_the_measures_are_those_counted_by_hand(day: str) -> None:
    found = count(LINES, MAIN, D(day))
    assert (papers(found.first), papers(found.stock), found.net, papers(found.pending)) == COUNTED[day]


TOTALS = {  # as of: first time, in force; each as units, distinct products, papers
    "2023-06-30": ((1, 1, 1), (3, 2, 3)),  # 黄桃 is green and organic: two units, one product
    "2024-01-31": ((3, 3, 2), (5, 4, 4)),  # D is one paper with two products
    "2024-05-20": ((4, 4, 3), (5, 5, 4)),
    "2024-12-31": ((5, 5, 4), (6, 6, 5)),
    "2025-12-31": ((4, 4, 3), (5, 4, 4)),
    "2026-07-01": ((4, 4, 3), (5, 5, 4)),
}


@pytest.mark.parametrize("day", TOTALS)
def test_products_and_papers_are_totalled_apart(day: str) -> None:
    found = count(LINES, MAIN, D(day))
    assert (totals(found.first), totals(found.stock)) == TOTALS[day]


COUNTIES = {  # as of: by county first time, in force, gained, lost
    "2023-06-30": ({YANLING: 1}, {YANLING: 3}, {YANLING: 1}, {}),
    "2024-01-31": ({YANLING: 1, LUKOU: 2}, {YANLING: 3, LUKOU: 2}, {YANLING: 1, LUKOU: 2}, {}),
    "2024-05-20": (
        {YANLING: 1, YOUXIAN: 1, LUKOU: 2},
        {YANLING: 2, YOUXIAN: 1, LUKOU: 2},
        {YANLING: 1, YOUXIAN: 1, LUKOU: 2},
        {YANLING: 1},
    ),
    "2024-12-31": ({YANLING: 1, YOUXIAN: 2, LUKOU: 2}, {YANLING: 2, YOUXIAN: 2, LUKOU: 2}, {YOUXIAN: 2, LUKOU: 2}, {}),
    "2025-12-31": (  # E has moved: one less in 炎陵, one more in 攸县
        {YANLING: 1, YOUXIAN: 1, LUKOU: 2},
        {YANLING: 2, YOUXIAN: 1, LUKOU: 2},
        {YANLING: 1, YOUXIAN: 1, LUKOU: 2},
        {YANLING: 1},
    ),
    "2026-07-01": (
        {YANLING: 1, YOUXIAN: 1, LUKOU: 2},
        {YANLING: 2, YOUXIAN: 1, LUKOU: 2},
        {YANLING: 1, YOUXIAN: 1, LUKOU: 2},
        {YANLING: 1},
    ),
}


@pytest.mark.parametrize("day", COUNTIES)
def test_the_counties_are_those_counted_by_hand(day: str) -> None:
    found = count(LINES, MAIN, D(day))
    groups = [
        grouped(lines, lambda line: line.county) for lines in (found.first, found.stock, found.gained(), found.lost())
    ]
    assert tuple(figures(group) for group in groups) == COUNTIES[day]


SCHEMES = {  # as of: by scheme first time, in force
    "2023-06-30": ({"organic": 1}, {"green": 2, "organic": 1}),
    "2024-01-31": ({"organic": 1, "geographical": 2}, {"green": 2, "organic": 1, "geographical": 2}),
    "2024-05-20": ({"organic": 1, "geographical": 2, "green": 1}, {"green": 2, "organic": 1, "geographical": 2}),
    "2024-12-31": ({"organic": 1, "geographical": 2, "green": 2}, {"green": 4, "geographical": 2}),
    "2025-12-31": ({"organic": 1, "geographical": 2, "green": 1}, {"green": 2, "organic": 1, "geographical": 2}),
    "2026-07-01": ({"organic": 1, "geographical": 2, "green": 1}, {"green": 3, "geographical": 2}),
}


@pytest.mark.parametrize("day", SCHEMES)
def test_the_schemes_are_those_counted_by_hand(day: str) -> None:
    found = count(LINES, MAIN, D(day))
    groups = [grouped(lines, lambda line: line.scheme) for lines in (found.first, found.stock)]
    assert tuple(figures(group) for group in groups) == SCHEMES[day]


YEARS = {  # as of: year, first time, in force at its end or on the day, net in the year
    "2023-06-30": [(2023, 1, 3, 1)],
    "2024-01-31": [(2023, 1, 3, 1), (2024, 2, 5, 2)],
    "2024-05-20": [(2023, 2, 4, 2), (2024, 2, 5, 1)],  # C, verified late, is of the year of its grant
    "2024-12-31": [(2023, 2, 4, 2), (2024, 3, 6, 2)],
    "2025-12-31": [(2023, 2, 4, 2), (2024, 2, 5, 1), (2025, 0, 5, 0)],
    "2026-07-01": [(2023, 2, 4, 2), (2024, 2, 5, 1), (2025, 0, 5, 0)],
}


@pytest.mark.parametrize("day", YEARS)
def test_the_years_are_those_counted_by_hand_and_add_up(day: str) -> None:
    found = count(LINES, MAIN, D(day))
    listed = [(year.year, len(year.first), len(year.stock), year.net) for year in years(found)]
    assert listed == YEARS[day]
    assert sum(year[1] for year in listed) == len(found.first)
    assert sum(year[3] for year in listed) == found.net == len(found.gained()) - len(found.lost())


def test_a_protected_product_is_its_own_indicator() -> None:
    found = count(LINES, GI, D("2025-12-31"))
    assert (papers(found.first), papers(found.stock)) == ("G", "G")


def test_before_the_period_there_is_nothing_new() -> None:
    found = count(LINES, MAIN, D("2022-06-30"))
    assert (papers(found.first), papers(found.stock), found.net) == ("", "E1", 0)


def test_the_path_adds_up_what_is_new_by_quarter() -> None:
    points = path(count(LINES, MAIN, D("2024-05-20")))
    assert [(str(day), done) for day, done in points] == [
        ("2022-12-31", 0),
        ("2023-03-31", 0),
        ("2023-06-30", 1),
        ("2023-09-30", 2),
        ("2023-12-31", 2),
        ("2024-03-31", 4),
        ("2024-05-20", 4),
    ]


def new(*lines: Line, day: str = "2025-12-31") -> str:
    return papers(count(named(lines), MAIN, D(day)).first)


def test_a_product_added_at_a_renewal_is_new_and_the_renewed_one_is_not() -> None:
    renewal = {"certification": 3, "renews": 1, "granted": D("2025-01-01")}
    assert new(line(1), line(3, **renewal), line(4, **renewal, product="丝瓜")) == "N1 N4"


def test_a_renewal_of_a_paper_that_nobody_verified_is_not_new() -> None:
    assert new(line(1, verified=None), line(2, renews=1, granted=D("2025-01-01"))) == ""


def test_a_renewal_under_a_new_name_and_holder_is_the_same_unit() -> None:
    renewed = line(2, renews=1, granted=D("2025-01-01"), subject="company", product="炎陵黄桃")
    later = line(3, granted=D("2025-06-01"), subject="company", product="炎陵黄桃")
    found = count(named([line(1), renewed, later]), MAIN, D("2025-12-31"))
    assert (papers(found.first), papers(found.stock)) == ("N1", "N3")


def test_a_second_renewal_under_the_same_new_name_does_not_change_which_unit_goes_on() -> None:
    old = line(1), line(2, product="茶油")
    new_name = {"subject": "company", "product": "山货"}
    renewals = (
        line(3, renews=1, granted=D("2025-01-01"), **new_name),
        line(4, renews=2, granted=D("2025-02-01"), **new_name),
    )
    assert [each.unit.goods.product for each in named([*old, *renewals])] == ["黄桃", "茶油", "黄桃", "黄桃"]


def test_one_product_named_on_one_paper_and_linked_on_another_is_one_unit() -> None:
    assert new(line(1, product_id=7), line(2, granted=D("2025-01-01"))) == "N1"


def test_the_same_product_of_another_holder_is_another_unit() -> None:
    assert new(line(1), line(2, subject="other")) == "N1 N2"


@pytest.mark.parametrize("days, expected", [(-1, 0), (0, 1), (1, 1)])
def test_a_certificate_is_in_force_from_its_first_day(days: int, expected: int) -> None:
    found = count(named([line(1, verified=D("2023-12-01"))]), MAIN, D("2024-01-01") + timedelta(days))
    assert len(found.stock) == expected


@pytest.mark.parametrize("day, expected", [("2024-12-30", 1), ("2024-12-31", 1), ("2025-01-01", 0)])
def test_a_certificate_is_in_force_to_the_end_of_its_last_day(day: str, expected: int) -> None:
    found = count(named([line(1, valid_to=D("2024-12-31"))]), MAIN, D(day))
    assert len(found.stock) == len(found.at_end) == expected


def test_net_counts_from_the_base_day_itself() -> None:
    """The base day is 2022-12-31: what ran out on it was in force on it, what began the day after was not."""
    known = D("2022-06-01")
    old = line(1, granted=D("2019-12-31"), valid_from=D("2020-01-01"), valid_to=D("2022-12-31"), verified=known)
    new = line(2, product="丝瓜", granted=D("2022-12-20"), valid_from=D("2023-01-01"), verified=known)
    found = count(named([old, new]), MAIN, D("2023-06-30"))
    assert (papers(found.at_base), papers(found.at_end), found.net) == ("N1", "N2", 0)
    assert (papers(found.gained()), papers(found.lost())) == ("N2", "N1")


@pytest.mark.parametrize("ended, expected", [("2024-06-30", 0), ("2024-07-01", 1)])
def test_a_certificate_is_out_of_force_on_the_day_of_its_ending(ended: str, expected: int) -> None:
    found = count(named([line(1, ended=D(ended), ending="cancelled")]), MAIN, D("2024-06-30"))
    assert (len(found.first), len(found.stock)) == (1, expected)
