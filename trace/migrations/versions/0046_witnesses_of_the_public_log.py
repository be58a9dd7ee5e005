"""What each witness of the public log has seen, and the checkpoints that a quorum of them signed: those are never changed."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
REFUSAL = "the log is append-only"


def upgrade() -> None:
    op.create_table(
        "log_witnesses",
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("cosigned_at", MOMENT),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("trouble", sa.String(24)),
        sa.Column("detail", sa.BigInteger()),
        sa.Column("troubled_since", MOMENT),
        sa.PrimaryKeyConstraint("name", name="pk_log_witnesses"),
    )
    op.create_table(
        "log_witnessed",
        sa.Column("size", WHOLE, autoincrement=False, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("size", name="pk_log_witnessed"),
    )
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    (_keep_sqlite if is_sqlite else _keep_postgresql)()


def _keep_sqlite() -> None:
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER log_witnessed_no_{act.lower()} BEFORE {act} ON log_witnessed "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
    # REPLACE deletes without firing a delete trigger
    op.execute(
        "CREATE TRIGGER log_witnessed_no_replace BEFORE INSERT ON log_witnessed "
        "WHEN EXISTS (SELECT 1 FROM log_witnessed WHERE size = NEW.size) "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )


def _keep_postgresql() -> None:
    for act, each in (("UPDATE", "ROW"), ("DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER log_witnessed_no_{act.lower()} BEFORE {act} ON log_witnessed "
            f"FOR EACH {each} EXECUTE PROCEDURE refuse_log_change()"
        )
