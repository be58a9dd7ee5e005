"""Complaints of consumers and the credit record of producers."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _notes()
    _complaints()
    _credit()


def _notes() -> None:
    op.create_table(
        "case_notes",
        sa.Column("id", ID, nullable=False),
        sa.Column("object_kind", sa.String(40), nullable=False),
        sa.Column("object_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author_id", ID, nullable=True),
        sa.Column("to_sender", sa.Boolean(), nullable=False),
        sa.Column("text", sa.String(1000), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["accounts.id"], name="fk_case_notes_author_id"),
        sa.PrimaryKeyConstraint("id", name="pk_case_notes"),
    )
    op.create_index("ix_case_notes_object", "case_notes", ["object_kind", "object_id"])


def _complaints() -> None:
    op.create_table(
        "complaints",
        sa.Column("id", ID, nullable=False),
        sa.Column("number", sa.String(8), nullable=False),
        sa.Column("form_key", sa.String(64), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handler_id", ID, nullable=True),
        sa.Column("contact_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("contact_mark", sa.String(64), nullable=False),
        sa.Column("contact_gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("what", sa.String(1000), nullable=False),
        sa.Column("code", sa.String(400), nullable=False),
        sa.Column("verdict", sa.String(24), nullable=True),
        sa.Column("verdict_reason", sa.String(1000), nullable=True),
        sa.Column("batch_id", ID, nullable=True),
        sa.Column("product_id", ID, nullable=True),
        sa.Column("ordinal", sa.BigInteger(), nullable=True),
        sa.Column("county", sa.String(6), nullable=True),
        sa.Column("place_county", sa.String(6), nullable=True),
        sa.Column("place", sa.String(120), nullable=False),
        sa.Column("platform", sa.String(24), nullable=False),
        sa.Column("shop", sa.String(120), nullable=False),
        sa.Column("link", sa.String(1000), nullable=False),
        sa.Column("outcome", sa.String(24), nullable=True),
        sa.Column("outcome_reason", sa.String(1000), nullable=True),
        sa.Column("against_producer", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["handler_id"], ["accounts.id"], name="fk_complaints_handler_id"),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name="fk_complaints_batch_id"),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name="fk_complaints_product_id"),
        sa.PrimaryKeyConstraint("id", name="pk_complaints"),
        sa.UniqueConstraint("number", name="uq_complaints_number"),
        sa.UniqueConstraint("form_key", name="uq_complaints_form_key"),
    )
    op.create_index("ix_complaints_state_county_due_on", "complaints", ["state", "county", "due_on"])
    op.create_index("ix_complaints_batch_id", "complaints", ["batch_id"])
    op.create_index("ix_complaints_product_id", "complaints", ["product_id"])


def _credit() -> None:
    op.create_table(
        "credit_entries",
        sa.Column("id", ID, nullable=False),
        sa.Column("producer_id", ID, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("source", sa.String(120), nullable=False),
        sa.Column("what", sa.String(1000), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by", ID, nullable=True),
        sa.Column("counters_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["producer_id"], ["producers.id"], name="fk_credit_entries_producer_id"),
        sa.ForeignKeyConstraint(["entered_by"], ["accounts.id"], name="fk_credit_entries_entered_by"),
        sa.ForeignKeyConstraint(["counters_id"], ["credit_entries.id"], name="fk_credit_entries_counters_id"),
        sa.PrimaryKeyConstraint("id", name="pk_credit_entries"),
        sa.UniqueConstraint("counters_id", name="uq_credit_entries_counters_id"),
    )
    op.create_index("ix_credit_entries_producer_id_day", "credit_entries", ["producer_id", "day"])
    op.create_table(
        "credit_answers",
        sa.Column("id", ID, nullable=False),
        sa.Column("producer_id", ID, nullable=False),
        sa.Column("object_kind", sa.String(40), nullable=False),
        sa.Column("object_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", ID, nullable=True),
        sa.Column("text", sa.String(1000), nullable=False),
        sa.ForeignKeyConstraint(["producer_id"], ["producers.id"], name="fk_credit_answers_producer_id"),
        sa.ForeignKeyConstraint(["by"], ["accounts.id"], name="fk_credit_answers_by"),
        sa.PrimaryKeyConstraint("id", name="pk_credit_answers"),
    )
    op.create_index("ix_credit_answers_producer_id", "credit_answers", ["producer_id"])
