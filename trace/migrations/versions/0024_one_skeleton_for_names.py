"""Producers, products, brands, log-ins and their kind have the skeleton of their name beside it, and all skeletons are made
again: traditional, variant and look-alike characters now count as one. A product knows who approved it for the county."""

import sqlalchemy as sa
from alembic import op

from yipin.migrations.normal_forms import changeable_entries, fill

revision = "0024"
down_revision = "0023"

OF_BEFORE = {
    "farm_entries": ("crop", "input_name", "registration", "lot"),
    "farm_inputs": ("name", "registration", "crop"),
    "inspection_items": ("name",),
    "batches": ("supplier", "supplier_lot"),
}
NEW = {
    "producers": "name",
    "plots": "name",
    "attached_farmers": "name",
    "brands": "name",
    "products": "name",
    "accounts": "login",
    "insurers": "name",
    "label_stocks": "name",
    "label_printers": "name",
}
INDEXED = ("producers", "brands", "accounts", "insurers")


def upgrade() -> None:
    for table, name in NEW.items():
        op.add_column(table, sa.Column(f"{name}_normal", sa.String(1000), server_default=sa.text("''"), nullable=False))
        fill(table, (name,))
    for table in INDEXED:
        op.create_index(f"ix_{table}_{NEW[table]}_normal", table, [f"{NEW[table]}_normal"])
    op.create_index("ix_products_producer_id_name_normal", "products", ["producer_id", "name_normal"])
    with changeable_entries():
        for table, names in OF_BEFORE.items():
            fill(table, names)
    _who_approved_for_the_county()


def _who_approved_for_the_county() -> None:
    """Of the products that wait for the city, the last event tells who it was."""
    if op.get_bind().dialect.name == "sqlite":  # which takes a reference only with its column
        op.execute(
            "ALTER TABLE products ADD COLUMN county_approved_by INTEGER "
            "CONSTRAINT fk_products_county_approved_by REFERENCES accounts (id)"
        )
    else:
        op.add_column("products", sa.Column("county_approved_by", sa.BigInteger, sa.ForeignKey("accounts.id")))
    op.execute(
        "UPDATE products SET county_approved_by = (SELECT actor_id FROM events WHERE object_kind = 'products' "
        "AND object_id = products.id AND action = 'product.approve_county' ORDER BY events.id DESC LIMIT 1) "
        "WHERE state = 'county_approved'"
    )
