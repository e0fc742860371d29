"""The bodies and answers of the routes of schedules."""

from collections.abc import Sequence
from datetime import date, time
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from libs.shared.base.date_window import Day
from services.registration.courses.schedules.domain import (
    CancelReason,
    ExceptionKind,
    ScheduleException,
    SessionState,
    Slot,
)
from services.registration.courses.schedules.queries import PlannedRecord
from services.registration.courses.schedules.said import Confirmation, ShownSchedule
from services.registration.courses.sessions.domain import Attended, HeldSession
from services.registration.courses.sessions.schemas import MOST_NAMED, AttendedIn, ClockTime, clock_time

_SCHEDULE: dict[str, Any] = {
    "slots": [{"weekday": 1, "starts_at": "08:15", "minutes": 30, "every_weeks": 1}],
    "exceptions": [
        {
            "kind": "moved",
            "day": "2023-10-09",
            "starts_at": "08:15",
            "to_day": "2023-10-10",
            "to_time": "10:00",
            "minutes": None,
        }
    ],
    "school_days_only": True,
}
"""Mondays at 08:15, and one of them on a Tuesday."""


class SlotModel(BaseModel):
    """A time that repeats every so many weeks, counted from the course's first week; 1 is Monday."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    weekday: int = Field(ge=1, le=7)
    starts_at: ClockTime
    minutes: int = Field(ge=1, le=1440)
    every_weeks: int = Field(default=1, ge=1, le=26)


class ExceptionModel(BaseModel):
    """A day that is different: a session is cancelled, moved to another day or time, or added (`extra`)."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    kind: ExceptionKind
    day: Day
    starts_at: ClockTime | None = Field(default=None, description="Null: every session of the day.")
    to_day: Day | None = None
    to_time: ClockTime | None = None
    minutes: int | None = Field(default=None, ge=1, le=1440)

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if self.kind is ExceptionKind.EXTRA and (self.starts_at is None or self.minutes is None):
            raise PydanticCustomError(
                "schedule.extra_incomplete",
                "An extra session needs starts_at and minutes. Give both.",
                {"da": "En ekstra session skal have starts_at og minutes. Angiv begge."},
            )
        if self.kind is ExceptionKind.MOVED and self.to_day is None:
            raise PydanticCustomError(
                "schedule.moved_incomplete",
                "A moved session needs to_day. Give the day on which it is held.",
                {"da": "En flyttet session skal have to_day. Angiv dagen, den holdes."},
            )
        return self


class ScheduleIn(BaseModel):
    """A course's repeating times and exceptions. `school_days_only` leaves out the days that the school's calendar does
    not have; false for a course in a holiday.
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_SCHEDULE]})

    slots: list[SlotModel] = Field(max_length=50)
    exceptions: list[ExceptionModel] = Field(default=[], max_length=400)
    school_days_only: bool = True

    def parts(self) -> tuple[list[Slot], list[ScheduleException]]:
        """The slots and exceptions for the use cases."""
        slots = [
            Slot(each.weekday, time.fromisoformat(each.starts_at), each.minutes, each.every_weeks)
            for each in self.slots
        ]
        exceptions = [
            ScheduleException(
                each.kind, each.day, _time(each.starts_at), each.to_day, _time(each.to_time), each.minutes
            )
            for each in self.exceptions
        ]
        return slots, exceptions


class ScheduleOut(BaseModel):
    """A schedule with the number of sessions that it plans. `years_without_calendar` are those whose holidays are
    not known: send the school's calendar, then put the schedule again.
    """

    model_config = ConfigDict(
        json_schema_extra={"examples": [{**_SCHEDULE, "planned": 14, "years_without_calendar": []}]}
    )

    slots: list[SlotModel]
    exceptions: list[ExceptionModel]
    school_days_only: bool
    planned: int
    years_without_calendar: list[str]

    @classmethod
    def of(cls, shown: ShownSchedule) -> Self:
        """The answer for a schedule."""
        return cls(
            slots=[
                SlotModel(
                    weekday=each.weekday,
                    starts_at=clock_time(each.starts_at),
                    minutes=each.minutes,
                    every_weeks=each.every_weeks,
                )
                for each in shown.slots
            ],
            exceptions=[
                ExceptionModel.model_construct(
                    kind=each.kind,
                    day=each.day,
                    starts_at=_text(each.starts_at),
                    to_day=each.to_day,
                    to_time=_text(each.to_time),
                    minutes=each.minutes,
                )
                for each in shown.exceptions
            ],
            school_days_only=shown.school_days_only,
            planned=shown.planned,
            years_without_calendar=list(shown.years_without_calendar),
        )


class PlannedOut(BaseModel):
    """A session that the schedule plans, and what became of it."""

    day: date
    starts_at: str
    minutes: int
    state: SessionState
    reason: str | None
    held_on: date | None
    held_at: str | None

    @classmethod
    def of(cls, row: PlannedRecord) -> Self:
        """The line of a planned session."""
        return cls(
            day=row.day,
            starts_at=clock_time(row.starts_at),
            minutes=row.minutes,
            state=SessionState(row.state),
            reason=row.reason,
            held_on=row.held_on,
            held_at=_text(row.held_at),
        )


class ConfirmationIn(BaseModel):
    """What became of a planned session: held as planned, changed (other minutes, day or time), or cancelled."""

    model_config = ConfigDict(extra="forbid")

    day: Day
    starts_at: ClockTime
    outcome: Literal["held", "changed", "cancelled"] = "held"
    minutes: int | None = Field(default=None, ge=1, le=1440, description="Null: as planned.")
    held_on: Day | None = None
    held_at: ClockTime | None = None
    reason: CancelReason | None = Field(default=None, description="Of a cancelled one; `other` if null.")
    pupils: int | None = Field(default=None, ge=0, le=1000)
    attendance: list[AttendedIn] | None = Field(default=None, max_length=MOST_NAMED)

    def confirmation(self) -> Confirmation:
        """The confirmation for the use cases."""
        there = None if self.attendance is None else tuple(Attended(x.pupil_id, x.minutes) for x in self.attendance)
        starts_at = time.fromisoformat(self.starts_at)
        return Confirmation(
            day=self.day,
            starts_at=starts_at,
            minutes=self.minutes,
            held_on=self.held_on if self.outcome == "changed" else None,
            held_at=_time(self.held_at) if self.outcome == "changed" else None,
            cancelled=(self.reason or CancelReason.OTHER) if self.outcome == "cancelled" else None,
            held=HeldSession(self.day, starts_at, self.minutes or 0, self.pupils, there),
        )


class ConfirmationsIn(BaseModel):
    """What became of planned sessions."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"sessions": [{"day": "2023-08-21", "starts_at": "08:15", "outcome": "held"}]}]
        },
    )

    sessions: list[ConfirmationIn] = Field(min_length=1, max_length=1000)

    def confirmations(self) -> Sequence[Confirmation]:
        """The confirmations for the use cases."""
        return [each.confirmation() for each in self.sessions]


def _time(text: str | None) -> time | None:
    return None if text is None else time.fromisoformat(text)


def _text(at: time | None) -> str | None:
    return None if at is None else clock_time(at)
