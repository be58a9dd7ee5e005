"""Names of inputs, crops, suppliers and lots have their normal form beside them, and are compared by it.

The form is the program's own (`yipin.names`): what is stored must be what the program compares with. Whoever changes that
function writes a migration that fills these columns again.
"""

import sqlalchemy as sa
from alembic import op

from yipin.migrations.normal_forms import changeable_entries, fill

revision = "0018"
down_revision = "0017"

NEEDED = {
    "farm_entries": ("crop",),
    "farm_inputs": ("name", "registration", "crop"),
    "inspection_items": ("name",),
    "batches": (),
}
OPTIONAL = {"farm_entries": ("input_name", "registration", "lot"), "batches": ("supplier", "supplier_lot")}
INDEXED = {"farm_entries": ("input_name", "lot"), "farm_inputs": ("name",), "batches": ("supplier", "supplier_lot")}


def upgrade() -> None:
    with changeable_entries():
        for table in NEEDED:
            _normal_forms_of(table)
    op.drop_index("ix_farm_entries_lot", "farm_entries")  # lots are searched by their normal form


def _normal_forms_of(table: str) -> None:
    needed, optional = NEEDED[table], OPTIONAL.get(table, ())
    for name in needed:
        op.add_column(table, sa.Column(f"{name}_normal", sa.String(1000), server_default=sa.text("''"), nullable=False))
    for name in optional:
        op.add_column(table, sa.Column(f"{name}_normal", sa.String(1000)))
    fill(table, (*needed, *optional))
    for name in INDEXED.get(table, ()):
        op.create_index(f"ix_{table}_{name}_normal", table, [f"{name}_normal"])
