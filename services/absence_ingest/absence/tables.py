"""Days of absence and their sums. No foreign keys: ids come from the directory, whose rows the writer has locked."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, DateTime, Index, SmallInteger, Text, text
from sqlmodel import Field

from libs.shared.values.absence import CATEGORIES
from services.absence_ingest.metadata import Table


class AbsenceDay(Table, table=True):
    """A pupil's absence of one category on one day, in half days; 0 is withdrawn.

    ``as_of`` is when its file was received; a row that was parked before never overwrites it. ``set_aside`` is the code
    of what is wrong with the day since a stay or a calendar changed; such a day counts in no month.
    """

    __tablename__ = "absence_day"
    __table_args__ = (
        CheckConstraint(f"category IN ({', '.join(map(repr, CATEGORIES))})", name="category"),
        CheckConstraint("halves BETWEEN 0 AND 2", name="halves"),
        Index(
            "ix_absence_day_set_aside",
            "municipality_code",
            "pupil_id",
            "day",
            "category",
            postgresql_where=text("set_aside IS NOT NULL"),
        ),
    )

    pupil_id: UUID = Field(primary_key=True)
    day: date = Field(primary_key=True)
    category: str = Field(primary_key=True, sa_type=Text)
    halves: int = Field(sa_type=SmallInteger)
    as_of: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    municipality_code: str = Field(sa_type=Text)
    set_aside: str | None = Field(default=None, sa_type=Text)
    set_aside_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))


class PupilMonth(Table, table=True):
    """A pupil's absence in one month, in half days by category. ``month`` is its first day."""

    __tablename__ = "pupil_month"

    pupil_id: UUID = Field(primary_key=True)
    month: date = Field(primary_key=True)
    illness: int = Field(sa_type=SmallInteger)
    authorised: int = Field(sa_type=SmallInteger)
    unauthorised: int = Field(sa_type=SmallInteger)
    municipality_code: str = Field(sa_type=Text)
    aggregate_version: int


class RecheckDue(Table, table=True):
    """A pupil whose stays, or a school whose days, have changed: absence is to be judged again.

    For a school, the pupils up to ``judged_to`` are done. ``noted`` is the number of times it was noted, so that a
    worker that judged by an earlier calendar does not delete the row.
    """

    __tablename__ = "recheck_due"

    id: UUID = Field(primary_key=True)
    municipality_code: str = Field(sa_type=Text)
    is_school: bool
    judged_to: UUID | None = None
    noted: int
    since: datetime = Field(
        sa_column=Column(DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()"))
    )
