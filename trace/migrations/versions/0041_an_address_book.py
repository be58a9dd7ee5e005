"""A producer has an address book of its customers and suppliers; what it ships or buys leads to the entry, and a shipment keeps the
telephone that was written with it."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "partners",
        sa.Column("id", ID, nullable=False),
        sa.Column("producer_id", ID, nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("uscc", sa.String(18)),
        sa.Column("phone", sa.String(20)),
        sa.Column("note", sa.String(1000), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("archived_at", MOMENT),
        sa.Column("name_normal", sa.String(1000), nullable=False, server_default=sa.text("''")),
        sa.ForeignKeyConstraint(["producer_id"], ["producers.id"], name="fk_partners_producer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_partners"),
        sa.UniqueConstraint("producer_id", "name_normal", name="uq_partners_producer_id_name_normal"),
    )
    op.add_column("shipments", sa.Column("phone", sa.String(20)))
    for table in ("shipments", "batches"):
        _lead_to_partners(table)
        op.create_index(f"ix_{table}_partner_id", table, ["partner_id"])


def _lead_to_partners(table: str) -> None:
    key = f"fk_{table}_partner_id"
    if op.get_bind().dialect.name == "sqlite":  # which takes a reference only with its column
        op.execute(f"ALTER TABLE {table} ADD COLUMN partner_id INTEGER CONSTRAINT {key} REFERENCES partners (id)")
        return
    op.add_column(table, sa.Column("partner_id", ID, sa.ForeignKey("partners.id", name=key)))
