"""A run's codes may be given out as a list, under a password shown once; all labels of a run may be void."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("print_runs", sa.Column("given_out", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("print_runs", sa.Column("password_shown_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("print_runs", sa.Column("void_reason", sa.String(1000), nullable=True))
