"""The log that cannot be rewritten, and the guard: no change of record without its event, no event without its change."""

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from world import NOW, Sold, World
from world.audited import new_rows, one_of_each
from world.insured import insured
from yipin.access.actor import Actor
from yipin.audit import holds, log
from yipin.certification import claims
from yipin.db.columns import Base
from yipin.errors import Conflict
from yipin.models import (
    Account,
    Action,
    AttachedFarmer,
    Attachment,
    Audited,
    Batch,
    BatchState,
    Brand,
    BrandLevel,
    BrandLicence,
    BrandSelection,
    Certification,
    ChainAct,
    ClaimNotice,
    CloneCase,
    CodeRange,
    CollectedCertificate,
    CommitmentCertificate,
    Complaint,
    CreditAnswer,
    CreditEntry,
    DrawSeed,
    Event,
    FarmCase,
    FarmEntry,
    FarmInput,
    Inspection,
    InspectionDraw,
    InsurancePolicy,
    Insurer,
    Invitation,
    LabelPrinter,
    LabelStock,
    NetworkList,
    Partner,
    PilotMember,
    Plot,
    PrintRun,
    Producer,
    Product,
    RecallAct,
    RecallFigure,
    Report,
    RewardDecision,
    Shipment,
    SoldUnit,
    Untold,
    VoidUnit,
)

AUDITED = sorted(Audited.__subclasses__(), key=lambda kind: kind.__tablename__)


def events(world: World) -> int:
    with world.db.read.begin() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Event)) or 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET actor_name = 'nobody'",
        "DELETE FROM events",
        "UPDATE events SET reason = 'x' WHERE id = 1",
        "DELETE FROM events WHERE id = (SELECT max(id) FROM events)",
        "TRUNCATE events CASCADE",
    ],
)
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


def test_an_event_may_tell_of_what_needs_none(world: World) -> None:
    with world.db.write.begin() as session:
        kept = session.scalars(sa.select(Event).limit(1)).one()
        log.record(session, world.ama, Action.PRODUCER_CONTACT, kept)
    with world.db.read.begin() as session:
        told = session.scalars(sa.select(Event).order_by(Event.id.desc()).limit(1)).one()
        assert (told.object_kind, told.object_id) == ("events", kept.id)


@pytest.fixture
def full(world: World, sold: Sold) -> World:
    one_of_each(world, sold)
    return world


CHANGES: dict[type[Base], tuple[str, object]] = {
    Account: ("name", "x"),
    Attachment: ("name", "x"),
    Batch: ("state", BatchState.RECALLED),
    Brand: ("name", "x"),
    BrandLevel: ("source", "x"),
    BrandLicence: ("number", "x"),
    BrandSelection: ("source", "x"),
    Certification: ("number", "x"),
    CodeRange: ("facts", 15),
    InsurancePolicy: ("valid_to", date(2030, 1, 1)),
    Insurer: ("name", "x"),
    Invitation: ("name", "y"),
    PilotMember: ("left_on", date(2030, 1, 1)),
    LabelPrinter: ("settings", {"dpi": 300}),
    LabelStock: ("name", "x"),
    Partner: ("note", "x"),
    Plot: ("place", "x"),
    PrintRun: ("reprints", 9),
    Producer: ("name", "x"),
    Product: ("name", "x"),
    VoidUnit: ("reason", "x"),
    SoldUnit: ("undone_at", NOW),
    CloneCase: ("word", "x"),
    NetworkList: ("content", "x"),
    ClaimNotice: ("what", "x"),
    Complaint: ("what", "x"),
    CreditAnswer: ("text", "x"),
    CreditEntry: ("what", "x"),
    CollectedCertificate: ("kept_until", date(2040, 1, 1)),
    CommitmentCertificate: ("voided_at", NOW),
    AttachedFarmer: ("name", "x"),
    FarmCase: ("why", "x"),
    FarmInput: ("name", "x"),
    Inspection: ("lab", "x"),
    InspectionDraw: ("seed", "x"),
    DrawSeed: ("commitment", "y"),
    ChainAct: ("note", "x"),
    RecallAct: ("cause", "x"),
    RecallFigure: ("remark", "x"),
    Shipment: ("place", "x"),
    RewardDecision: ("reason", "x"),
}


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
            log.record(session, full.chen, Action.CASE_NOTE, row)
        with full.db.read.begin() as session:
            assert value in session.scalars(sa.select(getattr(kind, name))).all(), kind


def test_a_deletion_without_its_event_does_not_commit(full: World) -> None:
    with pytest.raises(Untold, match="void_units"), full.db.write.begin() as session:
        session.delete(session.scalars(sa.select(VoidUnit)).one())
    with full.db.write.begin() as session:
        unit = session.scalars(sa.select(VoidUnit)).one()
        session.delete(unit)
        log.record(session, full.chen, Action.CASE_NOTE, unit)
    with full.db.read.begin() as session:
        assert session.scalar(sa.select(VoidUnit)) is None


def test_a_new_row_without_its_event_does_not_commit(world: World, sold: Sold) -> None:
    with world.db.write.begin() as session:
        product = session.get_one(Product, sold.batch.product_id)
        claims.enter(
            session,
            world.chen,
            product,
            scheme="green",
            number="LB-00-24010000000A",
            valid_from="2026-01-01",
            valid_to="",
        )
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
            log.record(session, world.chen, Action.CASE_NOTE, batch)
            savepoint.rollback()
    with pytest.raises(Untold, match="batches"), world.db.write.begin() as session:
        batch = batch_in(session, sold)
        with session.begin_nested() as savepoint:
            batch.state_reason = "x"
            log.record(session, world.chen, Action.CASE_NOTE, batch)
            savepoint.rollback()
        batch.state_reason = "y"  # changed again, and nobody tells
    assert events(world) == before and world.get(Batch, sold.batch.id).state_reason is None


def test_a_savepoint_within_a_savepoint_undoes_only_its_own(world: World, sold: Sold) -> None:
    before = events(world)
    with world.db.write.begin() as session:
        batch = batch_in(session, sold)
        with session.begin_nested():
            batch.state_reason = "kept"
            log.record(session, world.chen, Action.CASE_NOTE, batch)
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
        log.record(session, world.chen, Action.CASE_NOTE, batch)
        batch.state_reason = "not told"


def test_one_transactions_event_does_not_excuse_the_next_ones_change(world: World, sold: Sold) -> None:
    with world.db.write() as session:
        batch = batch_in(session, sold)
        batch.state_reason = "told"
        log.record(session, world.chen, Action.CASE_NOTE, batch)
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
        holds.release(session, world.chen, batch_in(session, sold), "没有冻结过")
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
        holds.hold(session, world.chen, session.get_one(Batch, batch.id), "抽检")
    with world.db.read.begin() as session:
        event = log.events_of(session, batch)[-1]
    assert (event.actor_name, event.actor_role, event.actor_id) == ("Chen", "officer", world.chen.account_id)
    assert (event.action, event.reason, event.at) == ("batch.hold", "抽检", NOW)
    assert (event.object_kind, event.object_id) == ("batches", batch.id)
    assert event.data == {"before": "on_sale", "after": "on_hold", "by": "officer"}


def test_the_command_line_acts_under_its_own_name(world: World) -> None:
    batch = world.declare()
    with world.db.write.begin() as session:
        holds.hold(session, Actor("command line", NOW), session.get_one(Batch, batch.id), "抽检")
    with world.db.read.begin() as session:
        event = log.events_of(session, batch)[-1]
    assert (event.actor_id, event.actor_name, event.actor_role) == (None, "command line", "command")
