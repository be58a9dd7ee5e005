"""Where a reader is stands beside its pseudonym; the bureau's tables of networks, packs that shops sold, and packs whose label may
have been copied have tables.

On SQLite the readers lie in `looks.db`, which `yipin db upgrade` brings up to date by itself (`looks_file.upgrade`).
"""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.add_column("unit_readers", sa.Column("region", sa.String(20), nullable=False, server_default=""))
    op.create_table(
        "network_lists",
        sa.Column("id", ID, nullable=False),
        sa.Column("uploaded_at", MOMENT, nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.UnicodeText(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_network_lists"),
    )
    op.create_table(
        "sold_units",
        *_unit("sold_units"),
        sa.Column("producer_id", ID, nullable=False),
        sa.Column("county", sa.String(6), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("undone_at", MOMENT),
        sa.ForeignKeyConstraint(["producer_id"], ["producers.id"], name="fk_sold_units_producer_id"),
    )
    op.create_index("ix_sold_units_producer_id", "sold_units", ["producer_id"])
    op.create_table(
        "clone_cases",
        *_unit("clone_cases"),
        sa.Column("raised_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("state_since", MOMENT, nullable=False),
        sa.Column("readers", sa.BigInteger(), nullable=False),
        sa.Column("places", sa.BigInteger(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("word", sa.String(1000)),
    )
    op.create_index("ix_clone_cases_state", "clone_cases", ["state", "raised_at"])


def _unit(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    """What names a pack, once in a table."""
    return (
        sa.Column("id", ID, nullable=False),
        sa.Column("batch_id", ID, nullable=False),
        sa.Column("ordinal", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=f"fk_{table}_batch_id"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("batch_id", "ordinal", name=f"uq_{table}_batch_id_ordinal"),
    )
