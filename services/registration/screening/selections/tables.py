"""The selection and its pupils."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, DateTime, Index, String
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from services.registration.metadata import Table


class SelectionRow(Table, table=True):
    """A decision, written once. ``reason`` and ``parents_dialogue`` are encrypted: people write names in them."""

    __tablename__ = "selection"
    __table_args__ = (
        CheckConstraint("kind IN ('pupil', 'group', 'class')", name="kind"),
        Index("ix_selection_municipality_code", "municipality_code"),
    )

    selection_id: UUID = Field(primary_key=True)
    municipality_code: str
    school_id: UUID = Field(foreign_key="school.school_id")
    kind: str
    class_id: UUID | None = Field(default=None, foreign_key="class_.class_id")
    decided_on: date
    decided_by: str
    recorded_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    socially_vulnerable: bool
    behind: list[str] = Field(sa_column=Column(ARRAY(String), nullable=False))
    reason: bytes
    parents_dialogue: bytes


class SelectionPupilRow(Table, table=True):
    """A pupil of a selection; ``verdicts`` are the screening's on the day of the decision."""

    __tablename__ = "selection_pupil"
    __table_args__ = (
        Index("ix_selection_pupil_pupil_id", "pupil_id"),
        Index("ix_selection_pupil_municipality_code", "municipality_code"),
    )

    selection_id: UUID = Field(primary_key=True, foreign_key="selection.selection_id")
    pupil_id: UUID = Field(primary_key=True, foreign_key="pupil.pupil_id")
    municipality_code: str
    verdicts: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
