"""The common part of every service's ``migrations/env.py``."""

from alembic import context
from sqlalchemy import Connection, MetaData


def run(metadata: MetaData) -> None:
    """Run the migrations on the connection that ``migrate`` opened, each in a transaction of its own.

    Raises ``RuntimeError`` if Alembic was started in another way.
    """
    connection: Connection | None = context.config.attributes.get("connection")
    if connection is None:
        raise RuntimeError("run migrations by `python -m services.<name> migrate`")
    context.configure(
        connection=connection, target_metadata=metadata, transaction_per_migration=True, compare_type=True
    )
    with context.begin_transaction():
        context.run_migrations()
