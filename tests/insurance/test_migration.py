"""The policies of before are taken over: scope product, the same company for the same name, verified stays verified."""

from datetime import date

import sqlalchemy as sa
from alembic import command

from world import World
from world.schemas import emptied
from yipin import schema
from yipin.models import Account, InsurancePolicy, PolicyEnding, PolicyKind, PolicyScope, PolicyState

MOMENT = "2026-07-19 20:00:00+00:00"  # the twentieth in Shanghai
BEFORE = (
    "INSERT INTO producers (id, name, kind, uscc, county, township, contact, phone, demonstration, state, submitted_at) "
    f"VALUES (7, 'x', 'company', '1', '430225', 'x', 'x', '1', false, 'approved', '{MOMENT}')",
    f"INSERT INTO products (id, producer_id, name, description, state, submitted_at) VALUES (8, 7, 'x', '', 'approved', '{MOMENT}')",
    "INSERT INTO accounts (id, login, name, role, password_hash, epoch, created_at) VALUES "
    f"(1, 'chen', 'Chen', 'officer', '', 0, '{MOMENT}'), (2, 'ines', '某公司', 'insurer', '', 0, '{MOMENT}'), "
    f"(3, 'otto', '另一家', 'insurer', '', 0, '{MOMENT}')",
    "INSERT INTO insurance_policies (id, product_id, insurer, number, valid_from, valid_to, verified_by, verified_at, withdrawn_at) "
    f"VALUES (5, 8, '某公司', 'P-1', '2026-01-01', '2026-12-31', 1, '{MOMENT}', NULL), "
    f"(9, 8, '某公司', 'P-2', '2026-01-01', '2026-12-31', 1, '{MOMENT}', '{MOMENT}'), "
    "(10, 8, '第三家', 'P-3', '2026-01-01', '2026-12-31', NULL, NULL, NULL)",
    "INSERT INTO events (at, actor_name, actor_role, action, object_kind, object_id, reason, data) "
    f"VALUES ('{MOMENT}', 'x', 'officer', 'insurance.withdraw', 'insurance_policies', 9, '输错', '{{}}')",
)


def test_policies_of_before_are_taken_over(world: World) -> None:
    emptied(world)
    with world.db.engine.connect() as connection, connection.begin():
        command.upgrade(schema._config(connection), "0007")
        for statement in BEFORE:
            if connection.dialect.name == "sqlite":
                statement = statement.replace("+00:00", ".000000")
            connection.exec_driver_sql(statement)
    schema.upgrade(world.db)
    with world.db.read.begin() as session:
        rows = {row.id: row for row in session.scalars(sa.select(InsurancePolicy))}
        assert {row.scope for row in rows.values()} == {PolicyScope.PRODUCT}
        assert {row.kind for row in rows.values()} == {PolicyKind.LIABILITY}
        assert {number: row.insurer.name for number, row in rows.items()} == {5: "某公司", 9: "某公司", 10: "第三家"}
        assert [rows[n].state for n in (5, 9, 10)] == [PolicyState.VERIFIED, PolicyState.VERIFIED, PolicyState.ENTERED]
        assert (rows[5].producer_id, rows[5].product_id, rows[5].verified_by, rows[5].entered_by) == (7, 8, 1, None)
        assert (rows[9].ended_on, rows[9].ended_how, rows[9].end_reason) == (
            date(2026, 7, 20),
            PolicyEnding.WITHDRAWN,
            "输错",
        )
        accounts = {row.login: row.insurer_id for row in session.scalars(sa.select(Account))}
        assert accounts["ines"] == rows[5].insurer_id and accounts["otto"] and accounts["chen"] is None
