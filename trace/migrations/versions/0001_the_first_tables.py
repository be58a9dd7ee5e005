"""The first tables: who, what, codes, scans, claims, events."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "brands",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("county", sa.String(6), nullable=True),
        sa.Column("flagship", sa.Boolean(), nullable=False),
        sa.Column("clause", sa.String(1000), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_brands"),
        sa.UniqueConstraint("key", name="uq_brands_key"),
        sa.UniqueConstraint("name", name="uq_brands_name"),
    )
    op.create_table(
        "login_failures",
        sa.Column("mark", sa.String(64), nullable=False),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("mark", name="pk_login_failures"),
    )
    op.create_table(
        "producers",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("uscc", sa.String(18), nullable=True),
        sa.Column("identity_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("identity_mark", sa.String(64), nullable=True),
        sa.Column("county", sa.String(6), nullable=False),
        sa.Column("township", sa.String(120), nullable=False),
        sa.Column("contact", sa.String(120), nullable=False),
        sa.Column("phone", sa.String(20), nullable=False),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("return_reason", sa.String(1000), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(uscc IS NULL) <> (identity_mark IS NULL)", name=op.f("ck_producers_one_identity")),
        sa.PrimaryKeyConstraint("id", name="pk_producers"),
        sa.UniqueConstraint("identity_mark", name="uq_producers_identity_mark"),
        sa.UniqueConstraint("uscc", name="uq_producers_uscc"),
    )
    op.create_index("ix_producers_county_state", "producers", ["county", "state"])

    op.create_table(
        "scan_keys",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_scan_keys"),
    )
    op.create_table(
        "accounts",
        sa.Column("id", ID, nullable=False),
        sa.Column("login", sa.String(64), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("role", sa.String(24), nullable=False),
        sa.Column("password_hash", sa.String(255), nullable=False),
        sa.Column("county", sa.String(6), nullable=True),
        sa.Column("producer_id", ID, nullable=True),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["producer_id"], ["producers.id"], name="fk_accounts_producer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("login", name="uq_accounts_login"),
    )
    op.create_index("ix_accounts_producer_id", "accounts", ["producer_id"])

    op.create_table(
        "label_printers",
        sa.Column("id", ID, nullable=False),
        sa.Column("producer_id", ID, nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["producer_id"], ["producers.id"], name="fk_label_printers_producer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_label_printers"),
        sa.UniqueConstraint("producer_id", "name", name="uq_label_printers_producer_id_name"),
    )
    op.create_table(
        "label_stocks",
        sa.Column("id", ID, nullable=False),
        sa.Column("producer_id", ID, nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("measures", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["producer_id"], ["producers.id"], name="fk_label_stocks_producer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_label_stocks"),
        sa.UniqueConstraint("producer_id", "name", name="uq_label_stocks_producer_id_name"),
    )
    op.create_table(
        "plots",
        sa.Column("id", ID, nullable=False),
        sa.Column("producer_id", ID, nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("county", sa.String(6), nullable=False),
        sa.Column("place", sa.String(120), nullable=False),
        sa.Column("area_mu", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("area_mu > 0", name=op.f("ck_plots_area")),
        sa.ForeignKeyConstraint(["producer_id"], ["producers.id"], name="fk_plots_producer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_plots"),
        sa.UniqueConstraint("producer_id", "name", name="uq_plots_producer_id_name"),
    )
    op.create_index("ix_plots_producer_id", "plots", ["producer_id"])

    op.create_table(
        "products",
        sa.Column("id", ID, nullable=False),
        sa.Column("producer_id", ID, nullable=False),
        sa.Column("brand_id", ID, nullable=True),
        sa.Column("id_number", sa.String(16), nullable=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("description", sa.String(1000), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("return_reason", sa.String(1000), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name="fk_products_brand_id"),
        sa.ForeignKeyConstraint(["producer_id"], ["producers.id"], name="fk_products_producer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_products"),
        sa.UniqueConstraint("id_number", name="uq_products_id_number"),
        sa.UniqueConstraint("producer_id", "name", name="uq_products_producer_id_name"),
    )
    op.create_index("ix_products_brand_id", "products", ["brand_id"])
    op.create_index("ix_products_producer_id", "products", ["producer_id"])
    op.create_index("ix_products_state", "products", ["state"])

    op.create_table(
        "batches",
        sa.Column("id", ID, nullable=False),
        sa.Column("id_number", sa.String(16), nullable=False),
        sa.Column("producer_id", ID, nullable=False),
        sa.Column("product_id", ID, nullable=False),
        sa.Column("plot_id", ID, nullable=False),
        sa.Column("county", sa.String(6), nullable=False),
        sa.Column("harvest_date", sa.Date(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.String(24), nullable=False),
        sa.Column("pack_size", sa.BigInteger(), nullable=False),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state_reason", sa.String(1000), nullable=True),
        sa.CheckConstraint("pack_size > 0", name=op.f("ck_batches_pack_size")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_batches_quantity")),
        sa.CheckConstraint("reserved >= 0 AND reserved <= quantity / pack_size", name=op.f("ck_batches_quota")),
        sa.ForeignKeyConstraint(["plot_id"], ["plots.id"], name="fk_batches_plot_id"),
        sa.ForeignKeyConstraint(["producer_id"], ["producers.id"], name="fk_batches_producer_id"),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name="fk_batches_product_id"),
        sa.PrimaryKeyConstraint("id", name="pk_batches"),
        sa.UniqueConstraint("id_number", name="uq_batches_id_number"),
    )
    op.create_index("ix_batches_county_state", "batches", ["county", "state"])
    op.create_index("ix_batches_plot_id", "batches", ["plot_id"])
    op.create_index("ix_batches_producer_id_declared_at", "batches", ["producer_id", "declared_at"])
    op.create_index("ix_batches_product_id", "batches", ["product_id"])

    op.create_table(
        "certifications",
        sa.Column("id", ID, nullable=False),
        sa.Column("product_id", ID, nullable=False),
        sa.Column("scheme", sa.String(24), nullable=False),
        sa.Column("number", sa.String(120), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("verified_by", ID, nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_certifications_validity")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name="fk_certifications_product_id"),
        sa.ForeignKeyConstraint(["verified_by"], ["accounts.id"], name="fk_certifications_verified_by"),
        sa.PrimaryKeyConstraint("id", name="pk_certifications"),
        sa.UniqueConstraint("scheme", "number", "product_id", name="uq_certifications_scheme_number_product_id"),
    )
    op.create_index("ix_certifications_product_id", "certifications", ["product_id"])

    op.create_table(
        "events",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("actor_name", sa.String(120), nullable=False),
        sa.Column("actor_role", sa.String(24), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("object_kind", sa.String(40), nullable=False),
        sa.Column("object_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(1000), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["accounts.id"], name="fk_events_actor_id"),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
    )
    op.create_index("ix_events_at", "events", ["at"])
    op.create_index("ix_events_object", "events", ["object_kind", "object_id"])

    op.create_table(
        "insurance_policies",
        sa.Column("id", ID, nullable=False),
        sa.Column("product_id", ID, nullable=False),
        sa.Column("insurer", sa.String(120), nullable=False),
        sa.Column("number", sa.String(120), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("hotline", sa.String(40), nullable=True),
        sa.Column("note", sa.String(1000), nullable=True),
        sa.Column("verified_by", ID, nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_insurance_policies_validity")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name="fk_insurance_policies_product_id"),
        sa.ForeignKeyConstraint(["verified_by"], ["accounts.id"], name="fk_insurance_policies_verified_by"),
        sa.PrimaryKeyConstraint("id", name="pk_insurance_policies"),
        sa.UniqueConstraint("insurer", "number", "product_id", name="uq_insurance_policies_insurer_number_product_id"),
    )
    op.create_index("ix_insurance_policies_product_id", "insurance_policies", ["product_id"])

    op.create_table(
        "product_pictures",
        sa.Column("product_id", ID, nullable=False),
        sa.Column("jpeg", sa.LargeBinary(), nullable=False),
        sa.Column("mark", sa.String(16), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name="fk_product_pictures_product_id"),
        sa.PrimaryKeyConstraint("product_id", name="pk_product_pictures"),
    )
    op.create_table(
        "code_ranges",
        sa.Column("id", ID, nullable=False),
        sa.Column("batch_id", ID, nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("key_number", sa.Integer(), nullable=False),
        sa.Column("harvest_date", sa.Date(), nullable=False),
        sa.Column("facts", sa.Integer(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by", ID, nullable=True),
        sa.Column("idempotency_key", sa.String(64), nullable=False),
        sa.CheckConstraint(
            "count > 0 AND first >= 0 AND first + count <= 134217728", name=op.f("ck_code_ranges_units")
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name="fk_code_ranges_batch_id"),
        sa.ForeignKeyConstraint(["issued_by"], ["accounts.id"], name="fk_code_ranges_issued_by"),
        sa.PrimaryKeyConstraint("id", name="pk_code_ranges"),
        sa.UniqueConstraint("batch_id", "first", name="uq_code_ranges_batch_id_first"),
        sa.UniqueConstraint("batch_id", "idempotency_key", name="uq_code_ranges_batch_id_idempotency_key"),
    )
    op.create_table(
        "scans",
        sa.Column("id", ID, nullable=False),
        sa.Column("batch_id", ID, nullable=False),
        sa.Column("ordinal", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("visitor", sa.String(24), nullable=False),
        sa.Column("client", sa.String(16), nullable=False),
        sa.Column("verdict", sa.String(24), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name="fk_scans_batch_id"),
        sa.PrimaryKeyConstraint("id", name="pk_scans"),
    )
    op.create_index("ix_scans_unit", "scans", ["batch_id", "ordinal", "at"])

    op.create_table(
        "unit_scans",
        sa.Column("batch_id", ID, nullable=False),
        sa.Column("ordinal", sa.BigInteger(), nullable=False),
        sa.Column("scans", sa.BigInteger(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name="fk_unit_scans_batch_id"),
        sa.PrimaryKeyConstraint("batch_id", "ordinal", name="pk_unit_scans"),
    )
    op.create_table(
        "void_units",
        sa.Column("id", ID, nullable=False),
        sa.Column("batch_id", ID, nullable=False),
        sa.Column("ordinal", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(1000), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name="fk_void_units_batch_id"),
        sa.PrimaryKeyConstraint("id", name="pk_void_units"),
        sa.UniqueConstraint("batch_id", "ordinal", name="uq_void_units_batch_id_ordinal"),
    )
    op.create_table(
        "print_runs",
        sa.Column("id", ID, nullable=False),
        sa.Column("batch_id", ID, nullable=False),
        sa.Column("range_id", ID, nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("job", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("failure", sa.String(1000), nullable=True),
        sa.Column("sha256", sa.String(64), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("read_back", sa.JSON(), nullable=True),
        sa.Column("reprints", sa.Integer(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("planned_by", ID, nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("idempotency_key", sa.String(64), nullable=False),
        sa.CheckConstraint("count > 0", name=op.f("ck_print_runs_count")),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name="fk_print_runs_batch_id"),
        sa.ForeignKeyConstraint(["planned_by"], ["accounts.id"], name="fk_print_runs_planned_by"),
        sa.ForeignKeyConstraint(["range_id"], ["code_ranges.id"], name="fk_print_runs_range_id"),
        sa.PrimaryKeyConstraint("id", name="pk_print_runs"),
        sa.UniqueConstraint("range_id", "idempotency_key", name="uq_print_runs_range_id_idempotency_key"),
    )
    op.create_index("ix_print_runs_batch_id_first", "print_runs", ["batch_id", "first"])
    op.create_index("ix_print_runs_range_id", "print_runs", ["range_id"])
