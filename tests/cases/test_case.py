"""Cases: filed once, answered in time, asked after by number and four digits, and forgotten."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from world import NOW, World
from yipin.access.actor import Actor
from yipin.cases import case as cases_case
from yipin.cases import status as case_status
from yipin.codes import casenumber
from yipin.errors import Conflict, Invalid, ProofWanted, Throttled
from yipin.models import CaseState, Complaint, ComplaintKind, Event, LoginFailure, Platform

ANYONE = Actor("", NOW)
PHONE = cases_case.Contact("刘女士", "13912345678")


def filed(session: Session, world: World, reach: cases_case.Contact = PHONE, key: str = "0" * 32) -> Complaint:
    row = Complaint(
        kind=ComplaintKind.FAKE, what="标签扫出来是假码", code="", place="", platform=Platform.SHOP, shop="", link=""
    )
    return cases_case.receive(session, world.installation, ANYONE, row, reach, cases_case.form_key(key, row.what))


def ask(world: World, number: str, digits: str, client: str = "1.2.3.4", at=NOW) -> case_status.Status | None:  # type: ignore[no-untyped-def]
    with world.db.write.begin() as session:
        return case_status.status(session, world.installation, number, digits, client, at)


def test_a_case_has_a_number_a_deadline_and_a_sealed_contact(world: World) -> None:
    with world.db.write.begin() as session:
        case = filed(session, world)
    assert case.number[0] == "J" and case.state is CaseState.RECEIVED
    assert case.due_on == date(2026, 8, 10)  # 15 working days after Monday, 20 July
    assert case.contact_sealed and b"13912" not in case.contact_sealed and "13912345678" not in case.contact_mark
    with world.db.read.begin() as session:
        event = session.scalars(sa.select(Event).where(Event.action == "case.receive")).one()
        assert event.actor_role == "public" and "13912345678" not in str(event.data)


def test_a_form_sent_twice_is_one_case_and_another_text_is_another(world: World) -> None:
    with world.db.write.begin() as session:
        first, again = filed(session, world), filed(session, world)
        other = filed(session, world, key="1" * 32)
    assert first.id == again.id != other.id
    assert cases_case.form_key("0" * 32, "a") != cases_case.form_key("0" * 32, "b")


@pytest.mark.parametrize("key", ["", "x" * 32, "0" * 31, "Ａ" * 32])
def test_a_form_without_its_key_is_refused(key: str) -> None:
    with pytest.raises(Invalid, match="页面已过期"):
        cases_case.form_key(key, "")


def test_who_knows_number_and_last_digits_sees_how_far_it_is(world: World) -> None:
    chen = world.chen
    with world.db.write.begin() as session:
        case = filed(session, world)
        cases_case.take(session, chen, case)
        cases_case.note(session, chen, case, "已到店核查", to_sender=True)
        cases_case.note(session, chen, case, "店主不配合", to_sender=False)
    found = ask(world, case.number, "5678")
    assert found and found.state is CaseState.IN_HAND and not found.late
    assert [text for _, text in found.notes] == ["已收到，等待受理", "已受理，正在办理", "已到店核查"]
    assert ask(world, case.number, "５６７８")


def test_without_a_telephone_four_digits_are_told_that_do_the_same(world: World) -> None:
    with world.db.write.begin() as session:
        anonymous, known = filed(session, world, cases_case.Contact()), filed(session, world, key="1" * 32)
    digits = cases_case.digits_for(world.installation.secrets, anonymous)
    assert digits and ask(world, anonymous.number, digits)
    assert anonymous.contact_sealed is None
    assert cases_case.digits_for(world.installation.secrets, known) is None


def test_wrong_pairs_get_the_same_answer_whether_or_not_there_is_a_case(world: World) -> None:
    with world.db.write.begin() as session:
        case = filed(session, world)
    missing = casenumber.new_case_number("J")
    for number in (case.number, missing):
        told: list[object] = [ask(world, number, f"{n:04d}", client=number) for n in range(5)]
        with pytest.raises(Throttled, match="1[56] 分钟"):
            ask(world, number, "0009", client=number)
        assert told == [None] * 5
    with world.db.read.begin() as session:
        assert not any("1.2.3.4" in mark for mark in session.scalars(sa.select(LoginFailure.mark)))


def test_one_case_cannot_be_guessed_from_many_places(world: World) -> None:
    with world.db.write.begin() as session:
        case = filed(session, world)
    for n in range(30):
        assert ask(world, case.number, f"{n:04d}", client=f"client {n}") is None
    with pytest.raises(Throttled):
        ask(world, case.number, "5678", client="another")
    assert ask(world, case.number, "5678", client="another", at=NOW + timedelta(days=1, minutes=1))


def test_a_number_or_digits_that_cannot_be_are_named(world: World) -> None:
    for number, digits, field in (("J3F7", "1234", "number"), (casenumber.new_case_number("J"), "12a4", "digits")):
        with pytest.raises(Invalid) as refused:
            ask(world, number, digits)
        assert refused.value.field == field


def test_a_case_past_its_day_is_late_and_a_closed_one_is_not(world: World) -> None:
    with world.db.write.begin() as session:
        case = filed(session, world)
    later = NOW + timedelta(days=30)
    assert (late := ask(world, case.number, "5678", at=later)) and late.late
    with world.db.write.begin() as session:
        cases_case.close(session, replace(world.chen, at=later), session.get_one(Complaint, case.id), "已查清")
    assert (closed := ask(world, case.number, "5678", at=later)) and not closed.late and closed.notes[-1][1] == "已查清"


def test_a_closed_case_takes_no_notes_until_it_is_opened_again_with_a_new_deadline(world: World) -> None:
    later = replace(world.chen, at=NOW + timedelta(days=30))
    with world.db.write.begin() as session:
        case = filed(session, world)
        with pytest.raises(Conflict, match="还没有办结"):
            cases_case.reopen(session, world.installation.policy, later, case, "新的照片")
        cases_case.close(session, later, case, "不属实")
        with pytest.raises(Conflict, match="已经办结"):
            cases_case.note(session, later, case, "再看看", to_sender=True)
        cases_case.reopen(session, world.installation.policy, later, case, "新的照片")
        assert case.due_on == date(2026, 9, 9) and case.closed_at is None


def test_opening_a_contact_is_written_down_and_a_contact_is_destroyed_after_its_time(world: World) -> None:
    chen, secrets, policy = world.chen, world.installation.secrets, world.installation.policy
    after = replace(chen, at=NOW + timedelta(days=policy.cases.keep_contact, seconds=1))
    with world.db.write.begin() as session:
        case = filed(session, world)
        assert cases_case.contact_of(session, secrets, chen, case) == PHONE
        cases_case.close(session, chen, case, "已查清")
        assert cases_case.forget_contacts(session, policy, chen) == 0
        assert cases_case.forget_contacts(session, policy, after) == 1
        assert cases_case.contact_of(session, secrets, chen, case) is None
        told = session.scalars(
            sa.select(Event.action).where(Event.object_kind == "complaints").order_by(Event.id)
        ).all()
    assert told == ["case.receive", "case.contact", "case.close", "case.forget"]
    assert ask(world, case.number, "5678")


@pytest.mark.parametrize(
    ("typed", "field"),
    [(("刘", "", True), "phone"), (("", "139", True), "phone"), (("", "13912345678", False), "consent")],
)
def test_a_contact_is_whole_and_agreed_to_or_not_taken(typed: tuple[str, str, bool], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        cases_case.contact(*typed)
    assert refused.value.field == field
    assert cases_case.contact(" ", "", False) == cases_case.Contact()


def test_filings_of_one_client_beyond_the_free_ones_are_paid_for_and_all_are_bounded(world: World) -> None:
    with world.db.write.begin() as session:
        for _ in range(cases_case.FILING.most):
            cases_case.refuse_flood(session, world.installation, "1.2.3.4", NOW)
        with pytest.raises(ProofWanted):
            cases_case.refuse_flood(session, world.installation, "1.2.3.4", NOW)
        for _ in range(cases_case.FILING.most, cases_case.MOST_FILED):
            cases_case.refuse_flood(session, world.installation, "1.2.3.4", NOW, is_paid=True)
        with pytest.raises(Throttled, match="60 分钟|61 分钟"):
            cases_case.refuse_flood(session, world.installation, "1.2.3.4", NOW, is_paid=True)
        cases_case.refuse_flood(session, world.installation, "5.6.7.8", NOW)
