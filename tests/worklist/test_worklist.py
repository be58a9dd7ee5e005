"""All that waits for an officer stands in one list; the two walks fail where something new that waits was forgotten."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from world import NOW, World
from world.waiting import later, make_wait
from yipin.access.actor import Actor
from yipin.audit import credit, log
from yipin.clock import day_of
from yipin.db.columns import Base
from yipin.errors import Conflict
from yipin.farm import inspections, sampling
from yipin.models import Action, Batch, Complaint, CreditAnswer, Event, Producer, Review
from yipin.notices.audiences import CITY, COUNTY
from yipin.notices.table import TELLS
from yipin.worklist import listing
from yipin.worklist.entry import MOST, Asked
from yipin.worklist.kinds import KINDS
from yipin.worklist.listing import Worklist

on_both = pytest.mark.parametrize("kind", ["sqlite", "postgresql"], indirect=True)
on_one = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)


def work(session: Session, world: World, who: Actor) -> Worklist:
    return listing.worklist(Asked(session, who, world.installation.policy))


# Of every column that says where something stands: the states in which it waits for an officer, with the kind of the list.
WAITS = {
    ("producers", "submitted"): "producers",
    ("products", "submitted"): "products",
    ("products", "county_approved"): "products",
    ("product_pictures", "submitted"): "pictures",
    ("product_pictures", "county_approved"): "pictures",
    ("product_texts", "submitted"): "texts",
    ("product_texts", "county_approved"): "texts",
    ("certifications", "declared"): "certificates",
    ("certifications", "checked"): "certificates",
    ("insurance_policies", "entered"): "policies",
    ("complaints", "received"): "complaints",
    ("complaints", "in_hand"): "complaints",
    ("claim_notices", "received"): "claims",
    ("claim_notices", "in_hand"): "claims",
    ("batches", "waiting"): "amounts",
    ("clone_cases", "new"): "copies",
    ("clone_cases", "looking"): "copies",
    ("batches", "on_hold"): "recalls",  # by an act over many, or by the program: then it is `held`
    ("batches", "recalled"): "recalls",
}
# And those in which it waits for nobody's word in an office.
SETTLED = {
    "producers": {"county_approved", "approved", "returned"},
    "products": {"approved", "returned"},
    "product_pictures": {"approved", "returned"},
    "product_texts": {"approved", "returned"},
    "certifications": {"verified", "returned"},
    "insurance_policies": {"verified", "returned"},
    "complaints": {"closed"},
    "claim_notices": {"closed"},
    "clone_cases": {"explained", "closed"},
    "batches": {"on_sale", "withdrawn", "confirmed", "refused"},
    "deliveries": None,  # the machine's own
    "jobs": None,
    "imports": None,  # the growers' own
    "print_runs": None,
}
# What a table says in other columns than a state, see `test_every_act_of_which_an_office_is_told…`.
OPENED = {
    Action.PRODUCER_SUBMIT: "producers",
    Action.PRODUCT_APPROVE_COUNTY: "products",
    Action.PRODUCT_SUBMIT: "products",
    Action.PRODUCT_TEXT: "texts",
    Action.TEXT_APPROVE_COUNTY: "texts",
    Action.BATCH_DOUBT: "amounts",
    Action.FARMCASE_OPEN: "held",
    Action.RECALL_HOLD: "recalls",
    Action.RECALL_RECALL: "recalls",
    Action.BRAND_DECLARE: "brands",
    Action.LICENCE_APPLY: "licences",
    Action.CERTIFICATION_DECLARE: "certificates",
    Action.CERTIFICATION_MEND: "certificates",
    Action.CERTIFICATION_CHECK: "certificates",
    Action.INSURANCE_ENTER: "policies",
    Action.CASE_RECEIVE: "complaints",
    Action.CASE_REFER: "complaints",
    Action.CASE_REOPEN: "complaints",
    Action.CASE_DUE: "claims",
    Action.CREDIT_ANSWER: "credit",
}
NEWS = {
    *(Action.PRODUCER_CONTACT, Action.BATCH_RECALL, Action.CERTIFICATION_ENDING, Action.RECALL_LIFT),
    Action.PRODUCT_BARCODE,
}
# What nobody is told of, and the calendar or a draw brings.
FOUND = {"copies", "goods", "pictures", "draws", "rewards", "reports", "asked"}


def states() -> set[tuple[str, str]]:
    columns = (column for table in Base.metadata.sorted_tables for column in table.c if column.name.endswith("state"))
    return {
        (column.table.name, value)
        for column in columns
        if isinstance(column.type, sa.Enum)
        for value in column.type.enums
    }


def test_every_state_of_the_record_is_said_to_wait_for_an_officer_or_not() -> None:
    settled = {(table, value) for table, value in states() if SETTLED.get(table, set()) is None}
    settled |= {(table, value) for table, values in SETTLED.items() for value in values or ()}
    assert not (forgotten := states() - WAITS.keys() - settled), forgotten
    assert not (gone := (WAITS.keys() | settled) - states()), gone
    assert set(WAITS.values()) <= KINDS.keys()


def test_every_act_of_which_an_office_is_told_opens_something_in_the_list_or_is_mere_news() -> None:
    told = {action for action, whom in TELLS.items() if {COUNTY, CITY} & set(whom)} | {Action.CREDIT_ANSWER}
    assert told == OPENED.keys() | NEWS
    assert KINDS.keys() == set(OPENED.values()) | FOUND


@on_both
def test_one_thing_of_every_kind_stands_in_the_list_of_whose_turn_it_is(world: World) -> None:
    make_wait(world)
    county, city = (later(who, days=100) for who in (world.actor("officer-430225"), world.chen))
    with world.db.read.begin() as session:
        of_county, of_city = work(session, world, county), work(session, world, city)
    seen = [{kind.key for kind, found in each.kinds if found.total} for each in (of_county, of_city)]
    assert seen == [KINDS.keys() - {"rewards", "reports"}, KINDS.keys()]
    for each in (of_county, of_city):
        assert [len(found.entries) for _, found in each.kinds] == [found.total for _, found in each.kinds]
        assert each.total == len(each.listed())
    assert {entry.age(day_of(county.at)) for kind, entry in of_county.listed() if kind.key != "draws"} == {100}


@on_one
def test_another_countys_officer_sees_none_of_it(world: World) -> None:
    make_wait(world)
    with world.db.read.begin() as session:
        assert work(session, world, world.officer_of("430203")).total == 0


@on_both
def test_what_is_late_comes_first_then_what_has_a_day_then_the_oldest(world: World) -> None:
    make_wait(world)
    with world.db.write.begin() as session:
        first = session.scalars(sa.select(Complaint)).one()
        first.due_on = date(2026, 9, 1)
        log.record(session, world.chen, Action.CASE_NOTE, first)
        older = session.scalars(sa.select(Producer).where(Producer.state == Review.SUBMITTED)).one()
        older.submitted_at = NOW - timedelta(days=30)
        log.record(session, world.chen, Action.PRODUCER_CONTACT, older)
    with world.db.read.begin() as session:
        listed = work(session, world, later(world.chen, days=14)).listed()
    with world.db.read.begin() as session:
        assert work(session, world, later(world.chen, days=14)).late == 1
    assert [kind.key for kind, _ in listed][:3] == ["claims", "complaints", "producers"]
    today = day_of(NOW) + timedelta(days=14)
    assert [(entry.due, entry.is_late(today)) for _, entry in listed[:3]] == [
        (date(2026, 7, 30), True),
        (date(2026, 9, 1), False),
        (None, False),
    ]


@on_one
def test_only_a_rule_gives_a_deadline(world: World) -> None:
    make_wait(world)
    with world.db.read.begin() as session:
        listed = work(session, world, later(world.chen, days=1)).listed()
    assert {kind.key for kind, entry in listed if entry.due} == {"complaints", "claims"}


@on_both
def test_of_many_the_most_urgent_are_listed_and_all_are_counted(world: World) -> None:
    with world.db.write.begin() as session:
        ama = session.get_one(Producer, world.ama.producer_id)
        for n in range(MOST + 7):
            copied = {"name": f"合作社 {n}", "uscc": f"{n:018d}", "submitted_at": NOW - timedelta(days=n)}
            kept = {name: getattr(ama, name) for name in ("kind", "county", "township", "contact", "phone")}
            session.add(row := Producer(**kept | copied))
            session.flush()
            log.record(session, world.ama, Action.PRODUCER_SUBMIT, row)
    with world.db.read.begin() as session:
        found = work(session, world, world.chen)
    assert (found.total, len(found.listed())) == (MOST + 7, MOST)
    assert [(kind.key, total) for kind, total in found.cut_short] == [("producers", MOST + 7)]
    assert found.listed()[0][1].what == f"合作社 {MOST + 6}"
    assert (len(found.page(2)), found.page(2).total) == (50, MOST)


@on_one
def test_each_kind_is_one_question_and_the_city_asks_a_few_more(world: World) -> None:
    make_wait(world)
    asked: list[str] = []
    with world.db.read.begin() as session:
        sa.event.listen(session.connection(), "before_cursor_execute", lambda *args: asked.append(args[2]))
        work(session, world, world.actor("officer-430225"))
    assert len(asked) <= len(KINDS) + 2


@on_one
def test_a_draw_waits_until_everyone_drawn_was_sampled(world: World) -> None:
    batch = world.declare(world.ama)
    with world.db.write.begin() as session:
        sampling.draw(session, world.chen, "1")
    with world.db.read.begin() as session:
        assert work(session, world, world.chen).found["draws"].entries[0].what == "1"
    with world.db.write.begin() as session:
        items = [inspections.Item("克百威", "未检出")]
        report = inspections.InspectionForm(
            "sampling", "检测中心", "R-1", "2026-07-20", "2026-07-20", items, passed=True
        )
        inspections.enter(session, world.chen, session.get_one(Batch, batch.id), report)
    with world.db.read.begin() as session:
        assert work(session, world, world.chen).found["draws"].total == 0


@on_one
def test_a_reply_ends_the_waiting_of_an_answer_to_the_credit_record(world: World) -> None:
    make_wait(world)
    with world.db.write.begin() as session:
        said = session.scalars(sa.select(CreditAnswer)).one()
        credit.reply(session, world.chen, said, "已补记")
        assert work(session, world, world.chen).found["credit"].total == 0
        with pytest.raises(Conflict, match="已经办过"):
            credit.reply(session, world.chen, said, "再说一次")
        assert session.scalars(sa.select(Event.reason).where(Event.action == Action.CREDIT_REPLY)).all() == ["已补记"]
