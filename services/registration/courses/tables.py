"""The course, its enrolments, its schedule and its sessions."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKeyConstraint, Index, Numeric, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from services.registration.metadata import Table


class Course(Table, table=True):
    """A course from ``start`` to ``last_day``, both inclusive. ``class_id`` is null for a group.

    ``code`` names it at its school, in lists and files. ``stated`` is the number of pupils that was stated, which may
    be before names are known. ``planned`` is the dosage planned, phase by phase; ``minimum`` the phases that the
    project's approval has set, where the rules have none; ``verdicts`` are the rules' on its first day. ``continues``
    is the course from which this one was split.

    A course that ended early has its former last day in ``planned_last_day``, with a reason; the note is encrypted.

    ``judged_on`` is the day as of which the dosage was last judged, with ``entry`` as the result: the ledger's entry,
    of which ``outcome``, ``attention`` and ``share`` (expected in per cent of what is required) are also columns, so
    that lists can be filtered and sorted by them.
    """

    __tablename__ = "course"
    __table_args__ = (
        CheckConstraint("last_day >= start", name="period"),
        CheckConstraint("stated >= 0", name="stated"),
        CheckConstraint("planned_last_day IS NULL OR planned_last_day >= last_day", name="planned_last_day"),
        CheckConstraint("(planned_last_day IS NULL) = (end_reason IS NULL)", name="end_reason"),
        UniqueConstraint("school_id", "code", name="uq_course_school_id_code"),
        Index("ix_course_municipality_code", "municipality_code"),
        Index("ix_course_class_id", "class_id"),
    )

    course_id: UUID = Field(primary_key=True)
    municipality_code: str
    project_id: UUID = Field(foreign_key="project.project_id")
    initiative_id: UUID | None = None
    school_id: UUID = Field(foreign_key="school.school_id")
    class_id: UUID | None = Field(default=None, foreign_key="class_.class_id")
    code: str
    variant: str
    subjects: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    staff: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
    stated: int
    start: date
    last_day: date
    planned_last_day: date | None = None
    end_reason: str | None = None
    end_note: bytes | None = None
    continues: UUID | None = Field(default=None, foreign_key="course.course_id")
    planned: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
    minimum: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
    verdicts: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
    judged_on: date
    entry: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB))
    outcome: str = "unknown"
    attention: list[str] = Field(default_factory=list, sa_column=Column(ARRAY(Text), nullable=False))
    share: Decimal | None = Field(default=None, sa_column=Column(Numeric(9, 2)))
    aggregate_version: int


class Enrolment(Table, table=True):
    """A pupil in a course, from ``valid_from`` until before ``valid_to``; ``grade`` is that of the first day.

    A pupil may be in a course several times, but not twice on one day. ``origin`` says how the enrolment came about,
    ``end_reason`` why it ends before the course does.
    """

    __tablename__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("course_id", "pupil_id", "valid_from", name="uq_enrolment_course_id_pupil_id_valid_from"),
        CheckConstraint("valid_to >= valid_from", name="interval"),
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
    origin: str = "named"
    end_reason: str | None = None
    aggregate_version: int


class OfferDecision(Table, table=True):
    """What the school decided about a pupil who joined the class after its course began."""

    __tablename__ = "enrolment_offer"
    __table_args__ = (
        CheckConstraint("decision IN ('accepted', 'declined')", name="decision"),
        Index("ix_enrolment_offer_municipality_code", "municipality_code"),
        Index("ix_enrolment_offer_pupil_id", "pupil_id"),
    )

    course_id: UUID = Field(primary_key=True, foreign_key="course.course_id")
    pupil_id: UUID = Field(primary_key=True, foreign_key="pupil.pupil_id")
    municipality_code: str
    decision: str
    decided_by: str
    decided_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))


class Regrouping(Table, table=True):
    """Pupils who went from one course to another on ``day``, because a group was split or two were merged."""

    __tablename__ = "regrouping"
    __table_args__ = (
        CheckConstraint("kind IN ('split', 'merge')", name="kind"),
        Index("ix_regrouping_from_course_id", "from_course_id"),
        Index("ix_regrouping_to_course_id", "to_course_id"),
        Index("ix_regrouping_municipality_code", "municipality_code"),
    )

    regrouping_id: UUID = Field(primary_key=True)
    municipality_code: str
    kind: str
    day: date
    from_course_id: UUID = Field(foreign_key="course.course_id")
    to_course_id: UUID = Field(foreign_key="course.course_id")
    pupils: int
    decided_by: str
    decided_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))


class CourseSession(Table, table=True):
    """A session as it was held; 0 minutes is one that was cancelled. ``pupils`` is how many were there, if counted."""

    __tablename__ = "course_session"
    __table_args__ = (
        CheckConstraint("minutes BETWEEN 0 AND 1440", name="minutes"),
        CheckConstraint("pupils >= 0", name="pupils"),
        Index("ix_course_session_municipality_code", "municipality_code"),
    )

    course_id: UUID = Field(primary_key=True, foreign_key="course.course_id")
    held_on: date = Field(primary_key=True)
    starts_at: time = Field(primary_key=True)
    municipality_code: str
    minutes: int
    pupils: int | None = None


class Attendance(Table, table=True):
    """How many minutes of a session a pupil was there; 0 is a pupil who was absent."""

    __tablename__ = "attendance"
    __table_args__ = (
        ForeignKeyConstraint(
            ["course_id", "held_on", "starts_at"],
            ["course_session.course_id", "course_session.held_on", "course_session.starts_at"],
            name="fk_attendance_session",
        ),
        CheckConstraint("minutes BETWEEN 0 AND 1440", name="minutes"),
        Index("ix_attendance_pupil_id", "pupil_id"),
        Index("ix_attendance_municipality_code", "municipality_code"),
    )

    course_id: UUID = Field(primary_key=True)
    held_on: date = Field(primary_key=True)
    starts_at: time = Field(primary_key=True)
    pupil_id: UUID = Field(primary_key=True, foreign_key="pupil.pupil_id")
    municipality_code: str
    minutes: int


class CourseSchedule(Table, table=True):
    """A course's repeating times and exceptions; ``school_days_only`` leaves out the calendar's holidays."""

    __tablename__ = "course_schedule"
    __table_args__ = (Index("ix_course_schedule_municipality_code", "municipality_code"),)

    course_id: UUID = Field(primary_key=True, foreign_key="course.course_id")
    municipality_code: str
    slots: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
    exceptions: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
    school_days_only: bool


class PlannedSession(Table, table=True):
    """A session that the schedule plans, and what became of it. ``held_on`` and ``held_at`` are set for one that was
    held, at its own time or at another.
    """

    __tablename__ = "planned_session"
    __table_args__ = (
        CheckConstraint("state IN ('planned', 'held', 'changed', 'cancelled')", name="state"),
        CheckConstraint("minutes BETWEEN 1 AND 1440", name="minutes"),
        CheckConstraint("(held_on IS NULL) = (held_at IS NULL)", name="held"),
        Index("ix_planned_session_municipality_code", "municipality_code"),
    )

    course_id: UUID = Field(primary_key=True, foreign_key="course.course_id")
    day: date = Field(primary_key=True)
    starts_at: time = Field(primary_key=True)
    municipality_code: str
    minutes: int
    state: str = "planned"
    reason: str | None = None
    held_on: date | None = None
    held_at: time | None = None
