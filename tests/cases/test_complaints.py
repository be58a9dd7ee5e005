"""Complaints: filed of any code, by the county's queue, and decided once; the outcome may hold the batch."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from world import NOW, Sold, World
from world.listing import listed
from world.scans import look
from yipin.access.actor import Actor
from yipin.audit import batches, holds
from yipin.cases import case, complaint_desk, complaints
from yipin.cases.complaint_desk import Decision
from yipin.cases.lists import COMPLAINTS
from yipin.errors import Conflict, Invalid, Throttled
from yipin.models import Batch, BatchState, CaseState, Complaint, Event, Outcome, Product

FORM = complaints.ComplaintForm(
    kind="fake", what="果子发黑，\n和页面上的照片不一样🍑", platform="jd", shop="某某生鲜店"
)


def file(world: World, key: str = "0" * 32, client: str = "1.2.3.4", **changes: object) -> Complaint:
    form = replace(FORM, **changes)  # type: ignore[arg-type]
    with world.db.write.begin() as session:
        return complaints.file(session, world.installation, Actor("", NOW), form, key, client)


def test_a_complaint_keeps_the_code_and_what_the_scan_said_then(world: World, sold: Sold) -> None:
    row = file(world, code=sold.digits[1])
    assert (row.code, row.verdict, row.batch_id, row.county) == (sold.digits[1], "genuine", sold.batch.id, "430225")
    assert row.ordinal == 1 and "\n" in row.what and "🍑" in row.what
    with world.db.write.begin() as session:
        holds.recall(session, world.chen, session.get_one(Batch, sold.batch.id), "抽检不合格")
        now = complaints.matter(session, world.installation, row.code, NOW)
        assert (now.verdict, session.get_one(Complaint, row.id).verdict) == ("recalled", "genuine")


def test_filing_counts_no_look(world: World, sold: Sold) -> None:
    file(world, code=sold.digits[0])
    with world.db.read.begin() as session:
        assert batches.scans_of(session, sold.batch).scans == 0


def test_typed_numbers_of_batch_and_product_are_known(world: World, sold: Sold) -> None:
    product = world.get(Product, sold.batch.product_id)
    by_batch = file(world, code=sold.batch.id_number.lower())
    by_product = file(world, code=product.id_number)
    assert (by_batch.batch_id, by_batch.ordinal, by_batch.verdict) == (sold.batch.id, None, "on_record")
    assert (by_product.batch_id, by_product.product_id, by_product.county) == (None, product.id, "430225")


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        ("1" * 191, "forged"),
        ("", None),
        ("4302 25AB 3D5F G7HX", "unknown"),
        ("<script>alert(1)</script>", "unknown"),
        ("x" * 5000, "unknown"),
        ("假\x00码\u202e" * 30, "unknown"),
        ("2" * 190, "incomplete"),
        ("\ud800", "unknown"),
    ],
)
def test_whatever_was_scanned_can_be_complained_of(world: World, code: str, verdict: str | None) -> None:
    row = file(world, code=code, county="430224")
    assert row.verdict == verdict and row.batch_id is None and row.county == "430224"
    assert len(row.code) <= complaints.LONGEST_CODE and row.code.isprintable()
    assert file(world, code=code, key="1" * 32).county is None  # place unknown: the city's


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("kind", ""),
        ("kind", "murder"),
        ("what", " "),
        ("what", "坏" * 501),
        ("county", "110105"),
        ("platform", "ebay"),
        ("place", "<b>"),
        ("shop", "店" * 101),
        ("link", "h" * 601),
        ("phone", "139"),
    ],
)
def test_what_is_wrong_is_named_by_its_field(world: World, field: str, typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        file(world, **{field: typed})
    assert refused.value.field == field


def test_a_form_sent_twice_is_one_complaint_and_does_not_count_against_the_sender(world: World) -> None:
    rows = {file(world).id for _ in range(case.FILING.most + 5)}
    assert len(rows) == 1
    for n in range(case.FILING.most - 1):
        file(world, what=f"第 {n} 件坏果")
    with pytest.raises(Throttled):
        file(world, what="再来一件")
    file(world, what="再来一件", client="5.6.7.8")


def test_each_officer_sees_the_queue_of_the_own_county_by_deadline(world: World, sold: Sold) -> None:
    mine, other, nowhere = (
        file(world, code=sold.digits[0]),
        file(world, county="430203"),
        file(world, what="不知道哪里"),
    )
    late = replace(Actor("", NOW), at=NOW - timedelta(days=40))
    with world.db.write.begin() as session:
        old = complaints.file(session, world.installation, late, replace(FORM, code=sold.digits[2]), "2" * 32, "x")
    yanling = world.officer_of("430225")
    with world.db.read.begin() as session:
        assert [row.id for row in listed(session, COMPLAINTS, yanling)] == [old.id, mine.id]
        assert {row.id for row in listed(session, COMPLAINTS, world.chen)} == {mine.id, other.id, nowhere.id, old.id}
        assert listed(session, COMPLAINTS, world.ama).total == 0


def test_a_complaint_is_assigned_only_to_an_officer_who_may_see_it(world: World, sold: Sold) -> None:
    row, yanling, lusong = file(world, code=sold.digits[0]), world.officer_of("430225"), world.officer_of("430203")
    with world.db.write.begin() as session:
        found = session.get_one(Complaint, row.id)
        with pytest.raises(Invalid):
            complaint_desk.assign(session, world.chen, found, str(lusong.account_id))
        complaint_desk.assign(session, world.chen, found, str(yanling.account_id))
        assert (found.handler_id, found.state) == (yanling.account_id, CaseState.IN_HAND)
        complaint_desk.refer(session, world.installation.policy, world.chen, found, "430203", "在芦淞买的")
        assert (found.handler_id, found.county) == (None, "430203")


def decide(world: World, row: Complaint, at=NOW, **wanted: object) -> Complaint:  # type: ignore[no-untyped-def]
    decision = replace(Decision("founded", "经核查属实，批次已冻结"), **wanted)  # type: ignore[arg-type]
    with world.db.write.begin() as session:
        found = session.get_one(Complaint, row.id)
        complaint_desk.decide(session, world.installation, replace(world.chen, at=at), found, decision)
        return found


def test_an_outcome_holds_the_batch_in_the_same_transaction(world: World, sold: Sold) -> None:
    row = decide(world, file(world, code=sold.digits[0]), hold=True, hold_reason="投诉查实，正在抽检")
    assert (row.state, row.outcome) == (CaseState.CLOSED, Outcome.FOUNDED)
    seen = look(world, sold.digits[2])
    assert (seen.verdict, seen.reason.values["why"]) == ("on_hold", "投诉查实，正在抽检")


def test_where_the_hold_fails_the_complaint_stays_open(world: World, sold: Sold) -> None:
    row = file(world, code=sold.digits[0])
    with world.db.write.begin() as session:
        holds.recall(session, world.chen, session.get_one(Batch, sold.batch.id), "另案召回")
    with pytest.raises(Conflict, match="都已经停下"):
        decide(world, row, hold=True, hold_reason="投诉查实")
    assert world.get(Complaint, row.id).state is CaseState.RECEIVED
    assert world.get(Batch, sold.batch.id).state is BatchState.RECALLED


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"outcome": ""}, "outcome"),
        ({"reason": ""}, "reason"),
        ({"hold": True}, "hold"),
        ({"against_producer": True}, "against_producer"),
    ],
)
def test_a_decision_that_cannot_be_is_refused(world: World, wanted: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        decide(world, file(world, code="1" * 191), **wanted)
    assert refused.value.field == field


def test_a_hold_wants_its_reason_and_only_what_is_founded_is_held_against_a_producer(world: World, sold: Sold) -> None:
    row = file(world, code=sold.digits[0])
    for wanted, field in (
        ({"hold": True}, "hold_reason"),
        ({"outcome": "unfounded", "against_producer": True}, "against_producer"),
    ):
        with pytest.raises(Invalid) as refused:
            decide(world, row, **wanted)
        assert refused.value.field == field


def test_a_reopened_complaint_has_no_outcome_and_its_history_stays(world: World, sold: Sold) -> None:
    row = decide(world, file(world, code=sold.digits[0]), against_producer=True)
    with world.db.write.begin() as session:
        found = session.get_one(Complaint, row.id)
        complaint_desk.reopen(session, world.installation, world.chen, found, "当事人补充了照片")
        assert (found.outcome, found.against_producer, found.state) == (None, False, CaseState.IN_HAND)
    again = decide(world, row, outcome="unfounded", reason="复查不属实")
    assert again.outcome is Outcome.UNFOUNDED
    with world.db.read.begin() as session:
        told = session.scalars(
            sa.select(Event.action).where(Event.object_kind == "complaints").order_by(Event.id)
        ).all()
    assert told == ["case.receive", "case.close", "case.reopen", "case.close"]


def test_the_packs_scans_are_counted_by_day(world: World, sold: Sold) -> None:
    row = file(world, code=sold.digits[0])
    for hours in (0, 1, 24, 24 * 60):
        look(world, sold.digits[0], at=NOW - timedelta(hours=hours))
    with world.db.read.begin() as session:
        days = complaint_desk.scans_by_day(session, world.get(Complaint, row.id), NOW.date())
    assert len(days) == 30
    assert [n for _, n in days if n] == [1, 2] and days[-1] == (NOW.date(), 2)
    with world.db.read.begin() as session:
        assert complaint_desk.scans_by_day(session, file_row(session, row.id + 1), NOW.date()) == []


def file_row(session, number: int) -> Complaint:  # type: ignore[no-untyped-def]
    return Complaint(id=number, batch_id=None, ordinal=None)
