"""What people are told may be posted to a web hook of their own, and sent as a text message by the bureau's gateway."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "phone_numbers",
        sa.Column("account_id", ID, nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", MOMENT),
        sa.Column("since", MOMENT),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_phone_numbers_account_id"),
        sa.PrimaryKeyConstraint("account_id", name="pk_phone_numbers"),
    )
    op.create_table(
        "web_hooks",
        sa.Column("account_id", ID, nullable=False),
        sa.Column("url", sa.String(500), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("since", MOMENT),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_web_hooks_account_id"),
        sa.PrimaryKeyConstraint("account_id", name="pk_web_hooks"),
    )
