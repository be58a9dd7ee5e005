"""Plots are archived, and a batch keeps the place and the attached farmer's name that it showed when it came to be: its plot and its
farmer may be mended after it. What batches show today is kept for them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0032"

OF_PLOT = "(SELECT place FROM plots WHERE plots.id = batches.plot_id)"
OF_FARMER = "(SELECT name FROM attached_farmers WHERE attached_farmers.id = batches.attached_farmer_id)"


def upgrade() -> None:
    op.add_column("plots", sa.Column("archived_at", sa.DateTime(timezone=True)))
    op.add_column("batches", sa.Column("place", sa.String(120), nullable=False, server_default=sa.text("''")))
    op.add_column("batches", sa.Column("farmer_name", sa.String(120)))
    op.execute(f"UPDATE batches SET place = {OF_PLOT}, farmer_name = {OF_FARMER}")
