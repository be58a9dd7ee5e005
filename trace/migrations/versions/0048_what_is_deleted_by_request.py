"""A personal datum can be deleted by request, from append-only tables too: a row that `forgotten_rows` names may be blanked, in the
columns that can hold a person's words. An event must have lost its salt before, so that its entry in the public log can never be
shown to be anything; it is sealed anew by the act that `forgotten_rows` leads to.
"""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
REFUSALS = {
    "events": "events are append-only",
    "farm_entries": "the farm record is append-only",
    "commitment_certificates": "a commitment certificate is never changed, only voided",
    "forgotten_rows": "what was forgotten stays written",
}
FIXED = {
    "events": "id at actor_id actor_role actor_county action object_kind object_id",
    "farm_entries": "id producer_id plot_id attached_farmer_id season kind day last_day crop crop_kind input_kind input_name "
    "registration maker lot target method dose area_mu interval_days quantity unit corrects_id withdrawn entry_key recorded_at "
    "recorded_by",
    "commitment_certificates": "id number batch_id template product quantity unit place by_control by_self_test "
    "by_commissioned_test report report_id issued_at issued_on kept_until idempotency_key voided_at",
}


def upgrade() -> None:
    op.create_table(
        "forgotten_rows",
        sa.Column("id", ID, nullable=False),
        sa.Column("event_id", ID, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("row_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name="fk_forgotten_rows_event_id"),
        sa.PrimaryKeyConstraint("id", name="pk_forgotten_rows"),
    )
    op.create_index("ix_forgotten_rows_row", "forgotten_rows", ["kind", "row_id"])
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    refuse = _refuse_sqlite if is_sqlite else _refuse_postgresql
    distinct = "IS NOT" if is_sqlite else "IS DISTINCT FROM"
    for table in FIXED:
        op.execute(f"DROP TRIGGER {table}_no_update" + ("" if is_sqlite else f" ON {table}"))
        refuse(table, "UPDATE", _edited(table, distinct))
    if not is_sqlite:
        op.execute("DROP FUNCTION refuse_certificate_change()")
    for act in ("UPDATE", "DELETE"):
        refuse("forgotten_rows", act, "true")


def _edited(table: str, distinct: str) -> str:
    """The condition that an update is no blanking of a row that is named."""
    named = f"EXISTS (SELECT 1 FROM forgotten_rows WHERE kind = '{table}' AND row_id = OLD.id)"
    fixed = " OR ".join(f"NEW.{name} {distinct} OLD.{name}" for name in FIXED[table].split())
    if table == "events":
        return f"NOT {named} OR EXISTS (SELECT 1 FROM log_salts WHERE event_id = OLD.id) OR {fixed}"
    if table == "farm_entries":
        return f"NOT {named} OR {fixed}"
    words = sorted({*FIXED[table].split(), "subject", "contact"} - {"voided_at"})  # of a certificate that is not void
    edited = " OR ".join(["OLD.voided_at IS NOT NULL", *(f"NEW.{name} {distinct} OLD.{name}" for name in words)])
    return f"({edited}) AND (NOT {named} OR {fixed})"


def _refuse_sqlite(table: str, act: str, when: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} WHEN {when} "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSALS[table]}'); END"
    )


def _refuse_postgresql(table: str, act: str, when: str) -> None:
    name, back = f"refuse_{table}_{act.lower()}", "NEW" if act == "UPDATE" else "OLD"
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger AS $$ BEGIN IF {when} THEN "
        f"RAISE EXCEPTION '{REFUSALS[table]}'; END IF; RETURN {back}; END $$ LANGUAGE plpgsql"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} FOR EACH ROW EXECUTE PROCEDURE {name}()"
    )
