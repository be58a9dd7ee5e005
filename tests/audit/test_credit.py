"""The credit record: dated, sourced, taken back and never edited, answered by the producer, counted for the public."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from world import NOW, Sold, World
from yipin.access.actor import Actor
from yipin.audit import credit, holds
from yipin.audit.credit import Credit
from yipin.cases import complaint_desk, complaints
from yipin.cases.complaint_desk import Decision
from yipin.errors import Conflict, Invalid
from yipin.models import Batch, Complaint, CreditEntry, Producer
from yipin.scan import id_numbers, lookup

FACT = {"kind": "inspection_failed", "day": "2026-07-01", "source": "检验报告 2026-7", "what": "农残超标"}
TODAY = date(2026, 7, 20)


def enter(world: World, **changes: str) -> CreditEntry:
    with world.db.write.begin() as session:
        producer = session.get_one(Producer, world.ama.producer_id)
        return credit.enter(session, world.installation.policy, world.chen, producer, **(FACT | changes))


def lines(world: World) -> list[credit.Line]:
    with world.db.read.begin() as session:
        return credit.record_of(session, world.installation.policy, session.get_one(Producer, world.ama.producer_id))


def told(world: World, today: date = TODAY) -> Credit:
    with world.db.read.begin() as session:
        return credit.summary(session, world.installation.policy, world.ama.producer_id or 0, today)


def complain(world: World, sold: Sold, against: bool, outcome: str = "founded") -> Complaint:
    form = complaints.ComplaintForm(kind="quality", what="果子发黑", code=sold.digits[0])
    with world.db.write.begin() as session:
        row = complaints.file(session, world.installation, Actor("", NOW), form, f"{int(against):032x}", "1.2.3.4")
        complaint_desk.decide(
            session, world.installation, world.chen, row, Decision(outcome, "属实", against_producer=against)
        )
        return row


@pytest.mark.parametrize(
    ("field", "typed"), [("kind", "murder"), ("day", "2026-07-21"), ("source", ""), ("what", "<b>")]
)
def test_a_fact_without_its_kind_day_or_source_is_refused(world: World, field: str, typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        enter(world, **{field: typed})
    assert refused.value.field == field


def test_a_wrong_entry_is_taken_back_by_another_and_both_stay(world: World) -> None:
    entry = enter(world)
    with world.db.write.begin() as session:
        back = credit.counter(session, world.chen, session.get_one(CreditEntry, entry.id), "报告是另一家的")
        for again in (entry.id, back.id):
            with pytest.raises(Conflict):
                credit.counter(session, world.chen, session.get_one(CreditEntry, again), "再来一次")
    newest, first = lines(world)
    assert (newest.word, newest.good) == ("更正", True)
    assert (first.good, first.taken_back and first.taken_back.what) == (False, "报告是另一家的")


def test_recalls_and_founded_complaints_come_from_where_they_were_decided(world: World, sold: Sold) -> None:
    complain(world, sold, against=False)  # somebody counterfeited its label: not the producer's doing
    assert told(world) == Credit(3, date(2023, 7, 20), 0, 0) and lines(world) == []
    founded = complain(world, sold, against=True)
    with world.db.write.begin() as session:
        holds.recall(session, world.chen, session.get_one(Batch, sold.batch.id), "抽检不合格")
    assert told(world) == Credit(3, date(2023, 7, 20), 1, 1)
    assert {line.word for line in lines(world)} == {"召回", "投诉查实"}
    with world.db.write.begin() as session:
        complaint_desk.reopen(session, world.installation, world.chen, session.get_one(Complaint, founded.id), "复查")
    assert told(world).complaints == 0


def test_the_summary_looks_three_years_back_from_today(world: World, sold: Sold) -> None:
    with world.db.write.begin() as session:
        holds.recall(session, world.chen, session.get_one(Batch, sold.batch.id), "抽检不合格")
    assert told(world, date(2029, 7, 20)).recalls == 1
    assert told(world, date(2029, 7, 21)).recalls == 0
    assert told(world, date(2028, 2, 29)).since == date(2025, 2, 28)


def test_every_scan_carries_the_summary_and_sees_a_recall_at_once(world: World, sold: Sold) -> None:
    product = sold.batch.product_id
    with world.db.write.begin() as session:
        before = lookup.present(session, world.installation, sold.digits[0], NOW).answer
        assert before.credit == Credit(3, date(2023, 7, 20), 0, 0)
        holds.recall(session, world.chen, session.get_one(Batch, sold.batch.id), "抽检不合格")
        after = lookup.present(session, world.installation, sold.digits[0], NOW).answer
        number = session.get_one(Batch, sold.batch.id).product.id_number or str(product)
        typed = id_numbers.look_up_product(session, world.installation, number, NOW)
    assert after.credit and after.credit.recalls == 1 and typed.credit == after.credit


def test_a_producer_answers_its_own_lines_and_no_others(world: World) -> None:
    entry = enter(world)
    with world.db.write.begin() as session:
        ama, ben = (session.get_one(Producer, who.producer_id) for who in (world.ama, world.ben))
        policy = world.installation.policy
        credit.answer(session, policy, world.ama, ama, f"credit_entries-{entry.id}", "这批不是我们的货")
        for who, producer, mark in (
            (world.ben, ben, f"credit_entries-{entry.id}"),
            (world.ama, ama, "batches-1"),
            (world.ama, ama, ""),
        ):
            with pytest.raises(Invalid):
                credit.answer(session, policy, who, producer, mark, "这批不是我们的货")
    assert [answer.text for answer in lines(world)[0].answers] == ["这批不是我们的货"]


def test_the_day_of_a_fact_is_the_record_s_order(world: World) -> None:
    enter(world)
    later = replace(world.chen, at=NOW + timedelta(days=1))
    with world.db.write.begin() as session:
        credit.enter(
            session,
            world.installation.policy,
            later,
            session.get_one(Producer, world.ama.producer_id),
            kind="award",
            day="2026-06-01",
            source="表彰决定",
            what="优质产品",
        )
    assert [line.day for line in lines(world)] == [date(2026, 7, 1), date(2026, 6, 1)]
