"""The seed of a draw for inspection is kept before the draw, with the hash that was published of it."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "draw_seeds",
        sa.Column("id", ID, nullable=False),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.Column("commitment", sa.String(64), nullable=False),
        sa.Column("committed_at", MOMENT, nullable=False),
        sa.Column("draw_id", ID),
        sa.ForeignKeyConstraint(["draw_id"], ["inspection_draws.id"], name="fk_draw_seeds_draw_id"),
        sa.PrimaryKeyConstraint("id", name="pk_draw_seeds"),
        sa.UniqueConstraint("commitment", name="uq_draw_seeds_commitment"),
        sa.UniqueConstraint("draw_id", name="uq_draw_seeds_draw_id"),
    )
