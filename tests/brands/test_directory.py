"""The directory: seasons, levels and lists as officers keep them."""

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from world import World
from yipin.audit import log
from yipin.brands import directory
from yipin.errors import Invalid
from yipin.models import Brand, Level

on_one_database = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
FORM = {
    "name": "茶陵绿豆",
    "county": "430224",
    "flagship": "",
    "clause": "县政府公告 2026",
    "plain_name": "绿豆",
    "holder": "",
    "holder_source": "",
    "season_from": "",
    "season_to": "",
    "season_source": "",
}


def peach(session: Session) -> Brand:
    return session.scalars(sa.select(Brand).where(Brand.key == "yanling-peach")).one()


def test_a_season_may_go_over_the_new_year_and_be_open_at_its_end() -> None:
    days = [date(2026, 1, 31), date(2026, 2, 1), date(2026, 7, 15), date(2026, 11, 30), date(2026, 12, 1)]
    assert [Brand(season_from="12-01", season_to="01-31").in_season(day) for day in days] == [
        True,
        False,
        False,
        False,
        True,
    ]
    assert [Brand(season_from="07-15").in_season(day) for day in days] == [False, False, True, True, True]
    assert all(Brand().in_season(day) for day in days)


@pytest.mark.parametrize(("typed", "kept"), [("7-15", "07-15"), ("7月15日", "07-15"), ("12/1", "12-01"), ("", None)])
def test_a_day_of_every_year(typed: str, kept: str | None) -> None:
    assert directory.month_day("season_from", typed) == kept


@pytest.mark.parametrize("typed", ["2-30", "13-1", "July", "0-0", "7"])
def test_what_is_no_day_of_a_year_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        directory.month_day("season_from", typed)


@on_one_database
def test_levels_are_added_with_their_day_and_the_highest_reached_stands(world: World) -> None:
    with world.db.write.begin() as session:
        for level, since in (("county", "2020-01-01"), ("province", "2024-05-01")):
            directory.add_level(session, world.chen, peach(session), level=level, since=since, source="发文")
        for wrong in ({"level": "county", "since": "2020-01-01"}, {"level": "nation", "since": "2027-01-01"}):
            with pytest.raises(Invalid):
                directory.add_level(session, world.chen, peach(session), source="发文", **wrong)
    with world.db.read.begin() as session:
        found = [directory.level_of(peach(session), date(year, 6, 1)) for year in (2019, 2023, 2024)]
        assert found == [None, Level.COUNTY, Level.PROVINCE]


@on_one_database
def test_a_brand_is_entered_by_its_county_and_every_change_is_told(world: World) -> None:
    officer = world.officer_of("430224")
    with world.db.write.begin() as session:
        brand = directory.enter(session, officer, world.installation.policy, FORM)
        directory.add_selection(session, officer, brand, list="china_grain_oil", year="2025", source="公示")
        directory.edit(session, officer, brand, FORM | {"holder": "茶陵绿豆协会", "holder_source": "章程"})
        told = log.events_of(session, brand)
        assert [event.action for event in told] == ["brand.enter", "brand.edit"]
        assert told[-1].data["holder"] == [None, "茶陵绿豆协会"]
    for changes in (
        {"name": "炎陵黄桃"},
        {"name": "别县的", "county": "430225"},
        {"name": "没依据", "season_from": "7-1"},
        {"name": "没来源", "holder": "谁"},
    ):
        with pytest.raises(Invalid), world.db.write.begin() as session:
            directory.enter(session, officer, world.installation.policy, FORM | changes)
