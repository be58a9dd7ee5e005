"""Insurance claim notices of consumers."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
LINKS = {"handler_id": "accounts", "insurer_id": "insurers", "policy_id": "insurance_policies", "batch_id": "batches"}


def upgrade() -> None:
    op.create_table(
        "claim_notices",
        sa.Column("id", ID, nullable=False),
        sa.Column("number", sa.String(8), nullable=False),
        sa.Column("form_key", sa.String(64), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("handler_id", ID, nullable=True),
        sa.Column("contact_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("contact_mark", sa.String(64), nullable=False),
        sa.Column("contact_gone_at", MOMENT, nullable=True),
        sa.Column("insurer_id", ID, nullable=False),
        sa.Column("policy_id", ID, nullable=False),
        sa.Column("batch_id", ID, nullable=False),
        sa.Column("ordinal", sa.BigInteger(), nullable=True),
        sa.Column("code", sa.String(400), nullable=False),
        sa.Column("verdict", sa.String(24), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("what", sa.String(1000), nullable=False),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=f"fk_claim_notices_{column}")
            for column, table in LINKS.items()
        ),
        sa.PrimaryKeyConstraint("id", name="pk_claim_notices"),
        sa.UniqueConstraint("number", name="uq_claim_notices_number"),
        sa.UniqueConstraint("form_key", name="uq_claim_notices_form_key"),
    )
    op.create_index("ix_claim_notices_insurer_id_state_due_on", "claim_notices", ["insurer_id", "state", "due_on"])
    for name in ("policy_id", "batch_id"):
        op.create_index(f"ix_claim_notices_{name}", "claim_notices", [name])
