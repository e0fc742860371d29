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
    )

    school_id: UUID = Field(primary_key=True)
    municipality_code: str
    institution_number: str
    name: str
    kind: str
    standing: str
    first_used_on: date
    aggregate_version: int
