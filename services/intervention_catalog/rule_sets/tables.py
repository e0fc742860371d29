"""The table of published rule sets."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlmodel import Field

from services.intervention_catalog.metadata import Table


class RuleSetVersion(Table, table=True):
    """One published version of a rule set. The database refuses to update or delete rows; the newest version is in use.

    ``version`` is the set's own number, which verdicts name; ``aggregate_version`` counts its publications.
    """

    __tablename__ = "rule_set_version"
    __table_args__ = (
        CheckConstraint("version > 0", name="version"),
        CheckConstraint("aggregate_version > 0", name="aggregate_version"),
        CheckConstraint("valid_to > valid_from", name="valid_to"),
        UniqueConstraint("name", "aggregate_version"),
    )

    name: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    aggregate_version: int
    family: str
    valid_from: date
    valid_to: date | None = None
    content: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    published_at: datetime = Field(
        sa_column=Column(TIMESTAMP(timezone=True), nullable=False, server_default=text("clock_timestamp()"))
    )
