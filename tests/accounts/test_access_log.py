"""Tests of the log of sign-ins and refusals: what a line holds, and how a day of it is committed to."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from world import NOW, World
from yipin.access.actor import Actor
from yipin.accounts import access_log
from yipin.accounts.sessions import KEPT, Browser
from yipin.clock import day_of
from yipin.models import Access, AccessNote, Account, Event

HERE, THERE = Browser("Firefox · Linux", "203.0.113.0/24"), Browser("", "198.51.100.0/24")
DAY, ONE = day_of(NOW), timedelta(days=1)


def lines(session: Session) -> list[tuple[str, bool, str, int]]:
    rows = session.scalars(sa.select(AccessNote).order_by(AccessNote.id))
    return [(row.kind, row.account_id is not None, row.network, row.times) for row in rows]


def account(session: Session) -> Account:
    return session.scalars(sa.select(Account).where(Account.login == "ama")).one()


def committed(session: Session) -> list[Event]:
    return list(session.scalars(sa.select(Event).where(Event.action == "access.day").order_by(Event.id)))


def test_refusals_of_an_hour_are_one_line_for_each_account_and_network(world: World) -> None:
    with world.db.write.begin() as session:
        for login, browser, minute in (
            *(("ama", HERE, minute) for minute in range(3)),
            ("nobody", HERE, 3),
            ("somebody", HERE, 4),
            ("ama", THERE, 5),
            ("ama", HERE, 70),
        ):
            access_log.refused(session, login, browser, NOW + timedelta(minutes=minute))
            session.flush()
        assert lines(session) == [
            ("refused", True, HERE.network, 3),
            ("refused", False, HERE.network, 2),
            ("refused", True, THERE.network, 1),
            ("refused", True, HERE.network, 1),
        ]


def test_what_was_typed_is_nowhere(world: World) -> None:
    with world.db.write.begin() as session:
        access_log.refused(session, "my secret pass phrase", HERE, NOW)
    with world.db.read.begin() as session:
        kept = session.execute(sa.text("SELECT * FROM access_log")).all()
    assert "secret" not in str(kept)


def test_each_day_is_committed_to_once_and_a_line_taken_out_would_show(world: World) -> None:
    calendar = Actor("calendar", NOW + 3 * ONE)
    with world.db.write.begin() as session:
        for hour in (0, 1, 24):
            access_log.note(session, Access.SIGN_IN, account(session), HERE, NOW + timedelta(hours=hour))
    for _ in range(2):
        with world.db.write.begin() as session:
            access_log.commit_before(session, calendar, DAY + 3 * ONE)
    with world.db.write.begin() as session:
        first, second = committed(session)
        assert [(each.data["day"], each.data["lines"]) for each in (first, second)] == [
            (DAY.isoformat(), 2),
            ((DAY + ONE).isoformat(), 1),
        ]
        assert digest_now(session, first) == first.data["sha256"]
        session.execute(sa.delete(AccessNote).where(AccessNote.at == NOW))
        assert digest_now(session, first) != first.data["sha256"]
        assert digest_now(session, second) == second.data["sha256"]


def digest_now(session: Session, event: Event) -> str:
    rows = access_log.of_day(session, date.fromisoformat(event.data["day"]))
    return access_log.digest(rows, event.data["salt"])


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_day_that_is_not_over_is_not_committed_to_and_an_empty_one_leaves_nothing(world: World) -> None:
    with world.db.write.begin() as session:
        access_log.commit_before(session, Actor("calendar", NOW), DAY)
        access_log.note(session, Access.SIGN_OUT, account(session), HERE, NOW)
        session.flush()
        access_log.commit_before(session, Actor("calendar", NOW), DAY)
        assert committed(session) == []


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_lines_are_kept_for_more_than_six_months_and_then_go(world: World) -> None:
    with world.db.write.begin() as session:
        access_log.note(session, Access.SIGN_IN, account(session), HERE, NOW)
        for later, left in ((timedelta(days=184), 1), (KEPT + ONE, 0)):
            access_log.commit_before(session, Actor("calendar", NOW + later), DAY + later)
            assert len(lines(session)) == left


def test_the_public_log_has_the_commitment_in_the_clear_and_not_its_salt(world: World) -> None:
    with world.db.write.begin() as session:
        access_log.note(session, Access.SIGN_IN, account(session), HERE, NOW)
        session.flush()
        access_log.commit_before(session, Actor("calendar", NOW + ONE), DAY + ONE)
        (event,) = committed(session)
        number, told = event.id, dict(event.data)
    with world.db.read.begin() as session:
        entry = session.execute(sa.text(f"SELECT content FROM log_entries WHERE event_id = {number}")).scalar_one()
    assert told["sha256"].encode() in bytes(entry) and told["salt"].encode() not in bytes(entry)
