"""A picture of a product is reviewed as the product is: by the county, then by the city. One more may wait beside the approved.

No officer was shown the pictures that are there, so all of them wait for review. And what forms sent today is kept, so that
the same content sent again is asked about.
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
SUBMITTED = "(SELECT submitted_at FROM products WHERE products.id = product_id)"


def upgrade() -> None:
    with op.batch_alter_table("product_pictures") as table:
        table.add_column(sa.Column("state", sa.String(24), nullable=False, server_default="submitted"))
        table.add_column(sa.Column("return_reason", sa.String(1000)))
        table.add_column(sa.Column("submitted_at", MOMENT))
        table.add_column(sa.Column("county_approved_by", ID))
        table.add_column(sa.Column("approved_at", MOMENT))
        table.create_foreign_key("fk_product_pictures_county_approved_by", "accounts", ["county_approved_by"], ["id"])
        table.drop_constraint("pk_product_pictures", type_="primary")
        table.create_primary_key("pk_product_pictures", ["product_id", "mark"])
    op.execute(f"UPDATE product_pictures SET submitted_at = {SUBMITTED}")
    with op.batch_alter_table("product_pictures") as table:
        table.alter_column("submitted_at", existing_type=MOMENT, nullable=False)
        table.alter_column("state", existing_type=sa.String(24), server_default=None)
    op.create_table(
        "sent_forms",
        sa.Column("who", sa.String(40), nullable=False),
        sa.Column("mark", sa.String(64), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("who", "mark", name="pk_sent_forms"),
    )
    op.create_index("ix_sent_forms_at", "sent_forms", ["at"])
