"""After a restore the record keeps what only the public log still tells of labels and of batches whose rows were lost."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"

TOLD = ("issued", "planned", "released", "declared", "on_sale", "on_hold", "recalled", "withdrawn")


def upgrade() -> None:
    op.create_table(
        "recovered_lines",
        sa.Column("leaf", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.String(16), nullable=False),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite")),
        sa.Column("told", sa.Enum(*TOLD, name="told", native_enum=False, length=24), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(1000)),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name="fk_recovered_lines_batch_id"),
        sa.PrimaryKeyConstraint("leaf", name="pk_recovered_lines"),
    )
    op.create_index("ix_recovered_lines_batch_id", "recovered_lines", ["batch_id"])
    op.create_index("ix_recovered_lines_number", "recovered_lines", ["number"])
