"""The calendar: what ends soon is told once, to those whom it concerns, by one process of many."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import sqlalchemy as sa

from world import NOW, World
from yipin import clock
from yipin.access.actor import Actor
from yipin.cases import complaints
from yipin.certification import claims
from yipin.clock import day_of
from yipin.farm import draw_seeds
from yipin.jobs import calendar, rounds
from yipin.models import Account, Action, CalendarDay, Certification, Complaint, DrawSeed, Event, Notification, Product


def enter(world: World, number: str, days: int) -> None:
    """A verified certificate of Ama's product that ends in so many days."""
    today = day_of(clock.now())
    with world.db.write.begin() as session:
        product = session.scalars(sa.select(Product).where(Product.producer_id == world.ama.producer_id)).first()
        assert product is not None
        chen = world.actor("chen", clock.now())
        dates = {"valid_from": "2026-01-01", "valid_to": (today + timedelta(days=days)).isoformat()}
        claims.enter(session, chen, product, scheme="green", number=number, **dates)


def complain(world: World) -> None:
    """A complaint about a batch of Ama's, whose term is over long ago."""
    batch = world.declare()
    with world.db.write.begin() as session:
        form = complaints.ComplaintForm(kind="fake", what="标签像是复制的", code=batch.id_number)
        complaints.file(session, world.installation, Actor("", NOW), form, f"{batch.id:032x}", "1.2.3.4")
        session.connection().execute(sa.update(Complaint.__table__).values(due_on=day_of(clock.now())))


def told(world: World) -> list[tuple[str, str]]:
    """Who was told of what by the calendar."""
    with world.db.read.begin() as session:
        rows = (
            sa.select(Event.action, Account.login)
            .join(Notification.event)
            .join(Account, Account.id == Notification.account_id)
        )
        due = rows.where(Event.action.in_([Action.CERTIFICATION_ENDING, Action.CASE_DUE]))
        return sorted((action, login) for action, login in session.execute(due))


def test_what_ends_soon_is_told_once_however_many_look_and_however_often(world: World) -> None:
    enter(world, "LB-00-24010000001A", 59)
    enter(world, "LB-00-24010000002A", 61)
    complain(world)
    world.officer_of("430225")
    with ThreadPoolExecutor(3) as several:
        list(several.map(lambda _: calendar.daily(world.db), range(3)))
    once = [("case.due", "chen"), ("case.due", "officer-430225")]
    once += [("certification.ending", "ama"), ("certification.ending", "officer-430225")]
    assert told(world) == once
    with world.db.write.begin() as session:
        session.execute(sa.delete(CalendarDay))  # another day
    rounds.go(world.db, world.installation)
    assert told(world) == once


def test_a_certificate_that_was_renewed_is_not_told_of(world: World) -> None:
    enter(world, "LB-00-24010000001A", 30)
    enter(world, "LB-00-24010000002A", 300)
    with world.db.write.begin() as session:
        old, new = session.scalars(sa.select(Certification).order_by(Certification.id))
        session.connection().execute(
            sa.update(Certification.__table__).where(Certification.id == new.id).values(renews_id=old.id)
        )
    calendar.daily(world.db)
    assert told(world) == []


def test_the_next_draw_has_a_committed_seed_from_the_first_day_on(world: World) -> None:
    calendar.daily(world.db)
    calendar.daily(world.db)
    with world.db.read.begin() as session:
        (seed,) = session.scalars(sa.select(DrawSeed))
        assert seed.draw_id is None and draw_seeds.begins_with(seed.secret, seed.commitment)
