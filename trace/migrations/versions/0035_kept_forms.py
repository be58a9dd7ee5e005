"""A form that comes when the session of its sender is over is kept sealed for an hour."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "kept_forms",
        sa.Column("mark", sa.String(64), nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("path", sa.String(1_000), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_kept_forms_account_id"),
        sa.PrimaryKeyConstraint("mark", name="pk_kept_forms"),
    )
    op.create_index("ix_kept_forms_account_id", "kept_forms", ["account_id"])
    op.create_index("ix_kept_forms_at", "kept_forms", ["at"])
