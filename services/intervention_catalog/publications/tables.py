"""The table of published records."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, Index, String, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP
from sqlmodel import Field

from services.intervention_catalog.metadata import Table


class PublicationRow(Table, table=True):
    """One published record. The database refuses to update or delete rows. ``institution_numbers`` are the institutions
    whose people wrote the item, null for all others; they are never shown.
    """

    __tablename__ = "publication"
    __table_args__ = (
        CheckConstraint("version > 0", name="version"),
        CheckConstraint("valid_to > valid_from OR (withdrawn AND valid_to = valid_from)", name="valid_to"),
        CheckConstraint(
            "withdrawn = (reason IS NOT NULL) AND "
            "reason IN ('outdated', 'ended', 'replaced', 'wrong', 'on_request', 'unsuitable')",
            name="reason",
        ),
        CheckConstraint("origin IN ('packaged', 'draft')", name="origin"),
        Index("ix_publication_kind_item_id_valid_from", "kind", "item_id", "valid_from"),
    )

    kind: str = Field(primary_key=True)
    item_id: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    valid_from: date
    valid_to: date | None = None
    withdrawn: bool
    reason: str | None = None
    content: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    origin: str
    published_by: str | None = None
    institution_numbers: list[str] | None = Field(default=None, sa_column=Column(ARRAY(String)))
    published_at: datetime = Field(
        sa_column=Column(TIMESTAMP(timezone=True), nullable=False, server_default=text("clock_timestamp()"))
    )
