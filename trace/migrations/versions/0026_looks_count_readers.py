"""The total of a pack counts readers and days, and a look within half an hour of the same reader's is no further one.

On SQLite the totals lie in `looks.db`, which `yipin db upgrade` brings up to date by itself (`looks_file.upgrade`).
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

FILL = """
UPDATE unit_scans SET scans = c.scans, readers = c.readers, days = c.days FROM (
    SELECT batch_id, ordinal, sum(fresh) AS scans, count(DISTINCT client) AS readers, count(DISTINCT day) AS days FROM (
        SELECT batch_id, ordinal, client, (at AT TIME ZONE 'Asia/Shanghai')::date AS day,
            CASE WHEN at - lag(at) OVER (PARTITION BY batch_id, ordinal, client ORDER BY at) <= interval '30 minutes'
                THEN 0 ELSE 1 END AS fresh
        FROM scans WHERE visitor = 'person'
    ) looks GROUP BY batch_id, ordinal
) c WHERE unit_scans.batch_id = c.batch_id AND unit_scans.ordinal = c.ordinal
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        return
    for name in ("readers", "days"):
        op.add_column("unit_scans", sa.Column(name, sa.BigInteger(), nullable=False, server_default="1"))
    op.execute(FILL)
    for name in ("readers", "days"):
        op.alter_column("unit_scans", name, server_default=None)
