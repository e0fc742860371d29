"""Read models of absence_ingest's events. No foreign keys: events of different topics arrive in any order."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import Column, Index, Numeric
from sqlmodel import Field

from services.registration.metadata import Table


class PupilMonth(Table, table=True):
    """A pupil's absence in a month (``2022-09``): days of all three categories together, in halves."""

    __tablename__ = "pupil_month"
    __table_args__ = (Index("ix_pupil_month_municipality_code", "municipality_code"),)

    pupil_id: UUID = Field(primary_key=True)
    month: str = Field(primary_key=True)
    municipality_code: str
    days: Decimal = Field(sa_column=Column(Numeric(4, 1), nullable=False))
    aggregate_version: int


class Completeness(Table, table=True):
    """Whether a school's month is reported, and the number of pupil-months in the report (null: not known)."""

    __tablename__ = "completeness"

    institution_number: str = Field(primary_key=True)
    month: str = Field(primary_key=True)
    municipality_code: str
    reported: bool
    pupil_months: int | None
    aggregate_version: int
