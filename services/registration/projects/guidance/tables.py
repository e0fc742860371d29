"""The secretariat's guidance."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, DateTime, Index
from sqlmodel import Field

from services.registration.metadata import Table


class Guidance(Table, table=True):
    """One conversation or answer, written once. ``words`` is encrypted."""

    __tablename__ = "guidance"
    __table_args__ = (
        CheckConstraint("kind IN ('needs', 'efforts', 'organisation', 'budget', 'registration', 'other')", name="kind"),
        CheckConstraint("channel IN ('telephone', 'mail', 'meeting', 'visit')", name="channel"),
        Index("ix_guidance_municipality_code", "municipality_code", "given_on"),
    )

    guidance_id: UUID = Field(primary_key=True)
    municipality_code: str
    project_id: UUID | None = Field(default=None, foreign_key="project.project_id")
    given_on: date
    kind: str
    channel: str
    words: bytes
    created_by: str
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
