"""Fills the columns that hold names in their normal form, with what the program of today compares by (`yipin.names`)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

from yipin.names import normal_form

REFUSAL = "the farm record is append-only"
AT_ONCE = 1000  # rows


def fill(name: str, columns: Sequence[str]) -> None:
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


@contextmanager
def changeable_entries() -> Iterator[None]:
    """Inside, the farm's record can be changed: the database refuses it otherwise. What is filled changes no word of it."""
    table = "" if op.get_bind().dialect.name == "sqlite" else " ON farm_entries"
    op.execute(f"DROP TRIGGER farm_entries_no_update{table}")
    yield
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
