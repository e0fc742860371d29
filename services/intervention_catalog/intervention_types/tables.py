"""The published versions of intervention types."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, Index, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlmodel import Field

from services.intervention_catalog.metadata import Table


class InterventionTypeVersion(Table, table=True):
    """One published version of a type. The database refuses to change or remove a row; the newest is in use."""

    __tablename__ = "intervention_type_version"
    __table_args__ = (
        CheckConstraint("aggregate_version > 0", name="aggregate_version"),
        CheckConstraint("letter ~ '^[A-E]$'", name="letter"),
        CheckConstraint("valid_to > valid_from", name="valid_to"),
        Index("ix_intervention_type_version_letter", "letter"),
    )

    intervention_type: str = Field(primary_key=True)
    aggregate_version: int = Field(primary_key=True)
    letter: str
    name_da: str
    name_en: str
    variants: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
    valid_from: date
    valid_to: date | None = None
    published_at: datetime = Field(
        sa_column=Column(TIMESTAMP(timezone=True), nullable=False, server_default=text("clock_timestamp()"))
    )
