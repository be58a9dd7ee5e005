"""The schema's version: what the migrations make, and that no program runs on another one."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.orm import Session

from world import NOW, World
from world.schemas import emptied, emptied_to, insert
from yipin import schema
from yipin.access.actor import Actor
from yipin.audit import log
from yipin.db import Database
from yipin.db.columns import Base, LookBase
from yipin.errors import Unavailable
from yipin.models import (
    Account,
    Action,
    Batch,
    Brand,
    Certification,
    CertificationLine,
    Claim,
    Ending,
    FarmEntry,
    FarmInput,
    InspectionItem,
    Product,
)
from yipin.web.app import create_app


def set_version(world: World, version: str) -> None:
    with world.db.write.begin() as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = :version"), {"version": version})


def test_an_empty_database_is_brought_up_to_date(world: World) -> None:
    emptied(world)
    assert schema.current(world.db) is None
    with pytest.raises(Unavailable, match="yipin db upgrade"):
        schema.check(world.db)
    schema.upgrade(world.db)
    assert schema.current(world.db) == schema.newest()
    schema.check(world.db)


def test_an_upgrade_of_what_is_up_to_date_changes_nothing(world: World) -> None:
    with world.db.read.begin() as session:
        before = session.scalar(sa.text("SELECT count(*) FROM events"))
    schema.upgrade(world.db)
    with world.db.read.begin() as session:
        assert session.scalar(sa.text("SELECT count(*) FROM events")) == before


def test_the_migrations_make_exactly_the_tables_of_the_models(world: World) -> None:
    with world.db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        here = [Base.metadata] if world.db.looks.path else [Base.metadata, LookBase.metadata]
        assert compare_metadata(context, here) == []  # type: ignore[arg-type]


def test_the_store_of_looks_has_exactly_the_tables_of_its_models(world: World) -> None:
    others = {"store"} if world.db.looks.path else set(Base.metadata.tables) | {"alembic_version"}
    with world.db.looks.engine.connect() as connection:
        told = {"compare_type": True, "include_name": lambda name, kind, _: kind != "table" or name not in others}
        context = MigrationContext.configure(connection, opts=told)
        assert compare_metadata(context, LookBase.metadata) == []


def test_the_constraints_of_the_models_are_those_of_the_migrations(world: World) -> None:
    """Which the comparison above does not see."""
    found = sa.inspect(world.db.engine)
    for table in Base.metadata.sorted_tables:
        wanted = {str(each.name) for each in table.constraints if isinstance(each, sa.CheckConstraint)}
        assert {each["name"] for each in found.get_check_constraints(table.name)} == wanted, table.name


@pytest.mark.parametrize("older", ["0001"])
def test_the_service_does_not_start_on_an_older_schema_and_says_the_command(world: World, older: str) -> None:
    set_version(world, older)
    with pytest.raises(Unavailable, match=f"{older}.*yipin db upgrade"):
        create_app(world.settings)


def test_the_service_does_not_start_on_a_newer_schema(world: World) -> None:
    set_version(world, "9999")
    with pytest.raises(Unavailable, match="9999 比程序新"):
        create_app(world.settings)
    with pytest.raises(Unavailable, match="9999 比程序新"):
        schema.upgrade(world.db)
    assert schema.current(world.db) == "9999"


def test_a_database_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"this is no database, however long one looks at it" * 99)
    for path in (tmp_path / "x.db", tmp_path / "no" / "folder" / "x.db"):
        database = Database(f"sqlite:///{path}")
        with pytest.raises(Unavailable, match="数据库打不开"):
            schema.check(database)
        with pytest.raises(Unavailable, match="数据库打不开"):
            schema.upgrade(database)
        database.dispose()


def test_certificates_of_before_keep_their_number_product_and_end(world: World) -> None:
    """What 0007 makes of the two rows an older version could hold."""
    product, officer = 1, world.chen.account_id
    emptied_to(world, "0006")
    with world.db.write.begin() as session:
        producer = {
            "name": "Ama",
            "kind": "company",
            "uscc": "1",
            "county": "430225",
            "township": "x",
            "contact": "x",
            "phone": "1",
            "demonstration": False,
            "state": "approved",
            "submitted_at": NOW,
        }
        insert(session, "producers", id=5, **producer)
        insert(
            session,
            "products",
            id=product,
            producer_id=5,
            name="黄桃",
            description="",
            state="approved",
            submitted_at=NOW,
        )
        insert(
            session,
            "accounts",
            id=officer,
            login="chen",
            name="Chen",
            role="officer",
            password_hash="x",
            epoch=0,
            created_at=NOW,
        )
        days = {
            "product_id": product,
            "scheme": "green",
            "valid_from": date(2026, 1, 1),
            "verified_by": officer,
            "verified_at": NOW,
        }
        insert(session, "certifications", id=3, number="LB-1", **days)
        insert(
            session, "certifications", id=8, number="LB-2", withdrawn_at=datetime(2026, 7, 20, 17, tzinfo=UTC), **days
        )
        insert(
            session,
            "events",
            at=NOW,
            actor_name="Chen",
            actor_role="officer",
            action="certification.withdraw",
            object_kind="certifications",
            object_id=8,
            reason="注销",
            data="{}",
        )
    schema.upgrade(world.db)
    with world.db.read.begin() as session:
        kept, ended = session.scalars(sa.select(Certification).order_by(Certification.id)).all()
        assert [(row.id, row.number, row.holder, row.county) for row in (kept, ended)] == [
            (3, "LB-1", "Ama", "430225"),
            (8, "LB-2", "Ama", "430225"),
        ]
        assert [(line.product_id, line.product_name) for line in (*kept.lines, *ended.lines)] == [(product, "黄桃")] * 2
        assert (kept.state, kept.verified_by, kept.granted_on, kept.ended_on) == (
            Claim.VERIFIED,
            officer,
            date(2026, 1, 1),
            None,
        )
        assert (ended.ended_on, ended.ended_how, ended.end_reason) == (date(2026, 7, 21), Ending.WITHDRAWN, "注销")
    with world.db.write.begin() as session:  # and the next row takes the next number
        line = kept.lines[0]
        row = Certification(
            producer_id=5,
            scheme=kept.scheme,
            number="LB-3",
            holder="Ama",
            county="430225",
            lines=[CertificationLine(product_id=line.product_id, product_name="黄桃")],
            granted_on=kept.granted_on,
            valid_from=kept.valid_from,
            declared_at=NOW,
        )
        session.add(row)
        log.record(session, Actor("Chen", NOW), Action.CERTIFICATION_DECLARE, row)
        assert row.id == 9


def test_names_of_before_are_brought_into_their_normal_form_and_the_record_stays_append_only(world: World) -> None:
    """What 0018 makes of rows that an older version wrote, more of them than it takes at once."""
    emptied_to(world, "0017")
    with world.db.write.begin() as session:
        _a_farm_of_before(session, entries=1_001)
    schema.upgrade(world.db)
    with world.db.read.begin() as session:
        entries = session.scalars(sa.select(FarmEntry).order_by(FarmEntry.id)).all()
        normal = {
            (row.input_name, row.input_name_normal, row.registration_normal, row.lot_normal, row.crop_normal)
            for row in entries[1:]
        }
        assert len(entries) == 1_001 and normal == {("５０％ 多菌灵", "50%多菌灵", "pd1", "a7", "黄桃")}
        assert (entries[0].input_name_normal, entries[0].lot_normal, entries[0].crop_normal) == (None, None, "黄桃")
        line, batch = session.scalars(sa.select(FarmInput)).one(), session.scalars(sa.select(Batch)).one()
        assert (line.name_normal, line.registration_normal, line.crop_normal) == ("50%多菌灵", "", "黄桃")
        assert (batch.supplier_normal, batch.supplier_lot_normal) == ("某粮行(株洲)", "b1")
        assert session.scalars(sa.select(InspectionItem.name_normal)).all() == ["50%多菌灵"]
    for statement in ("UPDATE farm_entries SET lot = 'x'", "DELETE FROM farm_entries"):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), world.db.write.begin() as session:
            session.execute(sa.text(statement))


def test_names_of_before_get_the_skeleton_that_the_program_compares_by(world: World) -> None:
    """What 0024 makes of rows that an older version wrote, and of a product that waits for the city."""
    emptied_to(world, "0023")
    with world.db.write.begin() as session:
        _a_farm_of_before(session, entries=2)
        account = {"name": "Chen", "role": "officer", "password_hash": "x", "epoch": 0, "created_at": NOW}
        insert(session, "accounts", id=7, login="l0", **account)
        told = {
            "at": NOW,
            "actor_id": 7,
            "actor_name": "Chen",
            "actor_role": "officer",
            "action": "product.approve_county",
        }
        insert(session, "events", id=1, object_kind="products", object_id=1, data="{}", **told)
        session.execute(sa.text("UPDATE products SET name = '炎陵黃桃', state = 'county_approved'"))
        session.execute(sa.text("UPDATE farm_inputs SET name_normal = 'of before'"))
    schema.upgrade(world.db)
    with world.db.read.begin() as session:
        product, account_row = session.scalars(sa.select(Product)).one(), session.scalars(sa.select(Account)).one()
        assert (product.name_normal, product.county_approved_by, account_row.login_normal) == ("炎陵黄桃", 7, "10")
        assert session.scalars(sa.select(FarmInput.name_normal)).all() == ["50%多菌灵"]


def _a_farm_of_before(session: Session, entries: int) -> None:
    """One producer of version 0017 with a batch, a test, a line of the list and so many entries; the first is of no use."""
    reviewed = {"state": "approved", "submitted_at": NOW}
    where = {"county": "430225", "township": "x", "contact": "x", "phone": "1", "demonstration": False}
    insert(session, "producers", id=5, name="Ama", kind="company", uscc="1", **where, **reviewed)
    insert(session, "products", id=1, producer_id=5, name="黄桃", description="", **reviewed)
    plot = {"name": "屋后坡", "county": "430225", "place": "x", "area_mu": 100}
    insert(session, "plots", id=1, producer_id=5, **plot)
    _batch_of_before(session, 1, origin="received", supplier="某粮行 （株洲）", supplier_lot="Ｂ 1")
    days = {"sampled_on": date(2026, 7, 18), "reported_on": date(2026, 7, 18), "recorded_at": NOW}
    insert(session, "inspections", id=1, batch_id=1, kind="self", lab="x", report_number="x", passed=True, **days)
    insert(session, "inspection_items", inspection_id=1, name="50 %多菌灵", value="x", limit="x", passed=True)
    line = {"registration": "", "crop": "黄 桃", "banned": True, "source": "公告", "example": False, "entered_at": NOW}
    insert(session, "farm_inputs", name="50%多菌灵", **line)
    use = {"input_kind": "pesticide", "input_name": "５０％ 多菌灵", "registration": "PD 1", "lot": "A 7"}
    for number in range(entries):
        _entry_of_before(session, number, **(use if number else {}))


def _batch_of_before(session: Session, number: int, **more: object) -> None:
    batch = {"product_id": 1, "plot_id": 1, "county": "430225", "harvest_date": date(2026, 7, 18), "quantity": 100}
    batch |= {"unit": "kg", "pack_size": 100, "reserved": 0, "state": "on_sale", "state_since": NOW, "declared_at": NOW}
    insert(session, "batches", id=number, id_number=f"x{number}", producer_id=5, **batch | more)


def _entry_of_before(session: Session, number: int, **use: object) -> None:
    values = {"producer_id": 5, "plot_id": 1, "season": 2026, "kind": "input" if use else "work", "crop": "黄桃"}
    days = {"day": date(2026, 7, 1), "last_day": date(2026, 7, 1), "recorded_at": NOW}
    said = {"crop_kind": "fruit", "what": "", "operator": "Ama", "withdrawn": False, "entry_key": f"draft-{number}"}
    insert(session, "farm_entries", **values, **days, **said, **use)


def test_batches_stopped_before_say_who_stopped_them(world: World) -> None:
    """What 0025 makes of holds of before: the program's own where a case that waits has their words."""
    emptied_to(world, "0023")
    stopped = {
        1: ("on_sale", None, None),
        2: ("on_hold", "抽检待复核", "officer"),
        3: ("on_hold", "某药 禁止用于黄桃", "record"),
        4: ("on_hold", "检测不合格：某药（报告 R-1）", "test"),
        5: ("recalled", "某药 禁止用于黄桃", "officer"),
    }
    with world.db.write.begin() as session:
        _a_farm_of_before(session, entries=0)
        for number, (state, why, _) in stopped.items():
            _batch_of_before(session, 10 + number, state=state, state_reason=why)
        held = {"held": True, "last_entry_id": 0, "opened_at": NOW}
        insert(session, "farm_cases", id=1, batch_id=13, why="某药 禁止用于黄桃", **held)
        insert(session, "farm_cases", id=2, batch_id=14, why="检测不合格：某药（报告 R-1）", **held)
        days = {"sampled_on": date(2026, 7, 18), "reported_on": date(2026, 7, 18), "recorded_at": NOW}
        insert(
            session, "inspections", id=9, batch_id=14, kind="self", lab="x", report_number="R-1", passed=False, **days
        )
    schema.upgrade(world.db)
    with world.db.read.begin() as session:
        found = session.execute(sa.text("SELECT id, stopped_by FROM batches WHERE id > 10")).all()
        assert {number - 10: by for number, by in found} == {number: by for number, (*_, by) in stopped.items()}


def test_batches_of_before_keep_the_place_and_the_farmer_that_they_showed(world: World) -> None:
    emptied_to(world, "0032")
    with world.db.write.begin() as session:
        normal = {"name_normal": "x"}
        where = {"county": "430225", "township": "x", "contact": "x", "phone": "1", "demonstration": False} | normal
        reviewed = {"state": "approved", "submitted_at": NOW}
        insert(session, "producers", id=5, name="Ama", kind="company", uscc="1", **where, **reviewed)
        insert(session, "products", id=1, producer_id=5, name="黄桃", description="", **reviewed, **normal)
        plot = {"name": "屋后坡", "county": "430225", "place": "山垄村", "area_mu": 100} | normal
        insert(session, "plots", id=1, producer_id=5, **plot)
        insert(session, "attached_farmers", id=1, producer_id=5, name="老谭", place="x", added_at=NOW, **normal)
        _batch_of_before(session, 1, attached_farmer_id=1)
        _batch_of_before(session, 2)
    schema.upgrade(world.db)
    with world.db.read.begin() as session:
        kept = session.execute(sa.text("SELECT place, farmer_name FROM batches ORDER BY id")).all()
        assert [tuple(row) for row in kept] == [("山垄村", "老谭"), ("山垄村", None)]


def test_what_the_demonstration_entered_before_is_known_by_its_words(world: World) -> None:
    emptied_to(world, "0026")
    with Session(world.db.engine) as session, session.begin():
        known = {"kind": "regional", "flagship": False, "name_normal": ""}
        for key, clause, source in (("a", "演示品牌，非真实", "演示文件，非真实"), ("b", "二（二）", None)):
            named = {"id": ord(key), "key": key, "name": key, "clause": clause, "holder_source": source}
            insert(session, "brands", **named, **known)
        rule = {
            "registration": "",
            "crop": "",
            "banned": False,
            "example": False,
            "entered_at": NOW,
            "interval_days": 1,
        }
        normal = {"name_normal": "", "registration_normal": "", "crop_normal": ""}
        for number, source in enumerate(("演示：某公告，文号从略", "演示：标签"), 1):
            insert(session, "farm_inputs", id=number, name="药", source=source, **rule, **normal)
    schema.upgrade(world.db)
    with world.db.read.begin() as session:
        assert session.scalars(sa.select(Brand.key).where(Brand.demonstration)).all() == ["a"]
        assert session.scalars(sa.select(FarmInput.id).where(FarmInput.demonstration)).all() == [1]


def test_products_of_before_have_no_commodity_until_an_officer_confirms_one(world: World) -> None:
    """What 0032 makes of a record of before: the policy's brands say what their goods are, and products nothing."""
    emptied_to(world, "0027")
    with Session(world.db.engine) as session, session.begin():
        for number, (key, name) in enumerate(
            (("yanling-peach", "炎陵黄桃"), ("liling-camellia", "醴陵油茶"), ("own", "山垄")), 1
        ):
            known = {"id": number, "key": key, "name": name, "name_normal": name, "demonstration": False}
            insert(session, "brands", **known, kind="regional", flagship=False, clause="二（二）")
    schema.upgrade(world.db)
    with world.db.read.begin() as session:
        found = session.execute(sa.text("SELECT key, commodity FROM brands ORDER BY id")).all()
        assert [tuple(row) for row in found] == [
            ("yanling-peach", "yellow-peach"),
            ("liling-camellia", None),
            ("own", None),
        ]
