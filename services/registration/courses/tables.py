"""The course, its enrolments and its sessions."""

from datetime import date, time
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.registration.metadata import Table


class Course(Table, table=True):
    """A course from ``start`` to ``last_day``, both inclusive. ``class_id`` is null for a group.

    ``planned`` is the dosage planned, phase by phase; ``verdicts`` are the rules' on its first day;
    ``judged_on`` is the day as of which the last event judged the dosage.
    """

    __tablename__ = "course"
    __table_args__ = (
        CheckConstraint("last_day >= start", name="period"),
        Index("ix_course_municipality_code", "municipality_code"),
    )

    course_id: UUID = Field(primary_key=True)
    municipality_code: str
    project_id: UUID = Field(foreign_key="project.project_id")
    school_id: UUID = Field(foreign_key="school.school_id")
    class_id: UUID | None = Field(default=None, foreign_key="class_.class_id")
    variant: str
    start: date
    last_day: date
    planned: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
    verdicts: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
    judged_on: date
    aggregate_version: int


class Enrolment(Table, table=True):
    """A pupil in a course, from ``valid_from`` until before ``valid_to``; ``grade`` is that of the first day."""

    __tablename__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("course_id", "pupil_id", name="uq_enrolment_course_id_pupil_id"),
        Index("ix_enrolment_pupil_id", "pupil_id"),
        Index("ix_enrolment_municipality_code", "municipality_code"),
    )

    enrolment_id: UUID = Field(primary_key=True)
    course_id: UUID = Field(foreign_key="course.course_id")
    pupil_id: UUID = Field(foreign_key="pupil.pupil_id")
    municipality_code: str
    grade: int
    designated: bool
    valid_from: date
    valid_to: date
    aggregate_version: int


class CourseSession(Table, table=True):
    """A session as it was held; 0 minutes is one that was cancelled."""

    __tablename__ = "course_session"
    __table_args__ = (
        CheckConstraint("minutes BETWEEN 0 AND 1440", name="minutes"),
        Index("ix_course_session_municipality_code", "municipality_code"),
    )

    course_id: UUID = Field(primary_key=True, foreign_key="course.course_id")
    held_on: date = Field(primary_key=True)
    starts_at: time = Field(primary_key=True)
    municipality_code: str
    minutes: int
