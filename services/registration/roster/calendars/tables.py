"""The calendar of a school year and its days."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index
from sqlmodel import Field

from services.registration.metadata import Table


class Calendar(Table, table=True):
    """A school's calendar of one school year: the aggregate whose version an event carries."""

    __tablename__ = "calendar"
    __table_args__ = (Index("ix_calendar_municipality_code", "municipality_code"),)

    school_id: UUID = Field(primary_key=True, foreign_key="school.school_id")
    school_year: str = Field(primary_key=True)
    municipality_code: str
    aggregate_version: int


class CalendarDay(Table, table=True):
    """One school day."""

    __tablename__ = "calendar_day"
    __table_args__ = (
        ForeignKeyConstraint(
            ["school_id", "school_year"],
            ["calendar.school_id", "calendar.school_year"],
            name="fk_calendar_day_calendar",
        ),
    )

    school_id: UUID = Field(primary_key=True)
    day: date = Field(primary_key=True)
    school_year: str
    municipality_code: str
