"""The class."""

from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from services.registration.metadata import Table


class Class(Table, table=True):
    """A class in one school year; next year's is another."""

    __tablename__ = "class_"
    __table_args__ = (
        UniqueConstraint("school_id", "school_year", "name", name="uq_class_school_id_school_year_name"),
        CheckConstraint("grade BETWEEN 0 AND 10", name="grade"),
        CheckConstraint("kind IN ('ordinary', 'special', 'unknown')", name="kind"),
        Index("ix_class_municipality_code", "municipality_code"),
    )

    class_id: UUID = Field(primary_key=True)
    municipality_code: str
    school_id: UUID = Field(foreign_key="school.school_id")
    school_year: str
    name: str
    grade: int
    kind: str
    # Whether a file or somebody has said the kind; otherwise it follows from the school's rules, or is unknown.
    kind_given: bool = Field(sa_column_kwargs={"server_default": text("true")})
    line: str | None
    aggregate_version: int
