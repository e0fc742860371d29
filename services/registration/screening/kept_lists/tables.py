"""A kept list and its rows. A trigger refuses every change of them; a row is deleted with its pupil alone."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Column, DateTime, Index, Numeric
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.registration.metadata import Table


class KeptListRow(Table, table=True):
    """A gross list as somebody kept it. ``school_id`` is null for a list of the whole municipality; ``pupils`` is the
    number of its rows when it was kept.
    """

    __tablename__ = "kept_list"
    __table_args__ = (
        Index("ix_kept_list_municipality_code", "municipality_code"),
        Index("ix_kept_list_school_id", "school_id"),
    )

    kept_list_id: UUID = Field(primary_key=True)
    municipality_code: str
    school_id: UUID | None = Field(default=None, foreign_key="school.school_id")
    as_of: date
    filters: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    rule_set: str
    version: int
    screened: int
    not_shown: int
    flagged: int
    expected_percent: Decimal = Field(sa_column=Column(Numeric, nullable=False))
    outcomes: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    pupils: int
    kept_by: str
    kept_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))


class KeptListPupil(Table, table=True):
    """A pupil of a kept list, with class, grade and verdicts as they were; the name is not kept."""

    __tablename__ = "kept_list_pupil"
    __table_args__ = (
        Index("ix_kept_list_pupil_pupil_id", "pupil_id"),
        Index("ix_kept_list_pupil_municipality_code", "municipality_code"),
    )

    kept_list_id: UUID = Field(primary_key=True, foreign_key="kept_list.kept_list_id")
    position: int = Field(primary_key=True)
    pupil_id: UUID = Field(foreign_key="pupil.pupil_id")
    municipality_code: str
    school_id: UUID
    institution_number: str
    class_id: UUID
    class_name: str
    grade: int
    verdicts: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
