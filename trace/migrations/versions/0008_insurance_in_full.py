"""Insurers as companies, policies with kind, scope and limits, and who takes part in the pilot.

A policy of before was entered and vouched for by one officer, for one product: it keeps its number, its scope is that
product, and nobody is named as having entered it. The companies are made from the names on the policies and on the
insurers' accounts: the same name is the same company.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
AMOUNTS = ("limit_cumulative", "limit_per_incident", "limit_per_person", "premium", "subsidy_share")
RULES = {
    "validity": "valid_to >= valid_from",
    "retroactive": "retroactive_from IS NULL OR retroactive_from <= valid_from",
    "four_eyes": "entered_by IS NULL OR verified_by IS NULL OR entered_by <> verified_by",
    "verified": "(state = 'verified') = (verified_at IS NOT NULL)",
    "ended": "(ended_on IS NULL) = (ended_how IS NULL)",
    "scope": "(scope = 'producer' AND product_id IS NULL AND batch_id IS NULL)"
    " OR (scope = 'product' AND product_id IS NOT NULL AND batch_id IS NULL)"
    " OR (scope = 'batch' AND product_id IS NULL AND batch_id IS NOT NULL)",
}


def upgrade() -> None:
    before = _rows()
    op.drop_table("insurance_policies")
    companies = _companies(before)
    policies = _policies()
    if before:
        op.bulk_insert(policies, [_policy(row, companies) for row in before])
        _count_on("insurance_policies")
    _members()


def _rows() -> Sequence[sa.Row[Any]]:
    old = sa.table(
        "insurance_policies",
        *map(sa.column, ("id", "product_id", "insurer", "number", "hotline", "note", "verified_by")),
        *(sa.column(name, sa.Date()) for name in ("valid_from", "valid_to")),
        *(sa.column(name, MOMENT) for name in ("verified_at", "withdrawn_at")),
    )
    products = sa.table("products", sa.column("id"), sa.column("producer_id"))
    found = sa.select(old, products.c.producer_id).join(products, products.c.id == old.c.product_id)
    return op.get_bind().execute(found.order_by(old.c.id)).all()


def _companies(before: Sequence[sa.Row[Any]]) -> dict[str, int]:
    """The companies by name, and each insurer's account linked to its own."""
    insurers = op.create_table(
        "insurers",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("uscc", sa.String(18), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_insurers"),
        sa.UniqueConstraint("name", name="uq_insurers_name"),
        sa.UniqueConstraint("uscc", name="uq_insurers_uscc"),
    )
    # In words of SQL: Alembic would make the table anew on SQLite, and other tables point at it.
    kind = "BIGINT" if op.get_bind().dialect.name == "postgresql" else "INTEGER"
    op.execute(
        f"ALTER TABLE accounts ADD COLUMN insurer_id {kind} CONSTRAINT fk_accounts_insurer_id REFERENCES insurers (id)"
    )
    op.create_index("ix_accounts_insurer_id", "accounts", ["insurer_id"])
    accounts = sa.table("accounts", *map(sa.column, ("name", "role", "insurer_id")))
    named = op.get_bind().scalars(sa.select(accounts.c.name).where(accounts.c.role == "insurer"))
    companies = {name: number for number, name in enumerate(sorted({*named, *(row.insurer for row in before)}), 1)}
    if companies:
        op.bulk_insert(insurers, [{"id": number, "name": name} for name, number in companies.items()])
        _count_on("insurers")
    for name, number in companies.items():
        link = sa.update(accounts).where(accounts.c.role == "insurer", accounts.c.name == name)
        op.execute(link.values(insurer_id=number))
    return companies


def _policy(row: sa.Row[Any], companies: dict[str, int]) -> dict[str, Any]:
    ended = _shanghai_day(row.withdrawn_at) if row.withdrawn_at else None
    return {
        "id": row.id,
        "insurer_id": companies[row.insurer],
        "kind": "liability",
        "scope": "product",
        "producer_id": row.producer_id,
        "product_id": row.product_id,
        "number": row.number,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "hotline": row.hotline,
        "exclusions": row.note,
        "state": "verified" if row.verified_at else "entered",
        "entered_at": row.verified_at or datetime.now(UTC),
        "verified_by": row.verified_by,
        "verified_at": row.verified_at,
        "ended_on": ended,
        "ended_how": "withdrawn" if ended else None,
        "end_reason": _reason(row.id) if ended else None,
    }


def _shanghai_day(moment: datetime) -> date:
    return (moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC) + timedelta(hours=8)).date()


def _reason(number: int) -> str | None:
    """Why it was taken down, as the log tells."""
    events = sa.table("events", *map(sa.column, ("reason", "action", "object_kind", "object_id", "id")))
    told = sa.select(events.c.reason).where(
        events.c.object_kind == "insurance_policies",
        events.c.object_id == number,
        events.c.action == "insurance.withdraw",
    )
    return op.get_bind().scalar(told.order_by(events.c.id.desc()).limit(1))


def _count_on(table: str) -> None:
    """PostgreSQL counts on from the highest number there is; SQLite does so by itself."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")


def _policies() -> sa.Table:
    links = {
        "insurer_id": "insurers",
        "producer_id": "producers",
        "product_id": "products",
        "batch_id": "batches",
        "entered_by": "accounts",
        "verified_by": "accounts",
    }
    table = op.create_table(
        "insurance_policies",
        sa.Column("id", ID, nullable=False),
        sa.Column("insurer_id", ID, nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("scope", sa.String(24), nullable=False),
        sa.Column("producer_id", ID, nullable=False),
        sa.Column("product_id", ID, nullable=True),
        sa.Column("batch_id", ID, nullable=True),
        sa.Column("number", sa.String(120), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("retroactive_from", sa.Date(), nullable=True),
        *(sa.Column(name, sa.BigInteger(), nullable=True) for name in AMOUNTS),
        sa.Column("hotline", sa.String(40), nullable=True),
        sa.Column("claim_url", sa.String(300), nullable=True),
        sa.Column("exclusions", sa.String(1000), nullable=True),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("return_reason", sa.String(1000), nullable=True),
        sa.Column("entered_by", ID, nullable=True),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.Column("verified_by", ID, nullable=True),
        sa.Column("verified_at", MOMENT, nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_how", sa.String(24), nullable=True),
        sa.Column("end_reason", sa.String(1000), nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_insurance_policies_{name}")) for name, rule in RULES.items()),
        *(
            sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_insurance_policies_{column}")
            for column, other in links.items()
        ),
        sa.PrimaryKeyConstraint("id", name="pk_insurance_policies"),
    )
    for name in ("producer_id", "product_id", "batch_id"):
        op.create_index(f"ix_insurance_policies_{name}", "insurance_policies", [name])
    op.create_index("ix_insurance_policies_insurer_id_number", "insurance_policies", ["insurer_id", "number"])
    return table


def _members() -> None:
    op.create_table(
        "pilot_members",
        sa.Column("id", ID, nullable=False),
        sa.Column("product_id", ID, nullable=True),
        sa.Column("brand_id", ID, nullable=True),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("left_reason", sa.String(1000), nullable=True),
        sa.CheckConstraint("(product_id IS NULL) <> (brand_id IS NULL)", name=op.f("ck_pilot_members_one_subject")),
        sa.CheckConstraint("left_on IS NULL OR left_on >= joined_on", name=op.f("ck_pilot_members_days")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name="fk_pilot_members_product_id"),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name="fk_pilot_members_brand_id"),
        sa.PrimaryKeyConstraint("id", name="pk_pilot_members"),
    )
    for name in ("product_id", "brand_id"):
        op.create_index(f"ix_pilot_members_{name}", "pilot_members", [name])
