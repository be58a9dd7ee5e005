"""An account can have a code that sets a new password, once and until a day."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.add_column("accounts", sa.Column("reset_mark", sa.String(64)))
    op.add_column("accounts", sa.Column("reset_until", sa.DateTime(timezone=True)))
