"""The bodies and answers of the routes of sessions and attendance."""

from datetime import date, time
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from libs.shared.base.date_window import PastDay
from services.registration.courses.sessions.domain import Attended, HeldSession

_PUPIL_ID: Any = "0f8f2c5a-6a0d-4c39-8f0e-3f1f0f9d7c11"

ClockTime = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", examples=["08:15"])]
"""Hours and minutes."""

MOST_NAMED = 200


class AttendedIn(BaseModel):
    """How many minutes of a session a pupil was there; 0: absent."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    pupil_id: UUID
    minutes: int = Field(ge=0, le=1440)


class SessionIn(BaseModel):
    """A session as it was held; 0 minutes is one that was cancelled."""

    model_config = ConfigDict(extra="forbid")

    held_on: PastDay
    starts_at: ClockTime
    minutes: int = Field(ge=0, le=1440)
    pupils: int | None = Field(default=None, ge=0, le=1000, description="How many were there, if they were counted.")
    attendance: list[AttendedIn] | None = Field(
        default=None, max_length=MOST_NAMED, description="Who was there; null: nothing is said."
    )

    def held(self) -> HeldSession:
        """The session for the use cases."""
        return _held(self.held_on, time.fromisoformat(self.starts_at), self.minutes, self.pupils, self.attendance)


class SessionsIn(BaseModel):
    """Sessions. One is known by its date and start time: sent again it changes nothing, or corrects the minutes."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"sessions": [{"held_on": "2023-08-21", "starts_at": "08:15", "minutes": 30, "attendance": None}]}
            ]
        },
    )

    sessions: list[SessionIn] = Field(min_length=1, max_length=1000)


class SessionsOut(BaseModel):
    """What became of the sessions; ``sessions`` is how many the course has in all."""

    model_config = ConfigDict(
        from_attributes=True, json_schema_extra={"examples": [{"recorded": 1, "unchanged": 0, "sessions": 1}]}
    )

    recorded: int = Field(description="New or corrected.")
    unchanged: int
    sessions: int


class SessionPut(BaseModel):
    """One session: its minutes, and the attendance of everybody who is named; who is not named has none."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"minutes": 30, "pupils": 3, "attendance": [{"pupil_id": _PUPIL_ID, "minutes": 30}]}]
        },
    )

    minutes: int = Field(ge=0, le=1440)
    pupils: int | None = Field(default=None, ge=0, le=1000)
    attendance: list[AttendedIn] = Field(default=[], max_length=MOST_NAMED)

    def held(self, held_on: date, starts_at: time) -> HeldSession:
        """The session for the use cases."""
        return _held(held_on, starts_at, self.minutes, self.pupils, self.attendance)


class SessionOut(BaseModel):
    """A session with the attendance of the pupils whom the caller may see."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "held_on": "2023-08-21",
                    "starts_at": "08:15",
                    "minutes": 30,
                    "pupils": 3,
                    "attendance": [{"pupil_id": _PUPIL_ID, "minutes": 30}],
                    "not_shown": 0,
                }
            ]
        }
    )

    held_on: date
    starts_at: ClockTime
    minutes: int
    pupils: int | None
    attendance: list[AttendedIn]
    not_shown: int

    @classmethod
    def of(cls, held: HeldSession, not_shown: int) -> Self:
        """The answer for a session with this attendance; ``not_shown`` is the number of the other pupils."""
        return cls(
            held_on=held.held_on,
            starts_at=clock_time(held.starts_at),
            minutes=held.minutes,
            pupils=held.pupils,
            attendance=[AttendedIn.model_validate(each) for each in held.attendance or ()],
            not_shown=not_shown,
        )


class SessionListed(BaseModel):
    """A session in a list: ``recorded`` pupils have attendance, ``attended`` of them were there."""

    model_config = ConfigDict(from_attributes=True)

    held_on: date
    starts_at: str
    minutes: int
    pupils: int | None
    recorded: int
    attended: int


def clock_time(at: time) -> str:
    """``08:15``."""
    return f"{at:%H:%M}"


def _held(
    held_on: date, starts_at: time, minutes: int, pupils: int | None, attendance: list[AttendedIn] | None
) -> HeldSession:
    there = None if attendance is None else tuple(Attended(each.pupil_id, each.minutes) for each in attendance)
    return HeldSession(held_on, starts_at, minutes, pupils, there)
