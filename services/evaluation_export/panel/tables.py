"""Read models. They have only the data that the products need, and no lookup keys and no names.

No foreign keys between them: events of different topics arrive in any order.
"""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Date, Index, Numeric, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from services.evaluation_export.metadata import Table


class InterventionType(Table, table=True):
    """A published intervention type A–E. ``name`` is ``{da, en}``, ``variants`` ``[{variant, name}]``."""

    __tablename__ = "intervention_type"

    letter: str = Field(primary_key=True, sa_type=Text)
    intervention_type: str = Field(sa_type=Text)
    name: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    variants: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
    aggregate_version: int


class Municipality(Table, table=True):
    """A municipality, whether it takes part, and whether the evaluation compares with it."""

    __tablename__ = "municipality"

    municipality_code: str = Field(primary_key=True, sa_type=Text)
    name: str = Field(sa_type=Text)
    status: str = Field(sa_type=Text)
    comparison: bool = Field(sa_column_kwargs={"server_default": text("false")})
    aggregate_version: int


class School(Table, table=True):
    """A school; ``kind`` is public, private or special."""

    __tablename__ = "school"

    school_id: UUID = Field(primary_key=True)
    municipality_code: str = Field(sa_type=Text)
    institution_number: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    aggregate_version: int


class Calendar(Table, table=True):
    """The school days of a school in one school year."""

    __tablename__ = "calendar"

    school_id: UUID = Field(primary_key=True)
    school_year: str = Field(primary_key=True, sa_type=Text)
    municipality_code: str = Field(sa_type=Text)
    school_days: list[date] = Field(sa_column=Column(ARRAY(Date), nullable=False))
    aggregate_version: int


class Class(Table, table=True):
    """A class; ``kind`` is ordinary or special."""

    __tablename__ = "class_"

    class_id: UUID = Field(primary_key=True)
    municipality_code: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    aggregate_version: int


class Pupil(Table, table=True):
    """A pupil of one municipality; ``person_id`` joins the ids of one person."""

    __tablename__ = "pupil"

    pupil_id: UUID = Field(primary_key=True)
    municipality_code: str = Field(sa_type=Text)
    person_id: UUID
    has_cpr_number: bool
    aggregate_version: int


class Membership(Table, table=True):
    """A pupil's time in a class, from ``valid_from`` until before ``valid_to``; belongs to the pupil's version."""

    __tablename__ = "membership"
    __table_args__ = (Index("ix_membership_school_id", "school_id"),)

    pupil_id: UUID = Field(primary_key=True)
    class_id: UUID = Field(primary_key=True)
    valid_from: date = Field(primary_key=True)
    valid_to: date
    municipality_code: str = Field(sa_type=Text)
    school_id: UUID
    institution_number: str = Field(sa_type=Text)


class Project(Table, table=True):
    """A project description's state; ``variants`` are those its plan names."""

    __tablename__ = "project"

    project_id: UUID = Field(primary_key=True)
    municipality_code: str = Field(sa_type=Text)
    status: str = Field(sa_type=Text)
    variants: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    start: date
    valid_to: date
    aggregate_version: int


class Enrolment(Table, table=True):
    """One pupil in one course, from ``valid_from`` until before ``valid_to``."""

    __tablename__ = "enrolment"
    __table_args__ = (Index("ix_enrolment_valid_from", "valid_from"),)

    enrolment_id: UUID = Field(primary_key=True)
    municipality_code: str = Field(sa_type=Text)
    pupil_id: UUID
    course_id: UUID
    school_id: UUID
    variant: str = Field(sa_type=Text)
    grade: int
    valid_from: date
    valid_to: date
    aggregate_version: int


class Screening(Table, table=True):
    """A pupil whom a decision after the screening selected."""

    __tablename__ = "screening"

    pupil_id: UUID = Field(primary_key=True)
    municipality_code: str = Field(sa_type=Text)
    aggregate_version: int


class Selection(Table, table=True):
    """One decision that selected the pupil; belongs to the version of the pupil's screening.

    ``kind`` is pupil, group or class; ``reasons`` are those of a class; ``designated`` is the school's mark for pupils
    likely to benefit (*udpeget*). A decision with ``reversed_on`` no longer stands from that day.
    """

    __tablename__ = "selection"

    pupil_id: UUID = Field(primary_key=True)
    selection_id: UUID = Field(primary_key=True)
    municipality_code: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    school_id: UUID
    class_id: UUID | None = None
    decided_on: date
    reversed_on: date | None = None
    reasons: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    designated: bool


class Dosage(Table, table=True):
    """What one course has delivered (the event ``registration.dosage``), in ``unit``.

    ``planned_outcome`` and ``delivered_outcome`` are the verdicts of these stages: met, at_risk, missed or unknown.
    ``stated``, ``enrolled`` and ``identified`` count pupils; null where an older event did not say.
    """

    __tablename__ = "dosage"

    course_id: UUID = Field(primary_key=True)
    municipality_code: str = Field(sa_type=Text)
    variant: str = Field(sa_type=Text)
    start: date
    valid_to: date
    unit: str = Field(sa_type=Text)
    delivered: Decimal = Field(sa_column=Column(Numeric, nullable=False))
    sessions: int
    stated: int | None = None
    enrolled: int | None = None
    identified: int | None = None
    planned_outcome: str | None = Field(default=None, sa_type=Text)
    delivered_outcome: str | None = Field(default=None, sa_type=Text)
    aggregate_version: int


class PupilMonth(Table, table=True):
    """A pupil's absence in a month, in days."""

    __tablename__ = "pupil_month"

    pupil_id: UUID = Field(primary_key=True)
    month: str = Field(primary_key=True, sa_type=Text)
    municipality_code: str = Field(sa_type=Text)
    illness: Decimal = Field(sa_column=Column(Numeric(4, 1), nullable=False))
    authorised: Decimal = Field(sa_column=Column(Numeric(4, 1), nullable=False))
    unauthorised: Decimal = Field(sa_column=Column(Numeric(4, 1), nullable=False))
    aggregate_version: int


class Completeness(Table, table=True):
    """Whether a school's month is reported, and the number of pupil-months in the report (null: not known)."""

    __tablename__ = "completeness"

    institution_number: str = Field(primary_key=True, sa_type=Text)
    month: str = Field(primary_key=True, sa_type=Text)
    municipality_code: str = Field(sa_type=Text)
    reported: bool
    pupil_months: int | None
    aggregate_version: int
