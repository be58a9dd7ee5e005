"""Each version of the record tells what it changed, so that a reader drops that and nothing else."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.create_table(
        "record_changes",
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("object_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("version", "kind", "object_id", name="pk_record_changes"),
    )
    op.add_column("record_version", sa.Column("swept", sa.BigInteger(), server_default="0", nullable=False))
    op.execute("UPDATE record_version SET swept = version")  # what the versions before changed is not known
