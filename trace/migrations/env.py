"""Alembic's entry: run the migrations on the connection that `schema.upgrade` opened."""

from alembic import context

from yipin.db.columns import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    transaction_per_migration=False,
)
context.run_migrations()
