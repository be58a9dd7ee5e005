"""The log that cannot be rewritten, and the guard: no change of record without its event, no event without its change."""

from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa
from conftest import NOW, Sold, World
from insured import insured
from sqlalchemy.orm import Session

from yipin import (
    attachments,
    audit,
    brands,
    certify,
    chain,
    claimnotices,
    commitments,
    complaints,
    paper,
    pilot,
    printruns,
    recall,
    reports,
    shipping,
)
from yipin.accounts import Actor
from yipin.db import Base
from yipin.errors import Conflict
from yipin.harmless import Made
from yipin.models import (
    Account,
    ActKind,
    AttachedFarmer,
    Attachment,
    Audited,
    Batch,
    BatchState,
    Brand,
    BrandKind,
    BrandLevel,
    BrandLicence,
    BrandSelection,
    Certification,
    ChainAct,
    ClaimNotice,
    CodeRange,
    CollectedCertificate,
    CommitmentCertificate,
    Complaint,
    ComplaintKind,
    CreditAnswer,
    CreditEntry,
    CropKind,
    EntryKind,
    Event,
    FarmCase,
    FarmEntry,
    FarmInput,
    Inspection,
    InspectionDraw,
    InspectionKind,
    InsurancePolicy,
    Insurer,
    KeptFile,
    LabelPrinter,
    LabelStock,
    Level,
    PilotMember,
    Platform,
    Plot,
    PolicyKind,
    PolicyScope,
    PrintRun,
    Producer,
    ProducerKind,
    Product,
    RecallAct,
    RecallKind,
    Report,
    RewardDecision,
    RewardOutcome,
    Role,
    Scheme,
    SelectionList,
    Shipment,
    Unit,
    Untold,
    VoidUnit,
)

AUDITED = sorted(Audited.__subclasses__(), key=lambda kind: kind.__tablename__)


def events(world: World) -> int:
    with world.db.read.begin() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Event)) or 0


@pytest.mark.parametrize(
    "statement",
    ["UPDATE events SET actor_name = 'nobody'", "DELETE FROM events", "UPDATE events SET reason = 'x' WHERE id = 1",
     "DELETE FROM events WHERE id = (SELECT max(id) FROM events)", "TRUNCATE events"],
)  # fmt: skip
def test_the_database_itself_refuses_to_rewrite_the_log(world: World, statement: str) -> None:
    if "TRUNCATE" in statement and world.db.engine.dialect.name == "sqlite":
        statement = "REPLACE INTO events SELECT * FROM events"  # SQLite has no TRUNCATE, but this
    before = events(world)
    assert before > 10
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), world.db.write.begin() as session:
        session.execute(sa.text(statement))
    assert events(world) == before


def test_an_event_changed_or_deleted_through_its_object_is_refused_too(world: World) -> None:
    for change in (lambda session, row: setattr(row, "reason", "x"), lambda session, row: session.delete(row)):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), world.db.write.begin() as session:
            change(session, session.scalars(sa.select(Event)).first())


def one_of_each(world: World, sold: Sold) -> None:
    """At least one row in every audited table."""
    with world.db.write.begin() as session:
        product, batch = session.scalars(sa.select(Product)).first(), session.get_one(Batch, sold.batch.id)
        assert product
        attachments.keep(session, world.ama, product, "袋子.jpg", Made("image/jpeg", b""))
        regional = session.scalars(sa.select(Brand)).first()
        assert regional
        brands.add_level(session, world.chen, regional, level="city", since="2026-01-01", source="发文")
        brands.add_selection(session, world.chen, regional, list="hunan_grain_oil", year="2025", source="公示")
        certify.enter(
            session,
            world.chen,
            product,
            scheme="green",
            number="LB-00-24010000000A",
            valid_from="2026-01-01",
            valid_to="",
        )
        insured(session, world.chen, product)
        pilot.join(session, world.chen, product_number=product.id_number or "", joined_on="2026-07-01")
        printruns.void_units(session, world.ama, batch, "1", "撕坏了")
        paper.add_printer(session, world.ama, "办公室")
        paper.add_stock(session, world.ama, "卷", {"page_width": "60", "page_height": "40"}, roll=True)
        said = {"producer_id": batch.producer_id}
        complaint = complaints.Form(kind="fake", what="果子发黑", code=batch.id_number)
        complaints.file(session, world.office, world.ama, complaint, "0" * 32, "1.2.3.4")
        claim = claimnotices.Form(batch.id_number, "", "2026-07-20", "果子发黑", "", "13800000000", True)
        claimnotices.file(session, world.office, world.ama, claim, "0" * 32, "1.2.3.4")
        for row in (
            CreditEntry(**said, kind="award", day=date(2026, 7, 1), source="公报", what="奖", entered_at=NOW),
            CreditAnswer(**said, object_kind="batches", object_id=batch.id, at=NOW, text="申辩"),
            *farm_rows(batch),
        ):
            session.add(row)
            audit.record(session, world.ama, "test.add", row)
        policy, promise = world.office.policy, commitments.Form("5", ["control"])
        certificate = commitments.issue(session, world.ama, policy, batch, promise)
        commitments.collect(session, world.ben, policy, certificate.number)
        chain.split(session, world.ama, batch.id_number, [("10", "1")])
        form = shipping.ShippingForm("某客户", "天元区", "2026-07-20", quantity="10")
        shipping.ship(session, world.ama, batch, form)
        recall.act(session, world.chen, RecallKind.DRILL, [batch.id], cause="演练", reason="演练")
        reports.freeze(session, world.chen, world.office.policy, "2026-07-20")
        reward = refusal(batch, session.scalars(sa.select(Certification.id)).one())
        session.add(reward)
        audit.record(session, world.chen, "reward.refused", reward)


def refusal(batch: Batch, certificate: int) -> RewardDecision:
    return RewardDecision(reward="new", producer_id=batch.producer_id, certification_id=certificate,
                          outcome=RewardOutcome.REFUSED, ceiling=1, reason="y", decided_by_name="x", decided_at=NOW)  # fmt: skip


@pytest.fixture
def full(world: World, sold: Sold) -> World:
    one_of_each(world, sold)
    return world


CHANGES: dict[type[Base], tuple[str, object]] = {
    Account: ("name", "x"), Attachment: ("name", "x"),
    Batch: ("state", BatchState.RECALLED), Brand: ("name", "x"),
    BrandLevel: ("source", "x"), BrandLicence: ("number", "x"), BrandSelection: ("source", "x"), Certification: ("number", "x"),
    CodeRange: ("facts", 15), InsurancePolicy: ("valid_to", date(2030, 1, 1)), Insurer: ("name", "x"),
    PilotMember: ("left_on", date(2030, 1, 1)), LabelPrinter: ("settings", {"dpi": 300}),
    LabelStock: ("name", "x"), Plot: ("place", "x"), PrintRun: ("reprints", 9), Producer: ("name", "x"),
    Product: ("name", "x"), VoidUnit: ("reason", "x"),
    ClaimNotice: ("what", "x"), Complaint: ("what", "x"), CreditAnswer: ("text", "x"), CreditEntry: ("what", "x"),
    CollectedCertificate: ("kept_until", date(2040, 1, 1)), CommitmentCertificate: ("voided_at", NOW),
    AttachedFarmer: ("name", "x"), FarmCase: ("why", "x"), FarmInput: ("name", "x"), Inspection: ("lab", "x"),
    InspectionDraw: ("seed", "x"),
    ChainAct: ("note", "x"), RecallAct: ("cause", "x"), Shipment: ("place", "x"),
    RewardDecision: ("reason", "x"),
}  # fmt: skip


APPEND_ONLY = {FarmEntry}  # the database refuses any change of these: tests/test_farm.py


def test_every_audited_table_is_tried_below() -> None:
    """But reports, which the database itself lets nobody change either."""
    assert {*CHANGES, Report} | APPEND_ONLY == set(AUDITED)


def test_a_change_without_its_event_does_not_commit(full: World) -> None:
    for kind, (name, value) in CHANGES.items():
        with pytest.raises(Untold, match=kind.__tablename__), full.db.write.begin() as session:
            row = session.scalars(sa.select(kind)).first()
            setattr(row, name, value)
        with full.db.read.begin() as session:
            assert value not in session.scalars(sa.select(getattr(kind, name))).all(), kind


def test_a_change_with_its_event_commits(full: World) -> None:
    for kind, (name, value) in CHANGES.items():
        with full.db.write.begin() as session:
            row = session.scalars(sa.select(kind)).first()
            setattr(row, name, value)
            audit.record(session, full.chen, "test.change", row)
        with full.db.read.begin() as session:
            assert value in session.scalars(sa.select(getattr(kind, name))).all(), kind


def test_a_deletion_without_its_event_does_not_commit(full: World) -> None:
    with pytest.raises(Untold, match="void_units"), full.db.write.begin() as session:
        session.delete(session.scalars(sa.select(VoidUnit)).one())
    with full.db.write.begin() as session:
        unit = session.scalars(sa.select(VoidUnit)).one()
        session.delete(unit)
        audit.record(session, full.chen, "test.delete", unit)
    with full.db.read.begin() as session:
        assert session.scalar(sa.select(VoidUnit)) is None


def _promised(batch: Batch, number: str) -> CommitmentCertificate:
    return CommitmentCertificate(number=number, batch_id=batch.id, template="2026_producer", product="x", quantity=Decimal(1),
                                 unit=Unit.PIECE, place="x", subject="x", contact="x", by_control=True,
                                 by_self_test=False, by_commissioned_test=False, issued_at=NOW, issued_on=NOW.date(),
                                 kept_until=NOW.date())  # fmt: skip


def farm_rows(batch: Batch) -> list[Audited]:
    """What belongs to the farm's record and may change."""
    return [
        AttachedFarmer(producer_id=batch.producer_id, name="new", place="x", added_at=NOW),
        FarmInput(name="new", registration="", crop="", banned=True, source="x", entered_at=NOW),
        FarmCase(batch_id=batch.id, why="new", held=False, last_entry_id=0, opened_at=NOW),
        Inspection(batch_id=batch.id, kind=InspectionKind.SELF, lab="new", report_number="x", sampled_on=NOW.date(),
                   reported_on=NOW.date(), passed=True, recorded_at=NOW),
        InspectionDraw(seed="new", rule="x", wanted=1, pool={}, at=NOW, actor_name="x"),
    ]  # fmt: skip


def new_rows(session: Session, sold: Sold) -> list[Audited]:
    batch = session.get_one(Batch, sold.batch.id)
    moments = {"submitted_at": NOW}
    return [
        Account(login="new", name="x", role=Role.PRODUCER, password_hash="", created_at=NOW),
        Attachment(object_kind="products", object_id=1, name="x", at=NOW,
                   file=KeptFile(sha256="x", media="x", size=0, content=b"")),
        Brand(key="new", name="new", kind=BrandKind.REGIONAL, clause="x"),
        BrandLevel(brand_id=1, level=Level.CITY, since=NOW.date(), source="x"),
        BrandSelection(brand_id=1, list=SelectionList.HUNAN_GRAIN_AND_OIL, year=2020, source="x"),
        BrandLicence(brand_id=1, producer_id=batch.producer_id),
        Producer(name="x", kind=ProducerKind.COMPANY, uscc="1", county="430225", township="x", contact="x", phone="1", **moments),
        Plot(producer_id=batch.producer_id, name="new", county="430225", place="x", area_mu=Decimal(1)),
        Product(producer_id=batch.producer_id, name="new", **moments),
        Batch(id_number="1" * 16, producer_id=batch.producer_id, product_id=batch.product_id, plot_id=batch.plot_id,
              county="430225", harvest_date=batch.harvest_date, quantity=Decimal(1), unit=Unit.PIECE, pack_size=Decimal(1),
              declared_at=NOW, state_since=NOW),
        CodeRange(batch_id=batch.id, first=50, count=1, key_number=1, harvest_date=batch.harvest_date, facts=0,
                  issued_at=NOW, idempotency_key="new"),
        PrintRun(batch_id=batch.id, range_id=sold.codes.id, first=0, count=1, job={}, planned_at=NOW, idempotency_key="new"),
        VoidUnit(batch_id=batch.id, ordinal=9, at=NOW, reason="x"),
        LabelStock(producer_id=batch.producer_id, name="new", measures={}),
        LabelPrinter(producer_id=batch.producer_id, name="new", settings={}),
        Certification(producer_id=batch.producer_id, scheme=Scheme.GREEN, number="new", holder="x", county="430225",
                      granted_on=NOW.date(), valid_from=NOW.date(), declared_at=NOW),
        Complaint(number="new", form_key="new", received_at=NOW, due_on=NOW.date(), contact_mark="", kind=ComplaintKind.FAKE,
                  what="x", code="x", place="", platform=Platform.JD, shop="", link=""),
        ClaimNotice(number="new", form_key="new", received_at=NOW, due_on=NOW.date(), contact_mark="", batch_id=batch.id, code="x",
                    insurer_id=1, policy_id=session.scalars(sa.select(InsurancePolicy.id)).one(), verdict="x",
                    happened_on=NOW.date(), what="x"),
        CreditEntry(producer_id=batch.producer_id, kind="award", day=NOW.date(), source="x", what="x", entered_at=NOW),
        CreditAnswer(producer_id=batch.producer_id, object_kind="batches", object_id=1, at=NOW, text="x"),
        _promised(batch, "new"),
        CollectedCertificate(producer_id=batch.producer_id, certificate=_promised(batch, "newer"), collected_at=NOW,
                             kept_until=NOW.date()),
        ChainAct(producer_id=batch.producer_id, kind=ActKind.SPLIT, day=NOW.date(), recorded_at=NOW),
        Shipment(batch_id=batch.id, customer="x", place="x", shipped_on=NOW.date(), quantity=Decimal(1), recorded_at=NOW),
        RecallAct(kind=RecallKind.DRILL, cause="x", reason="x", at=NOW, actor_name="x", batches=0, units=0, scans=0,
                  milliseconds=0),
        Report(quarter="2020Q1", number=1, as_of=NOW.date(), rule_version="x", content="{}", sha256="x", made_by_name="x",
               made_at=NOW),
        refusal(batch, session.scalars(sa.select(Certification.id)).one()),
        InsurancePolicy(insurer=Insurer(name="x"), kind=PolicyKind.RECALL, scope=PolicyScope.PRODUCER, producer_id=batch.producer_id,
                        number="new", valid_from=NOW.date(), valid_to=NOW.date(), entered_at=NOW),
        Insurer(name="new"),
        PilotMember(product_id=batch.product_id, joined_on=NOW.date()),
        *farm_rows(batch),
        FarmEntry(producer_id=batch.producer_id, plot_id=batch.plot_id, season=2026, kind=EntryKind.WORK, day=NOW.date(),
                  last_day=NOW.date(), crop="x", crop_kind=CropKind.FRUIT, what="x", operator="x", entry_key="new",
                  recorded_at=NOW),
    ]  # fmt: skip


def test_a_new_row_without_its_event_does_not_commit(world: World, sold: Sold) -> None:
    with world.db.write.begin() as session:
        product = session.get_one(Product, sold.batch.product_id)
        certify.enter(session, world.chen, product, scheme="green", number="LB-00-24010000000A", valid_from="2026-01-01",
                      valid_to="")  # fmt: skip
        insured(session, world.chen, product)
    with world.db.read.begin() as session:
        rows = new_rows(session, sold)
        assert {type(row) for row in rows} == set(AUDITED)
    for row in rows:
        with pytest.raises(Untold, match=row.__tablename__), world.db.write.begin() as session:
            session.add(row)


def test_a_bulk_change_of_an_audited_table_is_refused(world: World) -> None:
    """It would change rows that the session never saw."""
    for row in AUDITED:
        table = Base.metadata.tables[row.__tablename__]
        for kind in (row, table):
            for statement in (sa.update(kind).values(id=table.c.id), sa.delete(kind), sa.insert(kind).values(id=1)):
                with pytest.raises(Untold, match=f"bulk change of {table.name}"), world.db.write.begin() as session:
                    session.execute(statement)


def batch_in(session: Session, sold: Sold) -> Batch:
    return session.get_one(Batch, sold.batch.id)


def test_a_change_in_a_savepoint_is_not_overlooked(world: World, sold: Sold) -> None:
    with pytest.raises(Untold, match="batches"), world.db.write.begin() as session:
        with session.begin_nested():
            batch_in(session, sold).state_reason = "x"
    with pytest.raises(Untold, match="batches"), world.db.write() as session:
        session.begin_nested()
        batch_in(session, sold).state_reason = "x"
        session.commit()  # commits the savepoint and all around it


def test_a_change_undone_with_its_savepoint_needs_no_event(world: World, sold: Sold) -> None:
    with world.db.write.begin() as session:
        with session.begin_nested() as savepoint:
            batch_in(session, sold).state_reason = "x"
            session.flush()
            savepoint.rollback()
    assert world.get(Batch, sold.batch.id).state_reason is None


def test_an_event_undone_with_its_savepoint_tells_of_nothing(world: World, sold: Sold) -> None:
    """The change before the savepoint stays; the only event of it is gone."""
    before = events(world)
    with pytest.raises(Untold, match="batches"), world.db.write.begin() as session:
        batch = batch_in(session, sold)
        batch.state_reason = "x"
        with session.begin_nested() as savepoint:
            audit.record(session, world.chen, "test.change", batch)
            savepoint.rollback()
    with pytest.raises(Untold, match="batches"), world.db.write.begin() as session:
        batch = batch_in(session, sold)
        with session.begin_nested() as savepoint:
            batch.state_reason = "x"
            audit.record(session, world.chen, "test.change", batch)
            savepoint.rollback()
        batch.state_reason = "y"  # changed again, and nobody tells
    assert events(world) == before and world.get(Batch, sold.batch.id).state_reason is None


def test_a_savepoint_within_a_savepoint_undoes_only_its_own(world: World, sold: Sold) -> None:
    before = events(world)
    with world.db.write.begin() as session:
        batch = batch_in(session, sold)
        with session.begin_nested():
            batch.state_reason = "kept"
            audit.record(session, world.chen, "test.change", batch)
            with session.begin_nested() as inner:
                batch.state_reason = "undone"
                session.flush()
                inner.rollback()
    assert world.get(Batch, sold.batch.id).state_reason == "kept"
    assert events(world) == before + 1


def test_a_change_after_its_event_needs_another_event(world: World, sold: Sold) -> None:
    with pytest.raises(Untold, match="batches"), world.db.write.begin() as session:
        batch = batch_in(session, sold)
        batch.state_reason = "told"
        audit.record(session, world.chen, "test.change", batch)
        batch.state_reason = "not told"


def test_one_transactions_event_does_not_excuse_the_next_ones_change(world: World, sold: Sold) -> None:
    with world.db.write() as session:
        batch = batch_in(session, sold)
        batch.state_reason = "told"
        audit.record(session, world.chen, "test.change", batch)
        session.commit()
        batch.state_reason = "not told"
        with pytest.raises(Untold):
            session.commit()
        session.rollback()
        assert batch.state_reason == "told"
        session.commit()  # nothing of the refused change is held against the next transaction


def test_an_act_that_is_refused_leaves_no_event(world: World, sold: Sold) -> None:
    before = events(world)
    with pytest.raises(Conflict), world.db.write.begin() as session:
        audit.release(session, world.chen, batch_in(session, sold), "没有冻结过")
    assert events(world) == before


def test_looking_changes_nothing_and_tells_nothing(world: World, sold: Sold) -> None:
    before = events(world)
    with world.db.write.begin() as session:
        batch = batch_in(session, sold)
        batch.state_reason = batch.state_reason  # set to what it is
    assert events(world) == before


def test_an_event_says_who_did_what_to_which_object_when_and_why(world: World) -> None:
    batch = world.declare()
    with world.db.write.begin() as session:
        audit.hold(session, world.chen, session.get_one(Batch, batch.id), "抽检")
    with world.db.read.begin() as session:
        event = audit.events_of(session, batch)[-1]
    assert (event.actor_name, event.actor_role, event.actor_id) == ("Chen", "officer", world.chen.account_id)
    assert (event.action, event.reason, event.at) == ("batch.hold", "抽检", NOW)
    assert (event.object_kind, event.object_id) == ("batches", batch.id)
    assert event.data == {"before": "on_sale", "after": "on_hold"}


def test_the_command_line_acts_under_its_own_name(world: World) -> None:
    batch = world.declare()
    with world.db.write.begin() as session:
        audit.hold(session, Actor("command line", NOW), session.get_one(Batch, batch.id), "抽检")
    with world.db.read.begin() as session:
        event = audit.events_of(session, batch)[-1]
    assert (event.actor_id, event.actor_name, event.actor_role) == (None, "command line", "command")
