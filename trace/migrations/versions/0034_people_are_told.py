"""People are told of what concerns them: a line of the inbox for each act and account."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0032"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
UNREAD = sa.text("read_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "notifications",
        sa.Column("id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("event_id", ID, nullable=False),
        sa.Column("read_at", MOMENT),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_notifications_account_id"),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name="fk_notifications_event_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notifications"),
        sa.UniqueConstraint("account_id", "event_id", name="uq_notifications_account_id_event_id"),
    )
    op.create_index(
        "ix_notifications_unread", "notifications", ["account_id"], sqlite_where=UNREAD, postgresql_where=UNREAD
    )
    op.create_index("ix_accounts_role_county", "accounts", ["role", "county"])
