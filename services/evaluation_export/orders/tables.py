"""Deliveries, the attempts at building them, and the store of what they released."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.evaluation_export.metadata import Table

_NOW = text("clock_timestamp()")


class Delivery(Table, table=True):
    """An order and, when ready, its frozen bundle.

    ``files`` is ``[{name, bytes, sha256}]`` of what is in the bundle; ``failure`` the stable code of why not.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        CheckConstraint("status IN ('requested', 'ready', 'failed')", name="status"),
        CheckConstraint("(status = 'ready') = (bundle IS NOT NULL)", name="bundle"),
        Index("ix_delivery_requested_at", "requested_at"),
    )

    id: UUID = Field(primary_key=True)
    product: str = Field(sa_type=Text)
    school_year: str = Field(sa_type=Text)
    status: str = Field(sa_type=Text)
    failure: str | None = Field(default=None, sa_type=Text)
    requested_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False, server_default=_NOW))
    finished_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
    bundle: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    bundle_sha256: str | None = Field(default=None, sa_type=Text)
    files: list[dict[str, Any]] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))


class DeliveryAttempt(Table, table=True):
    """One start of building; written before it begins, so that a worker that dies of it is counted."""

    __tablename__ = "delivery_attempt"

    delivery_id: UUID = Field(sa_column=Column(ForeignKey("delivery.id"), primary_key=True))
    started_at: datetime = Field(
        sa_column=Column(DateTime(timezone=True), primary_key=True, nullable=False, server_default=_NOW)
    )


class Release(Table, table=True):
    """A bundle that left, numbered in the order in which they did.

    It refers to no delivery: whoever got the bundle keeps it, also when the delivery is deleted here. Nor does it end
    with an erasure; its groups hold persons as pseudonyms of a key of their own (``disclosure/store_key.py``).
    ``key_check`` tells whether that key is still the one in use.
    """

    __tablename__ = "release"
    __table_args__ = (UniqueConstraint("delivery_id", name="uq_release_delivery_id"),)

    number: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    delivery_id: UUID
    product: str = Field(sa_type=Text)
    school_year: str = Field(sa_type=Text)
    released_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False, server_default=_NOW))
    key_check: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class ReleasedGroup(Table, table=True):
    """A group of a release; ``members`` and ``fingerprints`` are packed as ``disclosure/packing.py`` says.

    ``period`` is the school year of a count and the autumn of days; ``figures`` maps what was printed to its text.
    """

    __tablename__ = "released_group"
    __table_args__ = (Index("ix_released_group_period", "period"),)

    release: int = Field(sa_column=Column(BigInteger, ForeignKey("release.number"), primary_key=True))
    period: str = Field(primary_key=True, sa_type=Text)
    name: str = Field(primary_key=True, sa_type=Text)
    members: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    fingerprints: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    figures: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
