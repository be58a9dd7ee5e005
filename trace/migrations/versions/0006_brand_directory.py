"""Brands with levels, holders, licences and seasons; batches say whose name they may carry."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
TEXT = sa.String(1000)


def upgrade() -> None:
    _brands()
    _history()
    _licences()
    _reference("batches", "brand_id", "brands")
    op.create_index("ix_batches_brand_id", "batches", ["brand_id"])
    op.add_column("batches", sa.Column("brand_reason", TEXT, nullable=True))
    # What was declared before there were licences keeps the name that is printed on it.
    op.execute("UPDATE batches SET brand_id = (SELECT brand_id FROM products WHERE products.id = batches.product_id)")


def _brands() -> None:
    for name, kind in (
        ("plain_name", sa.String(120)),
        ("holder", sa.String(120)),
        ("holder_source", TEXT),
        ("season_from", sa.String(5)),
        ("season_to", sa.String(5)),
        ("season_source", TEXT),
        ("recognised_on", sa.Date()),
        ("submitted_at", MOMENT),
        ("verified_at", MOMENT),
        ("return_reason", TEXT),
    ):
        op.add_column("brands", sa.Column(name, kind, nullable=True))
    _reference("brands", "producer_id", "producers")
    _reference("brands", "verified_by", "accounts")
    op.create_index("ix_brands_producer_id", "brands", ["producer_id"])


def _reference(table: str, column: str, other: str) -> None:
    """A column that names a row of another table; SQLite knows no other way to add one to a table that is there."""
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind} CONSTRAINT fk_{table}_{column} REFERENCES {other} (id)")


def _history() -> None:
    op.create_table(
        "brand_levels",
        sa.Column("id", ID, nullable=False),
        sa.Column("brand_id", ID, nullable=False),
        sa.Column("level", sa.String(24), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name="fk_brand_levels_brand_id"),
        sa.PrimaryKeyConstraint("id", name="pk_brand_levels"),
    )
    op.create_index("ix_brand_levels_brand_id", "brand_levels", ["brand_id"])
    op.create_table(
        "brand_selections",
        sa.Column("id", ID, nullable=False),
        sa.Column("brand_id", ID, nullable=False),
        sa.Column("list", sa.String(24), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name="fk_brand_selections_brand_id"),
        sa.PrimaryKeyConstraint("id", name="pk_brand_selections"),
        sa.UniqueConstraint("brand_id", "list", "year", name="uq_brand_selections_brand_id_list_year"),
    )


def _licences() -> None:
    op.create_table(
        "brand_licences",
        sa.Column("id", ID, nullable=False),
        sa.Column("brand_id", ID, nullable=False),
        sa.Column("producer_id", ID, nullable=False),
        sa.Column("number", sa.String(120), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("applied_at", MOMENT, nullable=True),
        sa.Column("granted_at", MOMENT, nullable=True),
        sa.Column("granted_by", ID, nullable=True),
        sa.Column("return_reason", TEXT, nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_reason", TEXT, nullable=True),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name="fk_brand_licences_brand_id"),
        sa.ForeignKeyConstraint(["producer_id"], ["producers.id"], name="fk_brand_licences_producer_id"),
        sa.ForeignKeyConstraint(["granted_by"], ["accounts.id"], name="fk_brand_licences_granted_by"),
        sa.PrimaryKeyConstraint("id", name="pk_brand_licences"),
    )
    op.create_index("ix_brand_licences_brand_id_producer_id", "brand_licences", ["brand_id", "producer_id"])
    op.create_index("ix_brand_licences_producer_id", "brand_licences", ["producer_id"])
