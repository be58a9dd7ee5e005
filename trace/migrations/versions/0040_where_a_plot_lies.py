"""A plot may say where it lies: degrees of WGS-84 in hundred-thousandths, and from where they came."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"


def upgrade() -> None:
    op.add_column("plots", sa.Column("latitude", sa.Integer()))
    op.add_column("plots", sa.Column("longitude", sa.Integer()))
    op.add_column("plots", sa.Column("position_from", sa.String(24)))
