"""The selection, its pupils, the marks of its pupils, and the aggregate that tells them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, DateTime, Index, String
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from services.registration.metadata import Table


class SelectionRow(Table, table=True):
    """A decision. It is written once, but for a reversal and the version, which counts changes. ``reason``,
    ``parents_dialogue`` and ``reversal_reason`` are encrypted: people write names in them.
    """

    __tablename__ = "selection"
    __table_args__ = (
        CheckConstraint("kind IN ('pupil', 'group', 'class')", name="kind"),
        CheckConstraint(
            "(reversed_on IS NULL) = (reversed_by IS NULL) AND (reversed_on IS NULL) = (reversed_at IS NULL)"
            " AND (reversed_on IS NULL) = (reversal_reason IS NULL)",
            name="reversal",
        ),
        Index("ix_selection_municipality_code", "municipality_code"),
        Index("ix_selection_school_id", "school_id"),
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
    reasons: list[str] = Field(sa_column=Column(ARRAY(String), nullable=False))
    kept_list_id: UUID | None = Field(default=None, foreign_key="kept_list.kept_list_id")
    reversed_on: date | None = None
    reversed_by: str | None = None
    reversed_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
    reversal_reason: bytes | None = None
    version: int


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
    designated: bool


class SelectionMark(Table, table=True):
    """That a mark of a pupil was set or taken back, by the version of the selection that it made."""

    __tablename__ = "selection_mark"
    __table_args__ = (
        Index("ix_selection_mark_pupil_id", "pupil_id"),
        Index("ix_selection_mark_municipality_code", "municipality_code"),
    )

    selection_id: UUID = Field(primary_key=True, foreign_key="selection.selection_id")
    pupil_id: UUID = Field(primary_key=True, foreign_key="pupil.pupil_id")
    version: int = Field(primary_key=True)
    municipality_code: str
    designated: bool
    marked_by: str
    marked_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))


class Screening(Table, table=True):
    """A pupil whom a decision selected: the aggregate whose version an event carries."""

    __tablename__ = "screening"
    __table_args__ = (Index("ix_screening_municipality_code", "municipality_code"),)

    pupil_id: UUID = Field(primary_key=True, foreign_key="pupil.pupil_id")
    municipality_code: str
    aggregate_version: int
