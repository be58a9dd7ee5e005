"""A range of codes is of one kind: signed, or tiny for stickers."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("code_ranges", sa.Column("kind", sa.String(24), nullable=False, server_default="full"))
