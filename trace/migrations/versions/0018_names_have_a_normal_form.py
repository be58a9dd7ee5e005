"""Names of inputs, crops, suppliers and lots have their normal form beside them, and are compared by it.

The form is the program's own (`yipin.names`): what is stored must be what the program compares with. Whoever changes that
function writes a migration that fills these columns again.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from yipin.names import normal_form

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
REFUSAL = "the farm record is append-only"
AT_ONCE = 1000  # rows


def upgrade() -> None:
    _entries_can_be_changed()
    for table, needed in NEEDED.items():
        optional = OPTIONAL.get(table, ())
        for name in needed:
            op.add_column(
                table, sa.Column(f"{name}_normal", sa.String(1000), server_default=sa.text("''"), nullable=False)
            )
        for name in optional:
            op.add_column(table, sa.Column(f"{name}_normal", sa.String(1000)))
        _fill(table, (*needed, *optional))
        for name in INDEXED.get(table, ()):
            op.create_index(f"ix_{table}_{name}_normal", table, [f"{name}_normal"])
    op.drop_index("ix_farm_entries_lot", "farm_entries")  # lots are searched by their normal form
    _entries_are_append_only()


def _fill(name: str, columns: tuple[str, ...]) -> None:
    """A thousand rows at a time, in the order of their numbers; rows without any of the names stay as they are."""
    normal = [f"{column}_normal" for column in columns]
    table = sa.table(
        name, sa.column("id", sa.BigInteger), *(sa.column(each, sa.String) for each in (*columns, *normal))
    )
    said = sa.select(table.c.id, *(table.c[each] for each in columns)).order_by(table.c.id).limit(AT_ONCE)
    said = said.where(sa.or_(*(table.c[each].is_not(None) for each in columns)))
    change = sa.update(table).where(table.c.id == sa.bindparam("row"))
    change = change.values({each: sa.bindparam(each) for each in normal})
    last = 0
    while rows := op.get_bind().execute(said.where(table.c.id > last)).all():
        op.get_bind().execute(change, [_values(row, normal) for row in rows])
        last = rows[-1].id


def _values(row: Sequence[object], normal: list[str]) -> dict[str, object]:
    forms = (None if name is None else normal_form(str(name)) for name in row[1:])
    return {"row": row[0], **dict(zip(normal, forms, strict=True))}


def _entries_can_be_changed() -> None:
    """The database refuses every change of the record; this one adds to it, and changes no word."""
    table = "" if op.get_bind().dialect.name == "sqlite" else " ON farm_entries"
    op.execute(f"DROP TRIGGER farm_entries_no_update{table}")


def _entries_are_append_only() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER farm_entries_no_update BEFORE UPDATE ON farm_entries "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
        return
    op.execute(
        "CREATE TRIGGER farm_entries_no_update BEFORE UPDATE ON farm_entries "
        "FOR EACH ROW EXECUTE PROCEDURE refuse_farm_change()"
    )
