"""Tests of how long a session lasts, and of how many an account has."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from world import NOW, World
from yipin.accounts import sessions
from yipin.models import Account, Role, SignIn

HERE = sessions.Browser("Firefox · Linux", "203.0.113")
SECOND = timedelta(seconds=1)


def account_of(session: sa.orm.Session, login: str) -> Account:
    return session.scalars(sa.select(Account).where(Account.login == login)).one()


def row(role: Role, **changed: object) -> SignIn:
    account = Account(role=role, epoch=3)
    whole = {"account": account, "epoch": 3, "started_at": NOW, "seen_at": NOW, "ended_at": None} | changed
    return SignIn(**whole)


@pytest.mark.parametrize("role", Role)
def test_a_session_ends_when_it_is_not_used_and_at_last_in_any_case(role: Role) -> None:
    limits, one = sessions.LIMITS[role], row(role)
    assert sessions.is_good(one, one.account, NOW + limits.idle - SECOND)
    assert not sessions.is_good(one, one.account, NOW + limits.idle)
    busy = row(role, seen_at=NOW + limits.whole - SECOND)
    assert sessions.is_good(busy, busy.account, NOW + limits.whole - SECOND)
    assert not sessions.is_good(busy, busy.account, NOW + limits.whole)


@pytest.mark.parametrize("role", [each for each in Role if each is not Role.PRODUCER])
def test_who_speaks_for_an_office_is_out_after_an_hour_and_after_half_a_day(role: Role) -> None:
    assert sessions.LIMITS[role] == sessions.Limits(timedelta(hours=1), timedelta(hours=12))


def test_a_session_that_was_ended_a_changed_epoch_and_a_disabled_account_open_nothing() -> None:
    for one in (row(Role.OFFICER, ended_at=NOW), row(Role.OFFICER, epoch=2)):
        assert not sessions.is_good(one, one.account, NOW + SECOND)
    gone = row(Role.OFFICER)
    gone.account.disabled_at = NOW
    assert not sessions.is_good(gone, gone.account, NOW + SECOND)


def test_the_record_holds_no_number_that_opens_anything(world: World) -> None:
    with world.db.write.begin() as session:
        token = sessions.begin(session, account_of(session, "ama"), HERE, NOW, known=True)
    with world.db.read.begin() as session:
        kept = session.execute(sa.text("SELECT * FROM sign_ins")).one()
    assert len(token) == 64 and token not in map(str, kept) and sessions.mark_of(token) in kept


def test_of_too_many_sessions_the_one_that_was_not_used_for_longest_ends(world: World) -> None:
    with world.db.write.begin() as session:
        ama = account_of(session, "ama")
        for number in range(sessions.AT_ONCE + 1):
            sessions.begin(session, ama, HERE, NOW + number * SECOND, known=True)
            session.flush()
        good = sessions.listed(session, ama, NOW + timedelta(minutes=1))
        assert [each.started_at for each in good] == [NOW + n * SECOND for n in range(sessions.AT_ONCE, 0, -1)]


def test_ended_sessions_stay_for_six_months_and_then_go(world: World) -> None:
    with world.db.write.begin() as session:
        ama = account_of(session, "ama")
        sessions.begin(session, ama, HERE, NOW, known=True)
        for later, left in ((timedelta(days=183), 2), (sessions.KEPT + SECOND, 2)):
            sessions.begin(session, ama, HERE, NOW + later, known=True)
            session.flush()
            assert session.scalar(sa.select(sa.func.count()).select_from(SignIn)) == left
