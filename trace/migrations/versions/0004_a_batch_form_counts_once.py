"""The form a batch was declared with: sent twice, it makes one batch."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("batches", sa.Column("idempotency_key", sa.String(64), nullable=True))
    columns = ["producer_id", "idempotency_key"]
    op.create_index("ix_batches_producer_id_idempotency_key", "batches", columns, unique=True)
