"""Each unit's readers have a row each and day, so that a look at a pack which many people scan costs no more than another.

On SQLite the rows lie in `looks.db`, which `yipin db upgrade` brings up to date by itself (`looks_file.upgrade`).
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"

FILL = """
INSERT INTO unit_readers (batch_id, ordinal, client, at)
SELECT batch_id, ordinal, client, max(at) FROM scans
WHERE visitor = 'person' AND at >= (SELECT max(at) FROM scans) - interval '8 days' GROUP BY batch_id, ordinal, client
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        return
    op.create_table(
        "unit_readers",
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("ordinal", sa.BigInteger(), nullable=False),
        sa.Column("client", sa.String(16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("batch_id", "ordinal", "client", name="pk_unit_readers"),
    )
    op.execute(FILL)
    op.create_index("ix_unit_readers_at", "unit_readers", ["batch_id", "ordinal", "at"])
