"""Commitment certificates and the regimes of products."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
CERTIFIED = "certified >= 0 AND certified <= quantity"
CHANGED = "a commitment certificate is never changed, only voided"
KEPT = "the record of issue is still to be kept"
FROZEN = (
    "id",
    "number",
    "batch_id",
    "template",
    "product",
    "quantity",
    "unit",
    "place",
    "subject",
    "contact",
    "by_control",
    "by_self_test",
    "by_commissioned_test",
    "report",
    "report_id",
    "issued_at",
    "issued_on",
    "kept_until",
    "idempotency_key",
)


def upgrade() -> None:
    op.add_column("products", sa.Column("regime", sa.String(24), server_default="other", nullable=False))
    op.add_column("products", sa.Column("shelf_life_days", sa.Integer))
    op.add_column("products", sa.Column("food_licence", sa.String(16)))
    _batches_count_what_is_certified()
    _certificates()
    _collected()
    _only_voided()


def _batches_count_what_is_certified() -> None:
    if op.get_bind().dialect.name == "sqlite":  # which takes constraints of the table only with the column
        op.execute(
            "ALTER TABLE batches ADD COLUMN certified BIGINT DEFAULT '0' NOT NULL "
            f"CONSTRAINT ck_batches_certified CHECK ({CERTIFIED})"
        )
        return
    op.add_column("batches", sa.Column("certified", sa.BigInteger, server_default="0", nullable=False))
    op.create_check_constraint(op.f("ck_batches_certified"), "batches", CERTIFIED)


def _certificates() -> None:
    op.create_table(
        "commitment_certificates",
        sa.Column("id", ID, primary_key=True),
        sa.Column("number", sa.String(12), nullable=False),
        sa.Column("batch_id", ID, sa.ForeignKey("batches.id"), nullable=False, index=True),
        sa.Column("template", sa.String(24), nullable=False),
        sa.Column("product", sa.String(120), nullable=False),
        sa.Column("quantity", sa.BigInteger, nullable=False),
        sa.Column("unit", sa.String(24), nullable=False),
        sa.Column("place", sa.String(120), nullable=False),
        sa.Column("subject", sa.String(120), nullable=False),
        sa.Column("contact", sa.String(120), nullable=False),
        sa.Column("by_control", sa.Boolean, nullable=False),
        sa.Column("by_self_test", sa.Boolean, nullable=False),
        sa.Column("by_commissioned_test", sa.Boolean, nullable=False),
        sa.Column("report", sa.String(120)),
        sa.Column("report_id", sa.BigInteger),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_on", sa.Date, nullable=False),
        sa.Column("kept_until", sa.Date, nullable=False),
        sa.Column("idempotency_key", sa.String(64)),
        sa.Column("voided_at", sa.DateTime(timezone=True)),
        sa.Column("void_reason", sa.String(1000)),
        sa.UniqueConstraint("number"),
        sa.UniqueConstraint("batch_id", "idempotency_key"),
        sa.CheckConstraint("quantity > 0", name="quantity"),
        sa.CheckConstraint("by_control OR by_self_test OR by_commissioned_test", name="basis"),
        sa.CheckConstraint("report IS NOT NULL OR NOT (by_self_test OR by_commissioned_test)", name="report"),
        sa.CheckConstraint("voided_at IS NOT NULL OR void_reason IS NULL", name="void"),
    )


def _collected() -> None:
    op.create_table(
        "collected_certificates",
        sa.Column("id", ID, primary_key=True),
        sa.Column("producer_id", ID, sa.ForeignKey("producers.id"), nullable=False),
        sa.Column("certificate_id", ID, sa.ForeignKey("commitment_certificates.id"), nullable=False, index=True),
        sa.Column("collected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept_until", sa.Date, nullable=False),
        sa.UniqueConstraint("producer_id", "certificate_id"),
    )


def _only_voided() -> None:
    """A certificate may be voided once and is otherwise never changed; nothing is deleted before its time."""
    distinct = "IS NOT" if op.get_bind().dialect.name == "sqlite" else "IS DISTINCT FROM"
    changed = " OR ".join(["OLD.voided_at IS NOT NULL", *(f"NEW.{name} {distinct} OLD.{name}" for name in FROZEN)])
    tables = "commitment_certificates", "collected_certificates"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER commitment_certificates_no_update BEFORE UPDATE ON commitment_certificates "
            f"WHEN {changed} BEGIN SELECT RAISE(ABORT, '{CHANGED}'); END"
        )
        for table in tables:
            op.execute(
                f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} WHEN OLD.kept_until >= date('now') "
                f"BEGIN SELECT RAISE(ABORT, '{KEPT}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION refuse_certificate_change() RETURNS trigger AS $$ "
        f"BEGIN IF {changed} THEN RAISE EXCEPTION '{CHANGED}'; END IF; RETURN NEW; END $$ LANGUAGE plpgsql"
    )
    op.execute(
        "CREATE TRIGGER commitment_certificates_no_update BEFORE UPDATE ON commitment_certificates "
        "FOR EACH ROW EXECUTE PROCEDURE refuse_certificate_change()"
    )
    op.execute(
        "CREATE FUNCTION refuse_early_delete() RETURNS trigger AS $$ BEGIN IF OLD.kept_until >= CURRENT_DATE "
        f"THEN RAISE EXCEPTION '{KEPT}'; END IF; RETURN OLD; END $$ LANGUAGE plpgsql"
    )
    for table in tables:
        op.execute(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
            "FOR EACH ROW EXECUTE PROCEDURE refuse_early_delete()"
        )
