"""The school."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from services.registration.metadata import Table


class School(Table, table=True):
    """A school, once per municipality and number. Only one school in the country holds a number (see ``Standing``)."""

    __tablename__ = "school"
    __table_args__ = (
        CheckConstraint("kind IN ('public', 'private', 'special')", name="kind"),
        CheckConstraint("standing IN ('registered', 'first_use', 'former', 'refused')", name="standing"),
        UniqueConstraint(
            "municipality_code", "institution_number", name="uq_school_municipality_code_institution_number"
        ),
        Index(
            "uq_school_held_institution_number",
            "institution_number",
            unique=True,
            postgresql_where=text("standing IN ('registered', 'first_use')"),
        ),
        Index("ix_school_municipality_code", "municipality_code"),
        Index("ix_school_main_school_id", "main_school_id", postgresql_where=text("main_school_id IS NOT NULL")),
    )

    school_id: UUID = Field(primary_key=True)
    municipality_code: str
    institution_number: str
    name: str
    kind: str
    location_municipality_code: str | None = None
    """The municipality in which it lies; None: the one that runs it, ``municipality_code``."""
    main_school_id: UUID | None = Field(default=None, foreign_key="school.school_id")
    """Of a department, the school that it belongs to."""
    standing: str
    first_used_on: date
    aggregate_version: int
