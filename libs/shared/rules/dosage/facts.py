"""What is planned and what was held: the facts by which dosage is judged."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DosageUnit(StrEnum):
    """What a weekly amount is counted in. A lesson is 45 minutes."""

    LESSONS = "lessons"
    SESSIONS = "sessions"
    MINUTES = "minutes"
    PACKAGES = "packages"


class PlannedPhase(_Facts):
    """What is planned for one phase: ``weekly_amount`` of ``unit`` in each of ``weeks`` school weeks.

    Book packages are not weekly: ``packages`` is how many there are in the whole phase.
    """

    weekly_amount: Decimal | None = Field(default=None, ge=0, le=10_000, max_digits=8)
    unit: DosageUnit | None = None
    weeks: int | None = Field(default=None, ge=0, le=520)
    minutes_per_session: int | None = Field(default=None, ge=1, le=1440)
    packages: int | None = Field(default=None, ge=0, le=520)


class SessionFact(_Facts):
    """One session as it was held, in whole minutes; 0 is one that is recorded as cancelled."""

    held_on: date
    minutes: int = Field(ge=0, le=1440)


class DosageFacts(_Facts):
    """One course as seen on ``as_of``: its dates (inclusive), the school's weeks and the sessions held.

    ``school_weeks`` are the Mondays of the weeks in which the course can be held: the school weeks of the calendar,
    and the weeks of a course held in a holiday. Those outside the course's dates are ignored, so the whole school
    year may be given. ``school_year_weeks`` is the school weeks of the calendar's year, null when it is not known.
    """

    start: date
    last_day: date
    as_of: date
    school_weeks: tuple[date, ...] = ()
    school_year_weeks: int | None = Field(default=None, ge=1, le=53)
    sessions: tuple[SessionFact, ...] = ()

    @field_validator("school_weeks")
    @classmethod
    def _mondays_in_order(cls, weeks: tuple[date, ...]) -> tuple[date, ...]:
        if any(each.weekday() for each in weeks):
            raise ValueError("a school week is given by its Monday")
        return tuple(sorted(set(weeks)))

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.last_day < self.start:
            raise ValueError("end is before start")
        return self


class NotCountedWhy(StrEnum):
    """Why a session does not count."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    OUTSIDE_COURSE = "outside_course"
    SAME_WEEK = "same_week"


class NotCounted(_Facts):
    """A session that does not count towards the minimum, and why."""

    held_on: date
    minutes: int
    why: NotCountedWhy


def monday_of(day: date) -> date:
    """The Monday of the day's week."""
    return day - timedelta(days=day.weekday())


def school_weeks_of(school_days: Iterable[date]) -> tuple[date, ...]:
    """The Mondays of the weeks with at least one school day, in order; makes ``school_weeks`` from a calendar."""
    return tuple(sorted({monday_of(day) for day in school_days}))
