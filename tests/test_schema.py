"""The schema's version: what the migrations make, and that no program runs on another one."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.orm import Session

from world import NOW, World
from world.schemas import emptied
from yipin import schema
from yipin.access.actor import Actor
from yipin.audit import log
from yipin.db import Base, Database
from yipin.errors import Unavailable
from yipin.models import Certification, CertificationLine, Claim, Ending
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
        assert compare_metadata(context, Base.metadata) == []


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
        log.record(session, Actor("Chen", NOW), "certification.declare", row)
        assert row.id == 9


def emptied_to(world: World, revision: str) -> None:
    emptied(world)
    with world.db.engine.connect() as connection, connection.begin():
        command.upgrade(schema._config(connection), revision)


def insert(session: Session, table: str, **values: object) -> None:
    """A row of a table as an older version had it."""
    moments = {name: sa.DateTime(timezone=True) for name in values if name == "at" or name.endswith("_at")}
    columns = [sa.column(name, moments.get(name)) for name in values]
    session.connection().execute(sa.table(table, *columns).insert().values(**values))
