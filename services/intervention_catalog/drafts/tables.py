"""The table of drafts."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, DateTime, Index, String
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from services.intervention_catalog.metadata import Table
from services.intervention_catalog.ownership import Owner


class Draft(Table, table=True):
    """A draft of one item. ``municipality_code`` is null for the secretariat's own; ``institution_numbers`` are the
    institutions whose people wrote it, null for the municipality as a whole.

    ``version`` rises with every change, so that nobody publishes a version they have not read. ``published_version`` is
    the version of the item that it became.
    """

    __tablename__ = "draft"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'submitted', 'returned', 'published')", name="state"),
        CheckConstraint("(state = 'published') = (published_version IS NOT NULL)", name="published_version"),
        Index("ix_draft_municipality_code", "municipality_code"),
    )

    draft_id: UUID = Field(primary_key=True)
    kind: str
    item_id: str
    municipality_code: str | None = None
    institution_numbers: list[str] | None = Field(default=None, sa_column=Column(ARRAY(String)))
    state: str
    content: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    valid_from: date | None = None
    valid_to: date | None = None
    version: int
    created_by: str
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    changed_by: str
    changed_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    submitted_by: str | None = None
    submitted_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
    reviewed_by: str | None = None
    reviewed_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
    review_note: str | None = None
    published_version: int | None = None

    @property
    def owner(self) -> Owner:
        """The owner of the draft."""
        return Owner(
            self.municipality_code, None if self.institution_numbers is None else frozenset(self.institution_numbers)
        )
