"""The schema's version: what the migrations make, and that no program runs on another one."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from conftest import World

from yipin import schema
from yipin.db import Base, Database
from yipin.errors import Unavailable
from yipin.web import create_app


def emptied(world: World) -> None:
    """Back to an empty database of the same kind."""
    with world.db.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
            connection.exec_driver_sql("COMMIT")
            return
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        tables = connection.exec_driver_sql(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        for (name,) in tables.all():
            connection.exec_driver_sql(f"DROP TABLE {name}")
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")
        connection.exec_driver_sql("BEGIN")


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
