"""The log of who came in and who was refused at the door."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "access_log",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("account_id", ID),
        sa.Column("browser", sa.String(80), nullable=False),
        sa.Column("network", sa.String(64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_access_log_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_access_log"),
    )
    op.create_index("ix_access_log_account_id", "access_log", ["account_id"])
    op.create_index("ix_access_log_at", "access_log", ["at"])
    op.create_index("ix_access_log_refusals", "access_log", ["kind", "network", "account_id", "at"])
