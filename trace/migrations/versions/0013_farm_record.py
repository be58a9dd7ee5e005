"""Field work, inputs and inspections. The database itself refuses to change or delete a line of the record."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
REFUSAL = "the farm record is append-only"


def upgrade() -> None:
    _farmers()
    _entries()
    _append_only()
    _lists()
    _inspections()


def _moment(name: str, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _account(name: str) -> "sa.Column[int]":
    return sa.Column(name, ID, sa.ForeignKey("accounts.id"))


def _farmers() -> None:
    op.create_table(
        "attached_farmers",
        sa.Column("id", ID, primary_key=True),
        sa.Column("producer_id", ID, sa.ForeignKey("producers.id"), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("place", sa.String(120), nullable=False),
        _moment("added_at"),
        _moment("left_at", True),
        sa.UniqueConstraint("producer_id", "name"),
    )
    if op.get_bind().dialect.name == "sqlite":  # which takes a reference only with its column
        op.execute(
            "ALTER TABLE batches ADD COLUMN attached_farmer_id INTEGER "
            "CONSTRAINT fk_batches_attached_farmer_id REFERENCES attached_farmers (id)"
        )
        return
    op.add_column("batches", sa.Column("attached_farmer_id", ID, sa.ForeignKey("attached_farmers.id")))


def _entries() -> None:
    op.create_table(
        "farm_entries",
        sa.Column("id", ID, primary_key=True),
        sa.Column("producer_id", ID, sa.ForeignKey("producers.id"), nullable=False),
        sa.Column("plot_id", ID, sa.ForeignKey("plots.id"), nullable=False),
        sa.Column("attached_farmer_id", ID, sa.ForeignKey("attached_farmers.id")),
        sa.Column("season", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("last_day", sa.Date, nullable=False),
        sa.Column("crop", sa.String(120), nullable=False),
        sa.Column("crop_kind", sa.String(24), nullable=False),
        sa.Column("what", sa.String(1000), nullable=False),
        sa.Column("operator", sa.String(120), nullable=False),
        sa.Column("input_kind", sa.String(24)),
        *(sa.Column(name, sa.String(120)) for name in ("input_name", "registration", "maker")),
        sa.Column("lot", sa.String(120), index=True),
        *(sa.Column(name, sa.String(120)) for name in ("source", "target", "method", "dose")),
        sa.Column("area_mu", sa.BigInteger),
        sa.Column("interval_days", sa.Integer),
        sa.Column("quantity", sa.BigInteger),
        sa.Column("unit", sa.String(24)),
        sa.Column("corrects_id", ID, sa.ForeignKey("farm_entries.id"), unique=True),
        sa.Column("reason", sa.String(1000)),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
        sa.Column("entry_key", sa.String(64), nullable=False),
        _moment("recorded_at"),
        _account("recorded_by"),
        sa.UniqueConstraint("producer_id", "entry_key", name="uq_farm_entries_producer_id_entry_key"),
        sa.CheckConstraint("last_day >= day", name="days"),
        sa.CheckConstraint("(corrects_id IS NULL) = (reason IS NULL)", name="reason"),
    )
    op.create_index("ix_farm_entries_plot_id_season_day", "farm_entries", ["plot_id", "season", "day"])


def _append_only() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER farm_entries_no_{act.lower()} BEFORE {act} ON farm_entries "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
        # REPLACE deletes without firing a delete trigger
        op.execute(
            "CREATE TRIGGER farm_entries_no_replace BEFORE INSERT ON farm_entries "
            "WHEN EXISTS (SELECT 1 FROM farm_entries WHERE id = NEW.id) "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION refuse_farm_change() RETURNS trigger AS $$ "
        f"BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$ LANGUAGE plpgsql"
    )
    for act, each in (("UPDATE", "ROW"), ("DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER farm_entries_no_{act.lower()} BEFORE {act} ON farm_entries "
            f"FOR EACH {each} EXECUTE PROCEDURE refuse_farm_change()"
        )


def _lists() -> None:
    op.create_table(
        "farm_inputs",
        sa.Column("id", ID, primary_key=True),
        *(sa.Column(name, sa.String(120), nullable=False) for name in ("name", "registration", "crop")),
        sa.Column("crop_kind", sa.String(24)),
        sa.Column("banned", sa.Boolean, nullable=False),
        sa.Column("max_uses", sa.Integer),
        sa.Column("interval_days", sa.Integer),
        sa.Column("source", sa.String(1000), nullable=False),
        sa.Column("example", sa.Boolean, nullable=False),
        _moment("entered_at"),
        _moment("ended_at", True),
        sa.Column("end_reason", sa.String(1000)),
        sa.CheckConstraint("max_uses > 0", name="uses"),
        sa.CheckConstraint("interval_days >= 0", name="interval"),
    )
    op.create_table(
        "farm_cases",
        sa.Column("id", ID, primary_key=True),
        sa.Column("batch_id", ID, sa.ForeignKey("batches.id"), nullable=False, index=True),
        sa.Column("why", sa.String(1000), nullable=False),
        sa.Column("held", sa.Boolean, nullable=False),
        sa.Column("last_entry_id", sa.BigInteger, nullable=False),
        _moment("opened_at"),
        _account("opened_by"),
        _moment("decided_at", True),
        _account("decided_by"),
        sa.Column("granted", sa.Boolean),
        sa.Column("reason", sa.String(1000)),
    )
    op.create_index("ix_farm_cases_decided_at", "farm_cases", ["decided_at"])


def _inspections() -> None:
    op.create_table(
        "inspections",
        sa.Column("id", ID, primary_key=True),
        sa.Column("batch_id", ID, sa.ForeignKey("batches.id"), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("lab", sa.String(120), nullable=False),
        sa.Column("report_number", sa.String(120), nullable=False),
        sa.Column("sampled_on", sa.Date, nullable=False),
        sa.Column("reported_on", sa.Date, nullable=False),
        sa.Column("passed", sa.Boolean, nullable=False),
        _moment("recorded_at"),
        _account("recorded_by"),
        sa.Column("form_key", sa.String(64)),
        _moment("withdrawn_at", True),
        sa.Column("withdraw_reason", sa.String(1000)),
        sa.UniqueConstraint("batch_id", "form_key", name="uq_inspections_batch_id_form_key"),
    )
    op.create_table(
        "inspection_items",
        sa.Column("id", ID, primary_key=True),
        sa.Column("inspection_id", ID, sa.ForeignKey("inspections.id"), nullable=False, index=True),
        *(sa.Column(name, sa.String(120), nullable=False) for name in ("name", "value", "limit")),
        sa.Column("passed", sa.Boolean, nullable=False),
    )
    op.create_table(
        "inspection_draws",
        sa.Column("id", ID, primary_key=True),
        sa.Column("county", sa.String(6)),
        sa.Column("seed", sa.String(120), nullable=False),
        sa.Column("rule", sa.String(120), nullable=False),
        sa.Column("wanted", sa.Integer, nullable=False),
        sa.Column("pool", sa.JSON, nullable=False),
        _moment("at"),
        sa.Column("actor_name", sa.String(120), nullable=False),
    )
