"""A producer has people of three kinds. Whoever acted for one until now is its owner; others come by an invitation."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("accounts", sa.Column("position", sa.String(24)))
    op.execute("UPDATE accounts SET position = 'owner' WHERE role = 'producer'")
    op.create_table(
        "invitations",
        sa.Column("id", ID, nullable=False),
        sa.Column("producer_id", ID, nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("position", sa.String(24), nullable=False),
        sa.Column("mark", sa.String(64), nullable=False),
        sa.Column("made_by", ID, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT),
        sa.Column("withdrawn_at", MOMENT),
        sa.ForeignKeyConstraint(["producer_id"], ["producers.id"], name="fk_invitations_producer_id"),
        sa.ForeignKeyConstraint(["made_by"], ["accounts.id"], name="fk_invitations_made_by"),
        sa.PrimaryKeyConstraint("id", name="pk_invitations"),
        sa.UniqueConstraint("mark", name="uq_invitations_mark"),
    )
    op.create_index("ix_invitations_producer_id", "invitations", ["producer_id"])
