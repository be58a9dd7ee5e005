"""People are told of what concerns them: a line of the inbox for each act and account, and what of it is mailed."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
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
    op.create_table(
        "calendar_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_calendar_days"),
    )
    _mail()


def _mail() -> None:
    op.create_table(
        "mail_addresses",
        sa.Column("account_id", ID, nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", MOMENT),
        sa.Column("since", MOMENT),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_mail_addresses_account_id"),
        sa.PrimaryKeyConstraint("account_id", name="pk_mail_addresses"),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("notification_id", ID),
        sa.Column("channel", sa.String(24), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("failure", sa.String(300)),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_deliveries_account_id"),
        sa.ForeignKeyConstraint(["notification_id"], ["notifications.id"], name="fk_deliveries_notification_id"),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint("notification_id", "channel", name="uq_deliveries_notification_id_channel"),
    )
    op.create_index("ix_deliveries_state_due_at", "deliveries", ["state", "due_at"])
    op.create_index("ix_deliveries_account_id_created_at", "deliveries", ["account_id", "created_at"])
