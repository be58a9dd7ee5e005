"""The calendar of a season: what is on it, what comes next, and what is not said because nobody knows it."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from world import World
from world.certificates import enter
from world.farms import correct, write
from yipin.access.actor import Actor
from yipin.farm import entries, input_list
from yipin.models import FarmEntry, Producer
from yipin.season import happenings
from yipin.season.happenings import Kind, Span
from yipin.season.month import Month, read_month

JULY = Span(date(2026, 7, 1), date(2026, 7, 31))


def on(world: World, span: Span = JULY, who: Actor | None = None) -> list[tuple[date, Kind]]:
    reader = who or world.ama
    with world.db.read.begin() as session:
        found = happenings.happenings(session, reader, _producer(session, reader), span)
        return [(each.day, each.kind) for each in found]


def _producer(session: Session, who: Actor) -> Producer:
    return session.get_one(Producer, who.producer_id)


def test_an_interval_ends_on_the_longer_of_what_the_entry_and_the_list_say(world: World) -> None:
    write(world, world.ama, "draft-0001")  # on the 1st, with 7 days
    assert on(world) == [(date(2026, 7, 1), Kind.DONE), (date(2026, 7, 8), Kind.FREE)]
    with world.db.write.begin() as session:
        input_list.enter(session, world.chen, name="阿维菌素", interval_days="10", source="产品标签")
    assert on(world) == [(date(2026, 7, 1), Kind.DONE), (date(2026, 7, 11), Kind.FREE)]
    assert on(world, Span(date(2026, 7, 9), date(2026, 7, 12))) == [(date(2026, 7, 11), Kind.FREE)]
    assert on(world, who=world.ben) == []


def test_an_unknown_interval_has_no_end_and_a_fertiliser_none_to_wait_for(world: World) -> None:
    write(world, world.ama, "draft-0001", interval_days="")
    write(world, world.ama, "draft-0002", input_kind="fertiliser", input_name="某有机肥", day="2026-07-02")
    assert on(world) == [(date(2026, 7, 1), Kind.UNKNOWN), (date(2026, 7, 2), Kind.DONE)]


def test_what_was_corrected_or_struck_out_is_not_on_it(world: World) -> None:
    old = write(world, world.ama, "draft-0001", kind="work", what="套袋")
    new = correct(world, world.ama, old, "draft-0002", kind="work", what="套袋", day="2026-07-03")
    assert on(world) == [(date(2026, 7, 3), Kind.DONE)]
    with world.db.write.begin() as session:
        entries.withdraw(session, world.ama, session.get_one(FarmEntry, new.id), "写到别的地块上了")
    assert on(world) == []


def test_harvested_batches_and_the_last_days_of_verified_papers_are_on_it(world: World) -> None:
    batch, certificate = world.declare(), enter(world, "ama", "green", "2026-01-01", until="2026-07-30")
    assert on(world) == [(batch.harvest_date, Kind.BATCH), (date(2026, 7, 30), Kind.ENDS)]
    assert on(world, Span(JULY.first, JULY.last, batch.plot_id)) == [(batch.harvest_date, Kind.BATCH)]
    with world.db.read.begin() as session:
        ahead = happenings.coming(session, world.ama, _producer(session, world.ama), date(2026, 7, 20), None)
        assert [(each.day, each.kind, each.row.id) for each in ahead] == [
            (date(2026, 7, 30), Kind.ENDS, certificate.id)
        ]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("2026-02", "2026-02"),
        ("2026-13", "2026-07"),
        ("2026-2", "2026-07"),
        ("", "2026-07"),
        ("0000-01", "2026-07"),
        ("٢٠٢٦-٠١", "2026-07"),
    ],
)
def test_a_month_is_read_from_an_address_and_anything_else_is_this_month(typed: str, read: str) -> None:
    assert str(read_month(typed, date(2026, 7, 20))) == read


def test_the_weeks_of_a_month_are_whole_and_begin_on_a_monday() -> None:
    weeks = Month(2026, 7).weeks([])
    assert [len(week) for week in weeks] == [7] * 5 and weeks[0][0].date == date(2026, 6, 29)
    assert sum(day.within for week in weeks for day in week) == 31
    assert (str(Month(2026, 1).before), str(Month(2026, 12).after)) == ("2025-12", "2027-01")
