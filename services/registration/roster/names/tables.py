"""The disclosure of a protected name."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, DateTime, Index
from sqlmodel import Field

from services.registration.metadata import Table


class NameDisclosure(Table, table=True):
    """That a person had the protected name of a pupil shown, until when, and why. ``reason`` is encrypted. A trigger
    refuses to delete a row or to change what it says.
    """

    __tablename__ = "name_disclosure"
    __table_args__ = (
        CheckConstraint("purpose IN ('identity', 'parents', 'support', 'safety')", name="purpose"),
        CheckConstraint("ends_at > disclosed_at", name="period"),
        Index("ix_name_disclosure_pupil_id", "pupil_id"),
        Index("ix_name_disclosure_disclosed_at", "municipality_code", "disclosed_at", "disclosure_id"),
    )

    disclosure_id: UUID = Field(primary_key=True)
    municipality_code: str
    pupil_id: UUID = Field(foreign_key="pupil.pupil_id")
    case_id: UUID | None = Field(default=None, foreign_key="identity_case.case_id")
    purpose: str
    reason: bytes
    disclosed_by: str
    disclosed_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    ends_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
