"""The project description."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, DateTime, Index, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from services.registration.metadata import Table


class Project(Table, table=True):
    """A project of one municipality's schools. ``verdicts`` are those of the last submission or approval.

    The reasons are encrypted, because the reason for accepting a warning may be about particular pupils.
    """

    __tablename__ = "project"
    __table_args__ = (
        CheckConstraint("status IN ('draft', 'submitted', 'approved')", name="status"),
        Index("ix_project_municipality_code", "municipality_code"),
    )

    project_id: UUID = Field(primary_key=True)
    municipality_code: str
    title: str
    school_ids: list[UUID] = Field(sa_column=Column(ARRAY(Uuid), nullable=False))
    plan: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    status: str
    verdicts: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
    submitted_by: str | None = None
    submitted_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
    submit_reason: bytes | None = None
    approved_by: str | None = None
    approved_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
    approve_reason: bytes | None = None
    aggregate_version: int
