"""Certificates with their products, renewals and ends.

A row of before spoke of one product; it becomes a certificate of the product's producer with that product as its
only line, under the same number, so that the events told of it still point at it.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    before = _rows()
    op.drop_table("certifications")
    certifications, lines = _certifications(), _lines()
    if before:
        op.bulk_insert(certifications, [_certification(row) for row in before])
        op.bulk_insert(lines, [_line(row) for row in before])
        _count_on()


def _rows() -> Sequence[sa.Row[Any]]:
    old = sa.table(
        "certifications",
        *map(sa.column, ("id", "product_id", "scheme", "number")),
        sa.column("valid_from", sa.Date()),
        sa.column("valid_to", sa.Date()),
        sa.column("verified_by"),
        sa.column("verified_at", MOMENT),
        sa.column("withdrawn_at", MOMENT),
    )
    products = sa.table("products", *map(sa.column, ("id", "name", "producer_id")))
    producers = sa.table("producers", *map(sa.column, ("id", "name", "county")))
    found = sa.select(
        old,
        products.c.name.label("product"),
        producers.c.id.label("producer_id"),
        producers.c.name.label("holder"),
        producers.c.county,
    )
    joined = found.join(products, products.c.id == old.c.product_id).join(
        producers, producers.c.id == products.c.producer_id
    )
    return op.get_bind().execute(joined.order_by(old.c.id)).all()


def _certification(row: sa.Row[Any]) -> dict[str, Any]:
    state = "verified" if row.verified_at else "declared"
    ended = _shanghai_day(row.withdrawn_at) if row.withdrawn_at else None
    return {
        "id": row.id,
        "scheme": row.scheme,
        "number": row.number,
        "holder": row.holder,
        "producer_id": row.producer_id,
        "county": row.county,
        "granted_on": row.valid_from,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "state": state,
        "declared_by": row.verified_by,
        "declared_at": row.verified_at or datetime.now(UTC),
        "checked_by": row.verified_by,
        "checked_at": row.verified_at,
        "verified_by": row.verified_by,
        "verified_at": row.verified_at,
        "ended_on": ended,
        "ended_how": "withdrawn" if ended else None,
        "end_reason": _reason(row.id) if ended else None,
    }


def _line(row: sa.Row[Any]) -> dict[str, Any]:
    return {"certification_id": row.id, "product_id": row.product_id, "product_name": row.product}


def _shanghai_day(moment: datetime) -> Any:
    return (moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC) + timedelta(hours=8)).date()


def _reason(number: int) -> str | None:
    """Why it was taken down, as the log tells."""
    events = sa.table("events", *map(sa.column, ("reason", "action", "object_kind", "object_id", "id")))
    told = sa.select(events.c.reason).where(
        events.c.object_kind == "certifications",
        events.c.object_id == number,
        events.c.action == "certification.withdraw",
    )
    return op.get_bind().scalar(told.order_by(events.c.id.desc()).limit(1))


def _count_on() -> None:
    """PostgreSQL counts on from the highest number there is; SQLite does so by itself."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "SELECT setval(pg_get_serial_sequence('certifications', 'id'), (SELECT max(id) FROM certifications))"
        )


def _certifications() -> sa.Table:
    table = op.create_table(
        "certifications",
        sa.Column("id", ID, nullable=False),
        sa.Column("scheme", sa.String(24), nullable=False),
        sa.Column("number", sa.String(120), nullable=False),
        sa.Column("mark_code", sa.String(40), nullable=True),
        sa.Column("holder", sa.String(120), nullable=False),
        sa.Column("producer_id", ID, nullable=True),
        sa.Column("brand_id", ID, nullable=True),
        sa.Column("county", sa.String(6), nullable=False),
        sa.Column("granted_on", sa.Date(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("issuer", sa.String(120), nullable=True),
        sa.Column("renews_id", ID, nullable=True),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("return_reason", sa.String(1000), nullable=True),
        *(sa.Column(f"{act}_by", ID, nullable=True) for act in ("declared", "checked", "verified")),
        sa.Column("declared_at", MOMENT, nullable=False),
        sa.Column("checked_at", MOMENT, nullable=True),
        sa.Column("verified_at", MOMENT, nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_how", sa.String(24), nullable=True),
        sa.Column("end_reason", sa.String(1000), nullable=True),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_certifications_validity")),
        sa.CheckConstraint("producer_id IS NOT NULL OR brand_id IS NOT NULL", name=op.f("ck_certifications_holder")),
        sa.CheckConstraint("(state = 'verified') = (verified_at IS NOT NULL)", name=op.f("ck_certifications_verified")),
        sa.CheckConstraint("(ended_on IS NULL) = (ended_how IS NULL)", name=op.f("ck_certifications_ended")),
        *(
            sa.ForeignKeyConstraint([f"{act}_by"], ["accounts.id"], name=f"fk_certifications_{act}_by")
            for act in ("declared", "checked", "verified")
        ),
        sa.ForeignKeyConstraint(["producer_id"], ["producers.id"], name="fk_certifications_producer_id"),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name="fk_certifications_brand_id"),
        sa.ForeignKeyConstraint(["renews_id"], ["certifications.id"], name="fk_certifications_renews_id"),
        sa.PrimaryKeyConstraint("id", name="pk_certifications"),
    )
    for name in ("producer_id", "brand_id", "renews_id", "valid_to"):
        op.create_index(f"ix_certifications_{name}", "certifications", [name])
    op.create_index("ix_certifications_scheme_number", "certifications", ["scheme", "number"])
    op.create_index("ix_certifications_county_state", "certifications", ["county", "state"])
    return table


def _lines() -> sa.Table:
    table = op.create_table(
        "certification_lines",
        sa.Column("id", ID, nullable=False),
        sa.Column("certification_id", ID, nullable=False),
        sa.Column("product_id", ID, nullable=True),
        sa.Column("product_name", sa.String(120), nullable=False),
        sa.Column("yearly_quantity", sa.BigInteger(), nullable=True),
        sa.Column("unit", sa.String(8), nullable=True),
        sa.CheckConstraint("yearly_quantity > 0", name=op.f("ck_certification_lines_quantity")),
        sa.CheckConstraint("(yearly_quantity IS NULL) = (unit IS NULL)", name=op.f("ck_certification_lines_unit")),
        sa.ForeignKeyConstraint(
            ["certification_id"], ["certifications.id"], name="fk_certification_lines_certification_id"
        ),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name="fk_certification_lines_product_id"),
        sa.PrimaryKeyConstraint("id", name="pk_certification_lines"),
        sa.UniqueConstraint(
            "certification_id", "product_name", name="uq_certification_lines_certification_id_product_name"
        ),
    )
    op.create_index("ix_certification_lines_product_id", "certification_lines", ["product_id"])
    return table
