"""The store of releases."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
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


class Release(Table, table=True):
    """A released bundle; releases are numbered in their order.

    It does not refer to a delivery, because the evaluator keeps a bundle even when its delivery is deleted here. An
    erasure does not remove it either; its groups have persons as pseudonyms with a separate key
    (``disclosure/store_key.py``). ``key_check`` shows whether that key is still in use.
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
    """A group of a release; ``members`` and ``fingerprints`` are packed by ``disclosure/packing.py``.

    ``period`` is the school year of a count and the autumn of days; ``figures`` maps labels to the printed text.
    """

    __tablename__ = "released_group"
    __table_args__ = (Index("ix_released_group_period", "period"),)

    release: int = Field(sa_column=Column(BigInteger, ForeignKey("release.number"), primary_key=True))
    period: str = Field(primary_key=True, sa_type=Text)
    name: str = Field(primary_key=True, sa_type=Text)
    members: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    fingerprints: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    figures: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
