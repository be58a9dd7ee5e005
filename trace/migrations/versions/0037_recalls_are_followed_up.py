"""A hold of many is lifted in one act; holds and recalls are followed up: what came back of each batch, and the report that closes
it. An officer replies to what a producer says of its credit record."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    for name, kind in (
        ("lifted_at", MOMENT),
        ("lift_reason", sa.String(1000)),
        ("closed_at", MOMENT),
        ("closed_by_name", sa.String(120)),
        ("report", sa.String(1000)),
        ("missing_reason", sa.String(1000)),
    ):
        op.add_column("recall_acts", sa.Column(name, kind))
    for name, kind in (("reply", sa.String(1000)), ("replied_at", MOMENT), ("replied_by_name", sa.String(120))):
        op.add_column("credit_answers", sa.Column(name, kind))
    op.create_table(
        "recall_figures",
        sa.Column("id", ID, nullable=False),
        sa.Column("recall_id", ID, nullable=False),
        sa.Column("batch_id", ID, nullable=False),
        sa.Column("recovered", sa.BigInteger(), nullable=False),
        sa.Column("destroyed", sa.BigInteger()),
        sa.Column("returned", sa.BigInteger()),
        sa.Column("kept", sa.BigInteger()),
        sa.Column("remark", sa.String(1000), nullable=False),
        sa.Column("reported_at", MOMENT, nullable=False),
        sa.Column("reported_by_name", sa.String(120), nullable=False),
        sa.CheckConstraint("recovered >= 0 AND destroyed >= 0 AND returned >= 0 AND kept >= 0", name="amounts"),
        sa.PrimaryKeyConstraint("id", name="pk_recall_figures"),
        sa.ForeignKeyConstraint(["recall_id"], ["recall_acts.id"], name="fk_recall_figures_recall_id"),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name="fk_recall_figures_batch_id"),
        sa.UniqueConstraint("recall_id", "batch_id", name="uq_recall_figures_recall_id_batch_id"),
    )
    op.create_index("ix_recall_figures_batch_id", "recall_figures", ["batch_id"])
