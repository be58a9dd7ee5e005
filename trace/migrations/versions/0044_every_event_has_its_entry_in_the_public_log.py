"""Every event has its entry in the public log, and an event knows the county of its actor. The events of a record that is in use
become the first leaves when the log is first appended to (`log_sequencer.old_last` is the last of them).

A trigger writes a row of `log_due` with each event. It leads to the event's entry by a foreign key that is judged at the end of
the transaction: an event without its entry cannot be committed.
"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
REFUSAL = "the log is append-only"


def upgrade() -> None:
    op.add_column("events", sa.Column("actor_county", sa.String(6)))
    _make_tables()
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    (_keep_sqlite if is_sqlite else _keep_postgresql)()


def _make_tables() -> None:
    for table, value in (("log_entries", "content"), ("log_salts", "salt")):
        op.create_table(
            table,
            sa.Column("event_id", ID, autoincrement=False, nullable=False),
            sa.Column(value, sa.LargeBinary(), nullable=False),
            sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=f"fk_{table}_event_id"),
            sa.PrimaryKeyConstraint("event_id", name=f"pk_{table}"),
        )
    op.create_table(
        "log_due",
        sa.Column("event_id", ID, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["log_entries.event_id"], name="fk_log_due_event_id", deferrable=True, initially="DEFERRED"
        ),
        sa.PrimaryKeyConstraint("event_id", name="pk_log_due"),
    )
    op.create_table(
        "log_positions",
        sa.Column("position", ID, autoincrement=False, nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["log_entries.event_id"], name="fk_log_positions_event_id"),
        sa.PrimaryKeyConstraint("position", name="pk_log_positions"),
        sa.UniqueConstraint("event_id", name="uq_log_positions_event_id"),
    )
    op.create_table(
        "log_sequencer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(40), nullable=False),
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True)),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary()),
        sa.Column("old_last", sa.BigInteger()),
        sa.Column("old_done", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_log_sequencer"),
    )
    op.execute(
        "INSERT INTO log_sequencer (id, worker, token, size, old_last, old_done) SELECT 1, '', 0, 0, max(id), 0 FROM events"
    )


def _keep_sqlite() -> None:
    op.execute(
        "CREATE TRIGGER events_due AFTER INSERT ON events BEGIN INSERT INTO log_due (event_id) VALUES (NEW.id); END"
    )
    # REPLACE deletes without firing a delete trigger
    taken = {
        "log_entries": "event_id = NEW.event_id",
        "log_positions": "position = NEW.position OR event_id = NEW.event_id",
        "log_salts": "event_id = NEW.event_id",
    }
    for table, same in taken.items():
        for act in ("UPDATE",) if table == "log_salts" else ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
        op.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )


def _keep_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION note_log_due() RETURNS trigger AS $$ "
        "BEGIN INSERT INTO log_due (event_id) VALUES (NEW.id); RETURN NULL; END $$ LANGUAGE plpgsql"
    )
    op.execute("CREATE TRIGGER events_due AFTER INSERT ON events FOR EACH ROW EXECUTE PROCEDURE note_log_due()")
    op.execute(
        "CREATE FUNCTION refuse_log_change() RETURNS trigger AS $$ "
        f"BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$ LANGUAGE plpgsql"
    )
    refused = (("UPDATE", "ROW"), ("DELETE", "ROW"), ("TRUNCATE", "STATEMENT"))
    for table in ("log_entries", "log_positions", "log_salts"):
        for act, each in refused[:1] if table == "log_salts" else refused:
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"FOR EACH {each} EXECUTE PROCEDURE refuse_log_change()"
            )
