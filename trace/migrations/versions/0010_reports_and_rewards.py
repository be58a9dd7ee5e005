"""Frozen reports, which the database itself refuses to change, and decisions on rewards."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
REFUSAL = "reports are frozen"


def upgrade() -> None:
    op.create_table(
        "reports",
        sa.Column("id", ID, nullable=False),
        sa.Column("quarter", sa.String(6), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("rule_version", sa.String(16), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("made_by", ID, nullable=True),
        sa.Column("made_by_name", sa.String(120), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaces_id", ID, nullable=True),
        sa.Column("reason", sa.String(1000), nullable=True),
        sa.CheckConstraint("(replaces_id IS NULL) = (reason IS NULL)", name=op.f("ck_reports_reason")),
        sa.ForeignKeyConstraint(["made_by"], ["accounts.id"], name="fk_reports_made_by"),
        sa.ForeignKeyConstraint(["replaces_id"], ["reports.id"], name="fk_reports_replaces_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reports"),
        sa.UniqueConstraint("quarter", "number", name="uq_reports_quarter_number"),
    )
    _freeze()
    op.create_table(
        "reward_decisions",
        sa.Column("id", ID, nullable=False),
        sa.Column("reward", sa.String(64), nullable=False),
        sa.Column("producer_id", ID, nullable=True),
        sa.Column("brand_id", ID, nullable=True),
        sa.Column("certification_id", ID, nullable=False),
        sa.Column("outcome", sa.String(24), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("ceiling", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(1000), nullable=False),
        sa.Column("decided_by", ID, nullable=True),
        sa.Column("decided_by_name", sa.String(120), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_once", sa.String(120), nullable=True),
        sa.CheckConstraint("producer_id IS NOT NULL OR brand_id IS NOT NULL", name=op.f("ck_reward_decisions_holder")),
        sa.CheckConstraint("(outcome = 'granted') = (amount IS NOT NULL)", name=op.f("ck_reward_decisions_amount")),
        sa.CheckConstraint("(outcome = 'granted') = (granted_once IS NOT NULL)", name=op.f("ck_reward_decisions_once")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_reward_decisions_positive")),
        sa.ForeignKeyConstraint(["producer_id"], ["producers.id"], name="fk_reward_decisions_producer_id"),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name="fk_reward_decisions_brand_id"),
        sa.ForeignKeyConstraint(
            ["certification_id"], ["certifications.id"], name="fk_reward_decisions_certification_id"
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["accounts.id"], name="fk_reward_decisions_decided_by"),
        sa.PrimaryKeyConstraint("id", name="pk_reward_decisions"),
        sa.UniqueConstraint("granted_once", name="uq_reward_decisions_granted_once"),
    )
    for column in ("reward", "producer_id", "brand_id", "certification_id"):
        op.create_index(f"ix_reward_decisions_{column}", "reward_decisions", [column])


def _freeze() -> None:
    """No update, no delete; on SQLite no REPLACE either, which deletes without firing a delete trigger."""
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER reports_no_{act.lower()} BEFORE {act} ON reports "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
        op.execute(
            "CREATE TRIGGER reports_no_replace BEFORE INSERT ON reports WHEN EXISTS (SELECT 1 FROM reports "
            "WHERE id = NEW.id OR quarter = NEW.quarter AND number = NEW.number) "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION refuse_report_change() RETURNS trigger AS $$ "
        f"BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$ LANGUAGE plpgsql"
    )
    for act, each in (("UPDATE", "ROW"), ("DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER reports_no_{act.lower()} BEFORE {act} ON reports "
            f"FOR EACH {each} EXECUTE PROCEDURE refuse_report_change()"
        )
