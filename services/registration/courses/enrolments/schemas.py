"""The bodies and answers of the routes of enrolments, offers and regroupings."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from libs.shared.base.date_window import Day
from libs.shared.values.codes import Grade
from libs.shared.web.preconditions import require_match
from services.registration.courses.courses.domain import MOST_PUPILS
from services.registration.courses.courses.schemas import CourseCode
from services.registration.courses.enrolments.domain import EnrolmentEnd, Origin
from services.registration.courses.tables import Enrolment

_COURSE_ID: Any = "6e1f0a9b-4c5d-4e6f-8a7b-8c9d0e1f2a3b"
_OTHER_ID: Any = "7d2e1f0a-5b6c-4d7e-9f8a-1b2c3d4e5f60"
_PUPIL_ID: Any = "0f8f2c5a-6a0d-4c39-8f0e-3f1f0f9d7c11"
_NEW: Any = {"pupil_id": _PUPIL_ID, "valid_from": "2023-09-04", "valid_to": None, "designated": False}
_ENROLMENT: Any = {
    "enrolment_id": "7f8e9d0c-1b2a-4c3d-8e4f-5a6b7c8d9e0f",
    "course_id": _COURSE_ID,
    "pupil_id": _PUPIL_ID,
    "grade": 5,
    "designated": False,
    "valid_from": "2023-09-04",
    "valid_to": "2023-11-25",
    "origin": "named",
    "end_reason": None,
}


class EnrolmentIn(BaseModel):
    """A pupil to enrol, from the course's first day to its last unless other days are given."""

    model_config = ConfigDict(extra="forbid")

    pupil_id: UUID
    valid_from: Day | None = None
    valid_to: Day | None = Field(default=None, description="The day after the last.")
    designated: bool = False


class EnrolmentsIn(BaseModel):
    """Pupils to enrol."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"enrolments": [_NEW]}]})

    enrolments: list[EnrolmentIn] = Field(min_length=1, max_length=MOST_PUPILS)


class EnrolmentShown(BaseModel):
    """A pupil in a course, from ``valid_from`` until before ``valid_to``."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_ENROLMENT]})

    enrolment_id: UUID
    course_id: UUID
    pupil_id: UUID
    grade: Grade
    designated: bool
    valid_from: date
    valid_to: date
    origin: Origin
    end_reason: EnrolmentEnd | None

    @classmethod
    def of(cls, enrolment: Enrolment) -> Self:
        """The answer for an enrolment."""
        return cls.model_validate(enrolment)


class EnrolmentsOut(BaseModel):
    """New enrolments."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_ENROLMENT]}]})

    items: list[EnrolmentShown]

    @classmethod
    def of(cls, enrolments: Iterable[Enrolment]) -> Self:
        """The answer for these enrolments."""
        return cls(items=[EnrolmentShown.of(each) for each in enrolments])


class EnrolmentChangeIn(BaseModel):
    """What is changed of an enrolment; what is left out stays. An end can be corrected."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"valid_to": "2023-10-07", "designated": None}]}
    )

    designated: bool | None = None
    valid_to: Day | None = Field(default=None, description="The day after the last.")


class OfferOut(BaseModel):
    """A pupil who joined the class after its course began, with the days that can be offered."""

    model_config = ConfigDict(from_attributes=True)

    pupil_id: UUID
    valid_from: date
    valid_to: date


class OffersOut(BaseModel):
    """The open offers of a course."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"items": [{"pupil_id": _PUPIL_ID, "valid_from": "2023-09-04", "valid_to": "2023-11-25"}]}]
        }
    )

    items: list[OfferOut]


class OfferDecisionsIn(BaseModel):
    """The pupils who are enrolled, and those to whom the course is not given. The other pupils stay on the list."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"accept": [_NEW], "decline": []}]})

    accept: list[EnrolmentIn] = Field(default=[], max_length=MOST_PUPILS)
    decline: list[UUID] = Field(default=[], max_length=MOST_PUPILS)


class SplitIn(BaseModel):
    """Pupils who form a group of their own from a day on, in a new course that continues this one."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"day": "2023-10-02", "pupil_ids": [_PUPIL_ID], "code": "MAT-5A-2"}]},
    )

    day: Day
    pupil_ids: list[UUID] = Field(min_length=1, max_length=MOST_PUPILS)
    code: CourseCode | None = None


class MergeIn(BaseModel):
    """A course whose pupils come into this one from a day on; it ends the day before."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"day": "2023-10-02", "from_course_id": _OTHER_ID}]}
    )

    day: Day
    from_course_id: UUID


class RegroupingOut(BaseModel):
    """Pupils who went from one course to another on a day."""

    model_config = ConfigDict(from_attributes=True)

    kind: str
    day: date
    from_course_id: UUID
    to_course_id: UUID
    pupils: int
    decided_by: str = Field(description="The keyed name of the caller, as in the request log.")
    decided_at: datetime


class RegroupingsOut(BaseModel):
    """The history of a course's group, the earliest first."""

    items: list[RegroupingOut]


def matching_enrolment(if_match: str | None) -> Callable[[Enrolment], None]:
    """The condition of a write that changes an enrolment: it is as the caller read it."""

    def require(enrolment: Enrolment) -> None:
        require_match(EnrolmentShown.of(enrolment), if_match, None)

    return require
