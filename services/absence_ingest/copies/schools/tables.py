"""Read models of ``registration.school`` and ``registration.calendar``; no foreign keys, as topics have no order."""

from datetime import date
from uuid import UUID

from sqlalchemy import Index, Text
from sqlmodel import Field

from services.absence_ingest.metadata import Table


class School(Table, table=True):
    """A school by its institution number."""

    __tablename__ = "school"
    __table_args__ = (Index("ix_school_institution_number", "institution_number"),)

    school_id: UUID = Field(primary_key=True)
    municipality_code: str = Field(sa_type=Text)
    institution_number: str = Field(sa_type=Text)
    aggregate_version: int


class Calendar(Table, table=True):
    """A school year whose school days are known. ``starts`` is its 1 August."""

    __tablename__ = "calendar"

    school_id: UUID = Field(primary_key=True)
    starts: date = Field(primary_key=True)
    school_year: str = Field(sa_type=Text)
    municipality_code: str = Field(sa_type=Text)
    aggregate_version: int


class CalendarDay(Table, table=True):
    """One school day of the calendar that begins at ``starts``."""

    __tablename__ = "calendar_day"

    school_id: UUID = Field(primary_key=True)
    day: date = Field(primary_key=True)
    starts: date
    municipality_code: str = Field(sa_type=Text)
