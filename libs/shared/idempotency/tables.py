"""The table of ``steps`` as metadata, so that a service's drift test compares it with what migrations made."""

from sqlalchemy import Column, DateTime, Index, LargeBinary, MetaData, Table, Text


def define(metadata: MetaData) -> None:
    """Add the table to ``metadata``.

    ``tenant`` is a municipality code, or the named access of callers that belong to none. ``id`` is a digest of caller
    and key, ``fingerprint`` one of the request: no column holds either in the clear. ``reference`` names what was
    created; it is null only inside the transaction that creates.
    """
    Table(
        "idempotency_key",
        metadata,
        Column("tenant", Text, primary_key=True),
        Column("id", LargeBinary, primary_key=True),
        Column("fingerprint", LargeBinary, nullable=False),
        Column("reference", Text),
        Column("created_at", DateTime(timezone=True), nullable=False),
        Index("ix_idempotency_key_created_at", "created_at"),
    )
