"""A source of files, and what it calls schools, school years and classes. Nothing here is about a person."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, DateTime
from sqlmodel import Field

from services.registration.metadata import Table


class RosterSource(Table, table=True):
    """A source system of a municipality: when its last file was made, and the receipts of its last files."""

    __tablename__ = "roster_source"

    municipality_code: str = Field(primary_key=True)
    source: str = Field(primary_key=True)
    moment: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    whole_file_id: UUID | None = None
    """Without a foreign key: receipts are deleted after some time, and the source is remembered."""
    last_file_id: UUID | None = None
    """The receipt of its last file, whole or of changes; likewise."""


class RosterSourcePlace(Table, table=True):
    """A place by the id that its source gives it. Columns that its sort does not need are empty."""

    __tablename__ = "roster_source_place"
    __table_args__ = (CheckConstraint("sort IN ('school', 'school_year', 'class', 'other')", name="sort"),)

    municipality_code: str = Field(primary_key=True)
    source: str = Field(primary_key=True)
    sort: str = Field(primary_key=True)
    sourced_id: str = Field(primary_key=True)
    institution_number: str
    school_year: str
    name: str
