"""A record knows the data directory that it belongs to. The marks are entered when that directory is next opened."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.create_table(
        "fingerprints",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("mark", sa.String(64), nullable=False),
    )
