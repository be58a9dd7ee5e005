"""Claim notices: filed once for a covered batch, sealed, carried to the insurer of the policy alone, answered by nobody else."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from world import NOW, PASSWORD, Sold, World
from world.insured import entered, insured
from world.listing import listed
from yipin.access.actor import Actor
from yipin.access.visibility import find, visible
from yipin.accounts import signin
from yipin.cases import case, claims
from yipin.cases import status as case_status
from yipin.cases.lists import CLAIM_NOTICES
from yipin.errors import Conflict, Invalid, NotFound, Throttled
from yipin.insurance import policies
from yipin.insurance.coverage import Cover
from yipin.models import Attachment, CaseNote, CaseState, ClaimNotice, InsurancePolicy, Product, Role
from yipin.scan.guess_limit import CLIENT_LIMIT, Client, GuessLimit
from yipin.scan.lookup import Gate
from yipin.uploads import attachments
from yipin.uploads.sanitise import Made

NOBODY = Actor("", NOW)
KEY = "0123456789abcdef" * 2
PHOTO = ("压伤.jpg", Made("image/jpeg", b"\xff\xd8\xff"))
TODAY = NOW.date().isoformat()


def form(sold: Sold, **changes: object) -> claims.ClaimForm:
    good = claims.ClaimForm(sold.digits[0], "", TODAY, "开箱发现发霉", "王女士", "13800001234", True)
    return replace(good, **changes)  # type: ignore[arg-type]


def policy(world: World, sold: Sold, **changes: str) -> InsurancePolicy:
    with world.db.write.begin() as session:
        return insured(session, world.chen, session.get_one(Product, sold.batch.product_id), **changes)


@pytest.fixture
def covered(world: World, sold: Sold) -> Sold:
    policy(world, sold)
    return sold


def insurer(world: World, login: str, name: str) -> Actor:
    with world.db.write.begin() as session:
        signin.add_account(
            session,
            Actor("founder", NOW),
            world.installation.policy,
            login=login,
            name=name,
            role=Role.INSURER,
            password=PASSWORD,
        )
    return world.actor(login)


def file(world: World, typed: claims.ClaimForm, key: str = KEY, **more: object) -> ClaimNotice:
    with world.db.write.begin() as session:
        return claims.file(session, world.installation, NOBODY, typed, key, "1.2.3.4", **more)  # type: ignore[arg-type]


def test_a_notice_is_known_to_its_insurer_and_the_officers_of_the_county_and_told_to_the_producer(
    world: World, covered: Sold
) -> None:
    row = file(world, form(covered), taken=[PHOTO])
    ines, otto = insurer(world, "ines", "某保险公司"), insurer(world, "otto", "另一家保险公司")
    assert row.number.startswith("B") and row.ordinal == 0 and row.verdict == "genuine"
    assert (row.due_on - NOW.date()).days == world.installation.policy.cases.terms["claim"].days
    assert "13800001234" not in str(row.contact_sealed)
    with world.db.read.begin() as session:
        for actor, knows in (
            (ines, 1),
            (world.chen, 1),
            (world.officer_of("430225"), 1),
            (otto, 0),
            (world.ama, 0),
            (world.officer_of("430203"), 0),
        ):
            assert listed(session, CLAIM_NOTICES, actor).total == knows, actor.name
            assert len(session.scalars(visible(actor, Attachment)).all()) == knows, actor.name
        with pytest.raises(NotFound):
            find(session, otto, ClaimNotice, str(row.id))
        found = session.get_one(ClaimNotice, row.id)
        assert [photo.name for photo in attachments.of(session, found)] == ["压伤.jpg"]
        assert [one.id for one in session.scalars(claims.about_producer(covered.batch.producer_id))] == [row.id]


def test_the_insurer_receives_it_opens_the_contact_and_answers_in_its_own_words(world: World, covered: Sold) -> None:
    ines, row = insurer(world, "ines", "某保险公司"), file(world, form(covered))
    with world.db.write.begin() as session:
        found = session.get_one(ClaimNotice, row.id)
        for act in (
            lambda: claims.take(session, world.chen, found),
            lambda: claims.close(session, world.installation, world.chen, found, "不赔"),
            lambda: claims.note(session, world.chen, found, "催一催", True),
            lambda: claims.contact_of(session, world.installation, world.chen, found),
        ):
            with pytest.raises(Conflict, match="某保险公司"):
                act()
        claims.take(session, ines, found)
        assert claims.contact_of(session, world.installation, ines, found) == case.Contact("王女士", "13800001234")
        claims.close(session, world.installation, ines, found, "已查勘，按合同第五条赔付。")
        status = case_status.status(session, world.installation, row.number, "1234", "1.2.3.4", NOW)
    assert status is not None and (status.kind, status.state, status.word) == (
        "保险报案",
        CaseState.CLOSED,
        "保险机构已答复",
    )
    assert [text for _, text in status.notes] == [
        "已收到，转给保险机构",
        "保险机构已接收，正在办理",
        "已查勘，按合同第五条赔付。",
    ]


def test_where_the_insurer_has_no_account_the_officer_carries_the_notice_and_its_answer(
    world: World, covered: Sold
) -> None:
    row = file(world, form(covered))
    with world.db.write.begin() as session:
        found = session.get_one(ClaimNotice, row.id)
        claims.take(session, world.chen, found)
        claims.close(session, world.installation, world.chen, found, "保险公司答复：已赔付。")
        assert found.state is CaseState.CLOSED


def test_a_form_sent_twice_is_one_notice(world: World, covered: Sold) -> None:
    assert file(world, form(covered)).id == file(world, form(covered)).id
    with world.db.read.begin() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(CaseNote)) == 1


def test_what_is_missing_or_wrong_is_named_and_nothing_is_filed(world: World, covered: Sold) -> None:
    before_harvest = (covered.batch.harvest_date - timedelta(days=1)).isoformat()
    for changes, field in (
        ({"phone": ""}, "phone"),
        ({"phone": "1"}, "phone"),
        ({"consent": False}, "consent"),
        ({"what": ""}, "what"),
        ({"happened_on": ""}, "happened_on"),
        ({"happened_on": "2026-07-21"}, "happened_on"),
        ({"happened_on": before_harvest}, "happened_on"),
    ):
        with pytest.raises(Invalid) as answer:
            file(world, form(covered, **changes))
        assert answer.value.field == field, changes
    with world.db.read.begin() as session:
        assert session.scalar(sa.select(ClaimNotice)) is None


def test_a_batch_that_no_verified_policy_covers_on_its_days_takes_no_notice(world: World, sold: Sold) -> None:
    with world.db.write.begin() as session:
        waiting = entered(session, Actor("typist", NOW), session.get_one(Product, sold.batch.product_id))
    policy(world, sold, number="OLD-2025", valid_from="2025-01-01", valid_to="2025-12-31")
    for code in (sold.digits[0], sold.batch.id_number, "1" * 191, ""):
        with pytest.raises(Conflict, match="承保中"):
            file(world, form(sold, code=code))
    with world.db.write.begin() as session:
        row = session.get_one(InsurancePolicy, waiting.id)
        policies.verify(session, world.chen, row, policies.mark(row))
    assert file(world, form(sold, code=sold.batch.id_number)).ordinal is None


def test_a_policy_takes_notices_for_what_it_covered_also_after_its_last_day(world: World, sold: Sold) -> None:
    policy(world, sold, valid_to="2026-07-25")
    with world.db.write.begin() as session:
        later = Actor("", NOW + timedelta(days=60))
        assert claims.insured(session, world.installation, later, sold.digits[0]).cover is Cover.COVERED
        claims.file(session, world.installation, later, form(sold, happened_on="2026-08-01"), KEY, "1.2.3.4")


def test_of_several_policies_the_consumer_chooses_the_insurer(world: World, covered: Sold) -> None:
    other = policy(world, covered, insurer="另一家保险公司")
    for wrong in ("", "999"):
        with pytest.raises(Invalid) as answer:
            file(world, form(covered, policy=wrong))
        assert answer.value.field == "policy"
    assert file(world, form(covered, policy=str(other.id))).policy_id == other.id


def test_a_flood_from_one_client_is_stopped(world: World, covered: Sold) -> None:
    for number in range(case.FILING.most):
        file(world, form(covered), key=f"{number:032x}")
    with pytest.raises(Throttled):
        file(world, form(covered), key="f" * 32)


def test_the_form_is_no_place_to_guess_tiny_codes(world: World, covered: Sold) -> None:
    gate = Gate(GuessLimit(), Client("192.0.2.0"))
    with world.db.read.begin() as session:
        for number in range(CLIENT_LIMIT):
            claims.insured(session, world.installation, NOBODY, f"{number:037d}", gate)
        with pytest.raises(Throttled):
            claims.insured(session, world.installation, NOBODY, f"{0:037d}", gate)
