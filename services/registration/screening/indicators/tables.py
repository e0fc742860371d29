"""The indicator."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, DateTime, Index, text
from sqlmodel import Field

from services.registration.metadata import Table


class Indicator(Table, table=True):
    """One result of one pupil. ``value`` is a code of ``domain.py``; ``subject`` is empty for readiness.

    ``as_of`` is when its file was queued; results of older files no longer count. ``withdrawn`` marks a result that was
    withdrawn; such a row is kept as long as older rows may still be parked.
    """

    __tablename__ = "indicator"
    __table_args__ = (
        CheckConstraint("indicator IN ('national_test', 'teacher_mark', 'education_readiness')", name="indicator"),
        CheckConstraint("grade BETWEEN 0 AND 10", name="grade"),
        Index("ix_indicator_municipality_code", "municipality_code"),
        Index("ix_indicator_withdrawn", "municipality_code", postgresql_where=text("value = 'withdrawn'")),
    )

    pupil_id: UUID = Field(primary_key=True, foreign_key="pupil.pupil_id")
    indicator: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    grade: int = Field(primary_key=True)
    day: date = Field(primary_key=True)
    value: str
    as_of: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    municipality_code: str
