"""The table of retired keys. A service adds it to its own metadata by ``define``; the steps create it."""

from sqlalchemy import CheckConstraint, Column, DateTime, MetaData, Table, Text, func


def define(metadata: MetaData) -> None:
    """Add the table to ``metadata``. It has no tenant, because it contains only ids of keys."""
    Table(
        "retired_key",
        metadata,
        Column("ring", Text, primary_key=True),
        Column("key_id", Text, primary_key=True),
        Column("retired_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
        CheckConstraint("ring IN ('data', 'lookup', 'blind_index')", name="ring"),
    )
