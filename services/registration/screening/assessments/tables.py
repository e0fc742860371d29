"""The assessment, its pupils and its saved versions."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, DateTime, Index, UniqueConstraint
from sqlmodel import Field

from services.registration.metadata import Table


class AssessmentRow(Table, table=True):
    """An assessment, with the state of its last version. ``rule_set`` has the questions that are answered."""

    __tablename__ = "assessment"
    __table_args__ = (
        CheckConstraint("status IN ('draft', 'final')", name="status"),
        Index("ix_assessment_municipality_code", "municipality_code"),
        Index("ix_assessment_school_id", "school_id"),
    )

    assessment_id: UUID = Field(primary_key=True)
    municipality_code: str
    school_id: UUID = Field(foreign_key="school.school_id")
    as_of: date
    rule_set: str
    rule_set_version: int
    status: str
    version: int
    created_by: str
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    changed_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))


class AssessmentPupil(Table, table=True):
    """A pupil whom an assessment is about."""

    __tablename__ = "assessment_pupil"
    __table_args__ = (
        Index("ix_assessment_pupil_pupil_id", "pupil_id"),
        Index("ix_assessment_pupil_municipality_code", "municipality_code"),
    )

    assessment_id: UUID = Field(primary_key=True, foreign_key="assessment.assessment_id")
    pupil_id: UUID = Field(primary_key=True, foreign_key="pupil.pupil_id")
    municipality_code: str


class AssessmentVersion(Table, table=True):
    """The answers as they were saved once, encrypted as a whole: the codes are as sensitive as the texts."""

    __tablename__ = "assessment_version"
    __table_args__ = (
        UniqueConstraint("assessment_id", "version", name="uq_assessment_version_assessment_id_version"),
        CheckConstraint("status IN ('draft', 'final')", name="status"),
        Index("ix_assessment_version_municipality_code", "municipality_code"),
    )

    version_id: UUID = Field(primary_key=True)
    assessment_id: UUID = Field(foreign_key="assessment.assessment_id")
    version: int
    municipality_code: str
    status: str
    answers: bytes
    saved_by: str
    saved_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
