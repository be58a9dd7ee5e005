"""Several people of one producer: invited on paper, given a place, taken out, and never without an owner."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from world import NOW, PASSWORD, World, signed_in, staff
from yipin.access.actor import Actor
from yipin.accounts import invitations, people, reset, signin
from yipin.audit import holds
from yipin.errors import Conflict, Forbidden, Invalid, NotFound
from yipin.models import Account, Action, Batch, Event, Invitation, Notification, Position, Producer

CLERK, OWNER, HAND = Position.CLERK, Position.OWNER, Position.FIELD_HAND
LATER = NOW + invitations.LASTS + timedelta(minutes=1)


def take(world: World, word: str, login: str = "dan", password: str = PASSWORD, at=NOW) -> Actor:  # type: ignore[no-untyped-def]
    """Open the account of whoever holds this word."""
    typed = {"login": login, "name": "Dan", "password": password}
    with world.db.transaction(writes=True) as session:
        return Actor.of(invitations.accept(world.db, session, world.installation.policy, word, at, **typed), at)


def row(session: Session, who: Actor) -> Account:
    return session.get_one(Account, who.account_id)


def told(session: Session, who: Actor) -> list[str]:
    """The acts that a person was told of."""
    rows = sa.select(Event.action).join(Notification, Notification.event_id == Event.id).order_by(Event.id)
    return list(session.scalars(rows.where(Notification.account_id == who.account_id)))


def test_an_invited_person_is_in_with_the_place_that_was_meant_and_the_owner_is_told(world: World) -> None:
    dan = take(world, staff.asked(world, CLERK))
    assert (dan.producer_id, dan.position) == (world.ama.producer_id, CLERK)
    with world.db.read.begin() as session:
        assert told(session, world.ama)[-1] == "person.join"
        event = session.scalars(sa.select(Event).where(Event.action == Action.PERSON_JOIN)).one()
        assert (event.actor_id, event.actor_name) == (dan.account_id, "Dan")


@pytest.mark.parametrize("typed", ["{low}", " {word} ", "{plain}"])
def test_the_word_is_read_however_it_is_typed(world: World, typed: str) -> None:
    word = staff.asked(world, CLERK)
    take(world, typed.format(word=word, low=word.lower(), plain=word.replace("-", "")))


def test_a_link_is_good_once_and_for_a_week(world: World) -> None:
    used, old = staff.asked(world, CLERK), staff.asked(world, CLERK, "Eve")
    take(world, used)
    for word, at in ((used, NOW), (old, LATER), ("", NOW), ("\0", NOW), ("\ud800", NOW), ("A" * 5000, NOW)):
        with pytest.raises(NotFound, match="邀请不对"):
            take(world, word, "eve", at=at)
    take(world, old, "eve", at=LATER - timedelta(minutes=2))


def test_what_is_refused_leaves_the_link_good(world: World) -> None:
    word = staff.asked(world, CLERK)
    for login, password, field in (("ama", PASSWORD, "login"), ("dan", "short", "password"), ("d", PASSWORD, "login")):
        with pytest.raises(Invalid) as refused:
            take(world, word, login, password)
        assert refused.value.field == field
    take(world, word)


def test_only_the_hash_of_the_link_is_kept(world: World) -> None:
    word = staff.asked(world, CLERK).replace("-", "")
    with world.db.read.begin() as session:
        kept = [str(vars(each)) for kind in (Invitation, Event) for each in session.scalars(sa.select(kind))]
    assert not any(word in text for text in kept)


def test_no_more_than_ten_are_open_and_none_twice_for_one_name(world: World) -> None:
    for number in range(invitations.MOST_OPEN):
        staff.asked(world, CLERK, f"人{number}")
        with pytest.raises(Invalid, match="没有用的邀请"):
            staff.asked(world, CLERK, f" 人{number}")
    with pytest.raises(Conflict, match="10 个邀请"):
        staff.asked(world, CLERK, "又一个")
    with world.db.write.begin() as session:
        invitations.withdraw(session, world.ama, invitations.open_of(session, world.ama)[0])
    staff.asked(world, CLERK, "又一个")


def test_a_withdrawn_link_opens_nothing_and_is_withdrawn_once(world: World) -> None:
    word = staff.asked(world, CLERK)
    with world.db.write.begin() as session:
        open_one = invitations.open_of(session, world.ama)[0]
        invitations.withdraw(session, world.ama, open_one)
        with pytest.raises(Conflict, match="撤回"):
            invitations.withdraw(session, world.ama, open_one)
    with pytest.raises(NotFound):
        take(world, word)


@pytest.mark.parametrize("then", ["out", "clerk"])
def test_the_links_of_an_owner_end_with_the_owner(world: World, then: str) -> None:
    other = staff.hired(world, OWNER, "dan")
    word = staff.asked(world, OWNER, "Mallory", other)
    with world.db.write.begin() as session:
        if then == "out":
            people.take_out(session, world.ama, row(session, other))
        else:
            people.change_position(session, world.ama, row(session, other), "clerk")
    with pytest.raises(NotFound):
        take(world, word, "mallory")


def test_one_who_is_taken_out_is_out_with_the_next_page_and_what_was_done_stays(world: World, app: Flask) -> None:
    dan = staff.hired(world, CLERK, "dan")
    browser, batch = signed_in(app, "dan"), world.declare(dan)
    assert browser.get("/producer/").status_code == 200
    with world.db.write.begin() as session:
        people.take_out(session, world.ama, row(session, dan))
    assert browser.get("/producer/").headers["Location"].startswith("/login")
    assert app.test_client().post("/login", data={"login": "dan", "password": PASSWORD}).status_code == 401
    with world.db.write.begin() as session:
        assert session.get_one(Batch, batch.id)
        assert "Dan" in session.scalars(sa.select(Event.actor_name).where(Event.action == Action.BATCH_DECLARE)).all()
        with pytest.raises(Conflict, match="已经不在"):
            people.take_out(session, world.ama, row(session, dan))
        with pytest.raises(Conflict):
            people.change_position(session, world.ama, row(session, dan), "owner")


def test_a_producer_is_never_without_an_owner(world: World) -> None:
    """Nobody ends their own place, and of two owners who end each other's the first one stays."""
    other = staff.hired(world, OWNER, "dan")
    for act in (people.take_out, lambda *who: people.change_position(*who, "clerk"), people.allow_new_password):
        with world.db.write.begin() as session, pytest.raises(Conflict, match="另一位负责人"):
            act(session, world.ama, row(session, world.ama))
    with world.db.write.begin() as session:
        people.take_out(session, world.ama, row(session, other))
    with world.db.write.begin() as session, pytest.raises(Forbidden):
        people.take_out(session, other, row(session, world.ama))  # whose page was open still
    with world.db.read.begin() as session:
        kept = people.people_of(session, session.get_one(Producer, world.ama.producer_id))
        assert [(each.login, each.disabled_at is None) for each in kept] == [("ama", True), ("dan", False)]


def test_another_producer_s_people_are_out_of_reach(world: World) -> None:
    for act in (people.take_out, lambda *who: people.change_position(*who, "clerk"), people.allow_new_password):
        with world.db.write.begin() as session, pytest.raises(Forbidden):
            act(session, world.ama, row(session, world.ben))


def test_a_changed_place_tells_the_person_and_keeps_what_it_was(world: World) -> None:
    dan = staff.hired(world, HAND, "dan")
    with world.db.write.begin() as session:
        people.change_position(session, world.ama, row(session, dan), "clerk")
        with pytest.raises(Conflict, match="没有要改的"):
            people.change_position(session, world.ama, row(session, dan), "clerk")
        with pytest.raises(Invalid):
            people.change_position(session, world.ama, row(session, dan), "chief")
        event = session.scalars(sa.select(Event).where(Event.action == Action.PERSON_POSITION)).one()
        assert event.data["corrected"] == {"position": ["field_hand", "clerk"]}
        assert told(session, dan) == ["person.position"]


def test_the_county_helps_the_owner_and_the_owner_the_others(world: World) -> None:
    dan = staff.hired(world, CLERK, "dan")
    with world.db.write.begin() as session:
        producer = session.get_one(Producer, world.ama.producer_id)
        assert reset.allow_for(session, world.chen, producer, str(world.ama.account_id))[0].login == "ama"
        with pytest.raises(Conflict, match="负责人"):
            reset.allow_for(session, world.chen, producer, str(dan.account_id))
        code = people.allow_new_password(session, world.ama, row(session, dan))
    with world.db.transaction(writes=True) as session:
        reset.set_by_code(world.db, session, "dan", code, "山里的桃子 又红又大", NOW)


def test_a_clerk_is_told_of_a_hold_and_a_field_hand_is_not(world: World) -> None:
    clerk, hand = staff.hired(world, CLERK, "dan"), staff.hired(world, HAND, "eve")
    batch = world.declare()
    with world.db.write.begin() as session:
        holds.hold(session, world.chen, session.get_one(Batch, batch.id), "查一查")
        assert [told(session, who)[-1:] for who in (world.ama, clerk, hand)] == [["batch.hold"], ["batch.hold"], []]
        session.execute(sa.update(Notification).where(Notification.account_id == clerk.account_id).values(read_at=NOW))
        unread = sa.select(sa.func.count()).where(Notification.account_id == world.ama.account_id)
        assert session.scalar(unread.where(Notification.read_at.is_(None)))  # each reads for oneself


def test_nobody_but_an_owner_invites(world: World) -> None:
    for position in (CLERK, HAND):
        other = staff.hired(world, position, position.value.replace("_", ""))
        with pytest.raises(Forbidden):
            staff.asked(world, CLERK, "某人", other)
    with pytest.raises(Forbidden):
        staff.asked(world, CLERK, "某人", replace(world.ama, account_id=world.ben.account_id))


def test_whoever_opens_an_account_alone_owns_what_is_registered_and_an_officer_has_no_place(world: World) -> None:
    with world.db.read.begin() as session:
        assert [row(session, who).position for who in (world.ama, world.chen)] == [OWNER, None]
        assert signin.account_called(session, "ben").position is OWNER
