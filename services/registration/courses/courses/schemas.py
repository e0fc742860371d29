"""The bodies and answers of the routes of courses."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from libs.shared.base.date_window import Day
from libs.shared.privacy.free_text import FreeText
from libs.shared.rules.dosage.facts import PlannedPhase
from libs.shared.rules.dosage.settings import MinimumPhase
from libs.shared.rules.verdicts import CheckVerdict
from libs.shared.values.codes import Grade, MunicipalityCode, VariantId
from libs.shared.values.subjects import Subject
from libs.shared.web.preconditions import require_match
from services.registration.courses.courses.domain import MOST_PUPILS, CourseStatus, EndReason, StaffRole, status_on
from services.registration.courses.courses.shown import ShownCourse
from services.registration.courses.enrolments.domain import EnrolmentEnd, Origin
from services.registration.fields import Words

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
_SAID: dict[str, Any] = {
    "code": "MAT-5A",
    "subjects": ["mathematics"],
    "staff": [{"role": "resource_person", "persons": 1}],
    "expected_pupils": 4,
}

CourseCode = Annotated[str, FreeText(40)]
"""What the school calls its course, such as ``MAT-5A``: in lists and files. It names no pupil."""

Stated = Annotated[int, Field(ge=0, le=1000)]
"""A number of pupils."""


class StaffIn(BaseModel):
    """How many persons have a role in the course; no names."""

    model_config = ConfigDict(extra="forbid")

    role: StaffRole
    persons: int = Field(default=1, ge=1, le=50)


Staff = Annotated[list[StaffIn], Field(max_length=10)]
Subjects = Annotated[list[Subject], Field(max_length=10)]


class CourseIn(BaseModel):
    """A course of an approved project, for a class, for named pupils, or for a number of pupils whose names are not
    known yet; both dates are inclusive.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    **_COURSE,
                    **_SAID,
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
    code: CourseCode | None = Field(default=None, description="Unique in the school; made by the platform if null.")
    subjects: Subjects = []
    staff: Staff = []
    expected_pupils: Stated | None = Field(
        default=None, description="How many pupils are expected, before names are known; those named if null."
    )


class CourseChange(BaseModel):
    """What is changed of a course; what is left out stays."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"expected_pupils": 4, "subjects": ["mathematics"]}]}
    )

    code: CourseCode | None = None
    subjects: Subjects | None = None
    staff: Staff | None = None
    expected_pupils: Stated | None = None


class EndIn(BaseModel):
    """An early end: the last day, and why. The note is encrypted and never leaves registration."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"last_day": "2023-10-27", "reason": "staff_missing", "note": None}]},
    )

    last_day: Day
    reason: EndReason
    note: Words | None = None


class CoverageOut(BaseModel):
    """How many pupils were stated, are or were enrolled, and have a CPR number, without which the evaluation cannot
    find them.
    """

    stated: int
    enrolled: int
    identified: int


class EnrolmentOut(BaseModel):
    """A pupil in a course; ``valid_to`` is the day after the last."""

    model_config = ConfigDict(from_attributes=True)

    enrolment_id: UUID
    pupil_id: UUID
    grade: Grade
    designated: bool
    valid_from: date
    valid_to: date
    origin: Origin
    end_reason: EnrolmentEnd | None


class CourseOut(BaseModel):
    """A course with those enrolled; ``verdicts`` are the rules' on its first day, pointing into the project's plan."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "course_id": _COURSE_ID,
                    "municipality_code": "101",
                    **_COURSE,
                    "initiative_id": None,
                    "code": "MAT-5A",
                    "subjects": ["mathematics"],
                    "staff": [{"role": "resource_person", "persons": 1}],
                    "status": "running",
                    "planned_last_day": None,
                    "end_reason": None,
                    "end_note": None,
                    "continues": None,
                    "coverage": {"stated": 4, "enrolled": 2, "identified": 2},
                    "planned": [_PHASE],
                    "approved_minimum": [],
                    "verdicts": [],
                    "enrolments": [
                        {
                            "enrolment_id": "7f8e9d0c-1b2a-4c3d-8e4f-5a6b7c8d9e0f",
                            "pupil_id": _PUPIL_IDS[0],
                            "grade": 5,
                            "designated": False,
                            "valid_from": "2023-08-21",
                            "valid_to": "2023-11-25",
                            "origin": "named",
                            "end_reason": None,
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
    initiative_id: UUID | None
    school_id: UUID
    class_id: UUID | None
    code: str
    variant: str
    subjects: list[str]
    staff: list[StaffIn]
    start: date
    last_day: date
    status: CourseStatus
    planned_last_day: date | None = Field(description="The last day before the course was ended early.")
    end_reason: EndReason | None
    end_note: str | None
    continues: UUID | None = Field(description="The course from which this one was split.")
    coverage: CoverageOut
    planned: list[PlannedPhase]
    approved_minimum: list[MinimumPhase] = Field(description="What the project's approval set, where the rules do not.")
    verdicts: list[CheckVerdict]
    enrolments: list[EnrolmentOut]
    not_shown: int = Field(description="Enrolled pupils who are no longer at the school, and so are not shown to it.")

    @classmethod
    def of(cls, shown: ShownCourse) -> Self:
        """The answer for a course as the caller is shown it."""
        course = shown.course
        return cls(
            course_id=course.course_id,
            municipality_code=course.municipality_code,
            project_id=course.project_id,
            initiative_id=course.initiative_id,
            school_id=course.school_id,
            class_id=course.class_id,
            code=course.code,
            variant=course.variant,
            subjects=course.subjects,
            staff=[StaffIn.model_validate(each) for each in course.staff],
            start=course.start,
            last_day=course.last_day,
            status=status_on(shown.today, course.start, course.last_day, course.planned_last_day),
            planned_last_day=course.planned_last_day,
            end_reason=None if course.end_reason is None else EndReason(course.end_reason),
            end_note=shown.end_note,
            continues=course.continues,
            coverage=CoverageOut(stated=course.stated, enrolled=shown.enrolled, identified=shown.identified),
            planned=[PlannedPhase.model_validate(each) for each in course.planned],
            approved_minimum=[MinimumPhase.model_validate(each) for each in course.minimum],
            verdicts=[CheckVerdict.model_validate(each) for each in course.verdicts],
            enrolments=[EnrolmentOut.model_validate(each) for each in shown.enrolments],
            not_shown=shown.not_shown,
        )


def matching(if_match: str | None) -> Callable[[ShownCourse], None]:
    """The condition of a write that changes a course: it is as the caller read it."""

    def require(shown: ShownCourse) -> None:
        require_match(CourseOut.of(shown), if_match, None)

    return require
