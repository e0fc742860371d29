"""The school."""

from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from services.registration.metadata import Table


class School(Table, table=True):
    """A school. ``institution_number`` is unique in the whole country, so in the whole table."""

    __tablename__ = "school"
    __table_args__ = (
        CheckConstraint("kind IN ('public', 'private', 'special')", name="kind"),
        Index("ix_school_municipality_code", "municipality_code"),
    )

    school_id: UUID = Field(primary_key=True)
    municipality_code: str
    institution_number: str = Field(unique=True)
    name: str
    kind: str
    aggregate_version: int
