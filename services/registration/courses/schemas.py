"""The bodies and answers of the routes of courses."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from libs.shared.base.date_window import Day, PastDay
from libs.shared.rules.dosage.facts import PlannedPhase
from libs.shared.rules.dosage.verdict import DosageVerdict
from libs.shared.rules.verdicts import CheckVerdict
from libs.shared.values.codes import Grade, MunicipalityCode, VariantId
from services.registration.courses.domain import MOST_PUPILS
from services.registration.courses.tables import Course, Enrolment

_COURSE_ID = "6e1f0a9b-4c5d-4e6f-8a7b-8c9d0e1f2a3b"
_PUPIL_IDS: list[Any] = ["0f8f2c5a-6a0d-4c39-8f0e-3f1f0f9d7c11", "1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d"]
_PHASE: dict[str, Any] = {"weekly_amount": "4", "unit": "sessions", "weeks": 12, "minutes_per_session": 30}
_COURSE: dict[str, Any] = {
    "project_id": "3c1d5e7f-2b4a-4c6d-8e9f-0a1b2c3d4e5f",
    "school_id": "7b0f6a4e-3c0c-4d5e-9a55-0d7f6f1f2a10",
    "variant": "C",
    "start": "2023-08-21",
    "last_day": "2023-11-24",
    "class_id": None,
}
_VERDICT: dict[str, Any] = {
    "rule_id": "C",
    "rule_set": "dosage-2021",
    "version": 1,
    "outcome": "met",
    "stage": "planned",
    "phase": 1,
    "value": {"amount": "4", "unit": "sessions"},
    "threshold": {"amount": "4", "unit": "sessions"},
    "reason": {"da": "Planlagt er 4 sessioner pr. uge i 12 uger.", "en": "Planned: 4 sessions a week for 12 weeks."},
}


class CourseIn(BaseModel):
    """A course of an approved project, for a class or for pupils that are named; both dates are inclusive."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    **_COURSE,
                    "pupil_ids": _PUPIL_IDS,
                    "designated_pupil_ids": [],
                    "planned": [_PHASE],
                    "parents_informed": None,
                }
            ]
        },
    )

    project_id: UUID
    school_id: UUID
    variant: VariantId
    start: Day
    last_day: Day
    class_id: UUID | None = None
    pupil_ids: list[UUID] = Field(default=[], max_length=MOST_PUPILS)
    designated_pupil_ids: list[UUID] = Field(
        default=[], max_length=MOST_PUPILS, description="Those whom a class-wide effort is meant for (udpeget)."
    )
    planned: list[PlannedPhase] = Field(
        default=[], max_length=4, description="The dosage planned, by phase; that of the project's plan if empty."
    )
    parents_informed: bool | None = Field(
        default=None,
        description="Whether the parents are informed by now, which book packages need; what the plan says if null.",
    )


class EnrolmentOut(BaseModel):
    """A pupil in a course; ``valid_to`` is the day after the last."""

    model_config = ConfigDict(from_attributes=True)

    enrolment_id: UUID
    pupil_id: UUID
    grade: Grade
    designated: bool
    valid_from: date
    valid_to: date


class CourseOut(BaseModel):
    """A course with those enrolled; ``verdicts`` are the rules' on its first day, pointing into the project's plan."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "course_id": _COURSE_ID,
                    "municipality_code": "101",
                    **_COURSE,
                    "planned": [_PHASE],
                    "verdicts": [],
                    "enrolments": [
                        {
                            "enrolment_id": "7f8e9d0c-1b2a-4c3d-8e4f-5a6b7c8d9e0f",
                            "pupil_id": _PUPIL_IDS[0],
                            "grade": 5,
                            "designated": False,
                            "valid_from": "2023-08-21",
                            "valid_to": "2023-11-25",
                        }
                    ],
                    "not_shown": 0,
                }
            ]
        }
    )

    course_id: UUID
    municipality_code: MunicipalityCode
    project_id: UUID
    school_id: UUID
    class_id: UUID | None
    variant: str
    start: date
    last_day: date
    planned: list[PlannedPhase]
    verdicts: list[CheckVerdict]
    enrolments: list[EnrolmentOut]
    not_shown: int = Field(description="Enrolled pupils who are no longer at the school, and so are not shown to it.")

    @classmethod
    def of(cls, course: Course, enrolments: Sequence[Enrolment], not_shown: int) -> Self:
        """The answer for a course with these enrolments; ``not_shown`` is the number of the others."""
        return cls(
            course_id=course.course_id,
            municipality_code=course.municipality_code,
            project_id=course.project_id,
            school_id=course.school_id,
            class_id=course.class_id,
            variant=course.variant,
            start=course.start,
            last_day=course.last_day,
            planned=[PlannedPhase.model_validate(each) for each in course.planned],
            verdicts=[CheckVerdict.model_validate(each) for each in course.verdicts],
            enrolments=[EnrolmentOut.model_validate(each) for each in enrolments],
            not_shown=not_shown,
        )


class SessionIn(BaseModel):
    """A session as it was held; 0 minutes is one that was cancelled."""

    model_config = ConfigDict(extra="forbid")

    held_on: PastDay
    starts_at: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", examples=["08:15"])]
    minutes: int = Field(ge=0, le=1440)


class SessionsIn(BaseModel):
    """Sessions. One is known by its date and start time: sent again it changes nothing, or corrects the minutes."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"sessions": [{"held_on": "2023-08-21", "starts_at": "08:15", "minutes": 30}]}]
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


class DosageOut(BaseModel):
    """A course's dosage as it looked on a day."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "course_id": _COURSE_ID,
                    "variant": "C",
                    "as_of": "2023-09-30",
                    "sessions": 24,
                    "planned": _VERDICT,
                    "forecast": {**_VERDICT, "stage": "forecast"},
                    "delivered": {**_VERDICT, "stage": "delivered", "outcome": "unknown"},
                }
            ]
        }
    )

    course_id: UUID
    variant: str
    as_of: date
    sessions: int = Field(description="Recorded up to the day, cancelled ones among them.")
    planned: DosageVerdict
    forecast: DosageVerdict
    delivered: DosageVerdict
