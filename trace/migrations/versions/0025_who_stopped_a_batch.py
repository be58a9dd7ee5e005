"""A batch says who stopped it: an officer, or the program by the farm's record or by a test.

Of batches that are held already, it was the program where a case about a doubt that holds has the same words; a failed test is
told by the inspection of the same report. Every other stop was an officer's.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0023"


def upgrade() -> None:
    op.add_column("batches", sa.Column("stopped_by", sa.String(24)))
    op.execute("UPDATE batches SET stopped_by = 'officer' WHERE state <> 'on_sale'")
    op.execute(
        "UPDATE batches SET stopped_by = 'record' WHERE state = 'on_hold' AND EXISTS "
        "(SELECT 1 FROM farm_cases c WHERE c.held AND c.decided_at IS NULL AND substr(c.why, 1, 300) = batches.state_reason)"
    )
    op.execute(
        "UPDATE batches SET stopped_by = 'test' WHERE stopped_by = 'record' AND EXISTS "
        "(SELECT 1 FROM inspections i WHERE NOT i.passed AND batches.state_reason LIKE '%' || i.report_number || '）' "
        "AND batches.state_reason LIKE '检测不合格：%')"
    )
