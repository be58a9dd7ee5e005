"""Plots are archived, and a batch keeps the place and the attached farmer's name that it showed when it came to be: its plot and its
farmer may be mended after it. What batches show today is kept for them. A new description of an approved product waits for review.
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
OF_PLOT = "(SELECT place FROM plots WHERE plots.id = batches.plot_id)"
OF_FARMER = "(SELECT name FROM attached_farmers WHERE attached_farmers.id = batches.attached_farmer_id)"


def upgrade() -> None:
    op.add_column("plots", sa.Column("archived_at", MOMENT))
    op.add_column("batches", sa.Column("place", sa.String(120), nullable=False, server_default=sa.text("''")))
    op.add_column("batches", sa.Column("farmer_name", sa.String(120)))
    op.execute(f"UPDATE batches SET place = {OF_PLOT}, farmer_name = {OF_FARMER}")
    op.create_table(
        "product_texts",
        sa.Column("id", ID, nullable=False),
        sa.Column("product_id", ID, nullable=False),
        sa.Column("description", sa.String(1000), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("return_reason", sa.String(1000)),
        sa.Column("submitted_at", MOMENT, nullable=False),
        sa.Column("county_approved_by", ID),
        sa.Column("approved_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_product_texts"),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name="fk_product_texts_product_id"),
        sa.ForeignKeyConstraint(["county_approved_by"], ["accounts.id"], name="fk_product_texts_county_approved_by"),
        sa.UniqueConstraint("product_id", name="uq_product_texts_product_id"),
    )
