"""Deliveries and the attempts at building them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.evaluation_export.metadata import Table

_NOW = text("clock_timestamp()")


class Delivery(Table, table=True):
    """An order and, when it is ready, the description of its bundle, whose bytes are in ``bundle_chunk``.

    ``parameters`` has the product's parameters by name, the school year among them. ``files`` is
    ``[{name, bytes, sha256, offset}]`` of what is in the bundle; ``failure`` is the stable code of the reason why there
    is none.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        CheckConstraint("status IN ('requested', 'ready', 'failed')", name="status"),
        CheckConstraint(
            "(status = 'ready') = (bundle_sha256 IS NOT NULL AND bundle_bytes IS NOT NULL AND files IS NOT NULL)",
            name="bundle",
        ),
        Index("ix_delivery_requested_at", "requested_at"),
    )

    id: UUID = Field(primary_key=True)
    product: str = Field(sa_type=Text)
    parameters: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    status: str = Field(sa_type=Text)
    failure: str | None = Field(default=None, sa_type=Text)
    requested_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False, server_default=_NOW))
    finished_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
    bundle_sha256: str | None = Field(default=None, sa_type=Text)
    bundle_bytes: int | None = Field(default=None, sa_column=Column(BigInteger))
    files: list[dict[str, Any]] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))


class DeliveryAttempt(Table, table=True):
    """One attempt at building, written before it begins, so that an attempt that ends its worker is counted.

    The newest attempt is the claim: the worker that wrote it is the only one that may store pieces or finish the order.
    """

    __tablename__ = "delivery_attempt"

    delivery_id: UUID = Field(sa_column=Column(ForeignKey("delivery.id"), primary_key=True))
    started_at: datetime = Field(
        sa_column=Column(DateTime(timezone=True), primary_key=True, nullable=False, server_default=_NOW)
    )
