"""A batch says where the county stands with an amount that is far beyond what is plausible, and why. Of those declared before
nothing was asked, so nothing waits.
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    op.add_column("batches", sa.Column("amount_state", sa.String(24)))
    op.add_column("batches", sa.Column("amount_why", sa.JSON()))
    op.add_column("batches", sa.Column("amount_at", sa.DateTime(timezone=True)))
    op.add_column("batches", sa.Column("amount_word", sa.String(1000)))
    op.create_index("ix_batches_amount_state", "batches", ["amount_state"])
