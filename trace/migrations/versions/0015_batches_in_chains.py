"""How batches become one another, where they went, and recalls of many in one act."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
LEDGER = "used >= 0 AND used + reserved * pack_size <= quantity"


def upgrade() -> None:
    _acts()
    _batches_have_a_ledger()
    _links()
    _shipments()
    _recalls()


def _batches_have_a_ledger() -> None:
    op.add_column("plots", sa.Column("kind", sa.String(24), server_default="field", nullable=False))
    op.add_column("batches", sa.Column("origin", sa.String(24), server_default="harvest", nullable=False))
    op.add_column("batches", sa.Column("supplier", sa.String(120)))
    op.add_column("batches", sa.Column("supplier_lot", sa.String(120)))
    if op.get_bind().dialect.name == "sqlite":  # which takes constraints of the table only with the column
        op.execute(
            "ALTER TABLE batches ADD COLUMN act_id INTEGER CONSTRAINT fk_batches_act_id REFERENCES chain_acts (id)"
        )
        op.execute(
            "ALTER TABLE batches ADD COLUMN used BIGINT DEFAULT '0' NOT NULL "
            f"CONSTRAINT ck_batches_ledger CHECK ({LEDGER})"
        )
        op.create_index("ix_batches_act_id", "batches", ["act_id"])
        return
    op.add_column("batches", sa.Column("act_id", ID, sa.ForeignKey("chain_acts.id"), index=True))
    op.add_column("batches", sa.Column("used", sa.BigInteger, server_default="0", nullable=False))
    op.create_check_constraint(op.f("ck_batches_ledger"), "batches", LEDGER)


def _acts() -> None:
    op.create_table(
        "chain_acts",
        sa.Column("id", ID, primary_key=True),
        sa.Column("producer_id", ID, sa.ForeignKey("producers.id"), nullable=False, index=True),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("note", sa.String(1000), nullable=False),
        sa.Column("idempotency_key", sa.String(64)),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("producer_id", "idempotency_key"),
    )


def _links() -> None:
    op.create_table(
        "batch_links",
        sa.Column("id", ID, primary_key=True),
        sa.Column("act_id", ID, sa.ForeignKey("chain_acts.id"), nullable=False),
        sa.Column("from_id", ID, sa.ForeignKey("batches.id"), nullable=False, index=True),
        sa.Column("to_id", ID, sa.ForeignKey("batches.id"), nullable=False, index=True),
        sa.Column("taken", sa.BigInteger, nullable=False),
        sa.Column("loss", sa.BigInteger, nullable=False),
        sa.Column("factor", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("act_id", "from_id", "to_id"),
        sa.CheckConstraint("taken > 0 AND loss >= 0 AND loss <= taken", name="amounts"),
        sa.CheckConstraint("factor > 0", name="factor"),
        sa.CheckConstraint("from_id <> to_id", name="itself"),
    )


def _shipments() -> None:
    op.create_table(
        "shipments",
        sa.Column("id", ID, primary_key=True),
        sa.Column("batch_id", ID, sa.ForeignKey("batches.id"), nullable=False, index=True),
        sa.Column("customer", sa.String(120), nullable=False),
        sa.Column("place", sa.String(120), nullable=False),
        sa.Column("to_producer_id", ID, sa.ForeignKey("producers.id"), index=True),
        sa.Column("shipped_on", sa.Date, nullable=False),
        sa.Column("quantity", sa.BigInteger, nullable=False),
        sa.Column("first", sa.BigInteger),
        sa.Column("count", sa.BigInteger),
        sa.Column("idempotency_key", sa.String(64)),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True)),
        sa.Column("received_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("batch_id", "idempotency_key"),
        sa.CheckConstraint("quantity > 0", name="quantity"),
        sa.CheckConstraint(
            "(first IS NULL) = (count IS NULL) AND (first IS NULL OR first >= 0 AND count > 0)", name="packs"
        ),
    )


def _recalls() -> None:
    op.create_table(
        "recall_acts",
        sa.Column("id", ID, primary_key=True),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("cause", sa.String(120), nullable=False),
        sa.Column("reason", sa.String(1000), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_name", sa.String(120), nullable=False),
        sa.Column("batches", sa.BigInteger, nullable=False),
        sa.Column("units", sa.BigInteger, nullable=False),
        sa.Column("scans", sa.BigInteger, nullable=False),
        sa.Column("milliseconds", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "recall_lines",
        sa.Column("recall_id", ID, sa.ForeignKey("recall_acts.id"), primary_key=True),
        sa.Column("batch_id", ID, sa.ForeignKey("batches.id"), primary_key=True, index=True),
        sa.Column("depth", sa.Integer, nullable=False),
        sa.Column("changed", sa.Boolean, nullable=False),
    )
    op.create_table(
        "notices",
        sa.Column("id", ID, primary_key=True),
        sa.Column("producer_id", ID, sa.ForeignKey("producers.id"), nullable=False),
        sa.Column("recall_id", ID, sa.ForeignKey("recall_acts.id"), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("producer_id", "recall_id"),
    )
