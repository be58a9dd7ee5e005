"""A product may have a barcode of shops (EAN-13), by which anybody finds it."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    op.add_column("products", sa.Column("barcode", sa.String(13)))
    op.create_index("ix_products_barcode", "products", ["barcode"])
    op.create_index("uq_products_producer_id_barcode", "products", ["producer_id", "barcode"], unique=True)
