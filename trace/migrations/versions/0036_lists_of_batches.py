"""The lists of batches, of a county and of the whole city, are read in the order in which they are shown."""

from alembic import op

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    op.create_index("ix_batches_declared_at_id", "batches", ["declared_at", "id"])
    op.create_index("ix_batches_county_declared_at", "batches", ["county", "declared_at"])
