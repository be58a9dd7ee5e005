"""The calendar of the season as a page: a month, what comes next, and for each reader only what it may know."""

from datetime import timedelta

import pytest
from flask import Flask

from world import World, signed_in, staff
from world.farms import write
from yipin import clock
from yipin.models import Position


def test_a_month_says_what_was_done_and_what_comes_next_and_leads_there(world: World, app: Flask) -> None:
    today = clock.day_of(clock.now())
    entry = write(world, world.ama, "draft-0001")
    with_it = signed_in(app, "ama").get("/producer/farm/calendar?month=2026-07").text
    assert "2026年7月" in with_it and "阿维菌素的间隔期满" in with_it and "month=2026-06" in with_it
    assert f'href="/producer/farm/plots/{entry.plot_id}?season=2026#entry-{entry.id}"' in with_it
    assert "还有" not in with_it or today < entry.day + timedelta(8)
    assert "July 2026" in signed_in(app, "ama").get("/producer/farm/calendar?month=2026-07&lang=en").text
    for odd in ("month=x", "plot=999", "plot=x&month=9999-99", "month=1900-01", "month=2199-12"):
        assert signed_in(app, "ama").get(f"/producer/farm/calendar?{odd}").status_code == 200


def test_what_comes_next_says_in_how_many_days(world: World, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    write(world, world.ama, "draft-0001", day="2026-07-19", interval_days="10")
    ama = signed_in(app, "ama")
    at = world.ama.at
    monkeypatch.setattr(clock, "now", lambda: at)
    page = ama.get("/producer/farm/calendar").text
    assert "2026年7月29日" in page and f"还有 {29 - clock.day_of(at).day} 天" in page


def test_a_field_hand_sees_the_record_on_it_and_no_batch(world: World, app: Flask) -> None:
    batch = world.declare()
    write(world, world.ama, "draft-0001", kind="work", what="套袋")
    staff.hired(world, Position.FIELD_HAND, "eve")
    owner, hand = (signed_in(app, who).get("/producer/farm/calendar?month=2026-07").text for who in ("ama", "eve"))
    assert batch.id_number in owner and batch.id_number not in hand and "套袋" in hand
