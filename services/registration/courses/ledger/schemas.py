"""The answers of the routes of the ledger."""

from datetime import date
from decimal import Decimal
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from libs.shared.rules.dosage.outlook import Outlook
from libs.shared.rules.dosage.verdict import DosageVerdict
from libs.shared.rules.verdicts import DosageOutcome
from libs.shared.rules.wording import Text
from libs.shared.values.codes import InstitutionNumber, MunicipalityCode
from services.registration.courses.courses.domain import CourseStatus, status_on
from services.registration.courses.ledger.domain import Attention, Entry, JudgedCourse, PupilEntry
from services.registration.courses.ledger.shown import ListedCourse, PupilCourse
from services.registration.courses.sessions.domain import Unit
from services.registration.courses.tables import Course

_COURSE_ID = "6e1f0a9b-4c5d-4e6f-8a7b-8c9d0e1f2a3b"
_PUPIL_ID = "0f8f2c5a-6a0d-4c39-8f0e-3f1f0f9d7c11"
_REASON: dict[str, Any] = {
    "da": "Med det nuværende tempo 3,2 af 4 sessioner om ugen; der skal holdes 11 sessioner mere senest 24. november.",
    "en": "At the present pace 3.2 of 4 sessions a week; 11 sessions are needed by 24 November.",
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
_LISTED: dict[str, Any] = {
    "course_id": _COURSE_ID,
    "municipality_code": "101",
    "school_id": "7b0f6a4e-3c0c-4d5e-9a55-0d7f6f1f2a10",
    "institution_number": "101001",
    "school_name": "Prøveskolen Nord",
    "project_id": "3c1d5e7f-2b4a-4c6d-8e9f-0a1b2c3d4e5f",
    "initiative_id": None,
    "class_id": None,
    "code": "MAT-5A",
    "variant": "C",
    "subjects": ["mathematics"],
    "start": "2023-08-21",
    "last_day": "2023-11-24",
    "status": "running",
    "outcome": "at_risk",
    "attention": ["not_identified"],
    "share_percent": "83.33",
    "unit": "sessions",
    "planned": "48",
    "scheduled": 48,
    "delivered": "29",
    "attended_percent": "91.50",
    "expected": "40",
    "required": "48",
    "pace": "3.33",
    "weekly_minimum": "4",
    "sessions": 29,
    "sessions_needed": 19,
    "needed_by": "2023-11-24",
    "stated": 4,
    "enrolled": 4,
    "identified": 3,
    "as_of": "2023-10-20",
    "reason": _REASON,
}


class CourseListed(BaseModel):
    """A course with its ledger as of ``as_of``: it is judged when something is recorded, and once a day.

    Amounts are in ``unit``. ``outcome`` is met, at_risk, missed or unknown; ``attention`` what else a person should
    look at. ``share_percent`` is the expected total in per cent of what is required.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [_LISTED]})

    course_id: UUID
    municipality_code: MunicipalityCode
    school_id: UUID
    institution_number: InstitutionNumber | None
    school_name: str | None
    project_id: UUID
    initiative_id: UUID | None
    class_id: UUID | None
    code: str
    variant: str
    subjects: list[str]
    start: date
    last_day: date
    status: CourseStatus
    outcome: DosageOutcome
    attention: list[Attention]
    share_percent: Decimal | None
    unit: str | None
    planned: Decimal | None
    scheduled: int
    delivered: Decimal | None
    attended_percent: Decimal | None
    expected: Decimal | None
    required: Decimal | None
    pace: Decimal | None
    weekly_minimum: Decimal | None
    sessions: int
    sessions_needed: int | None
    needed_by: date | None
    stated: int
    enrolled: int
    identified: int
    as_of: date
    reason: Text | None

    @classmethod
    def of(cls, listed: ListedCourse, today: date) -> Self:
        """The line of a course."""
        record, school = listed.record, listed.school
        entry = record.entry or {}
        seen = entry.get("outlook") or {}
        planned = entry.get("planned") or {}
        return cls(
            course_id=record.course_id,
            municipality_code=record.municipality_code,
            school_id=record.school_id,
            institution_number=school.institution_number if school else None,
            school_name=school.name if school else None,
            project_id=record.project_id,
            initiative_id=record.initiative_id,
            class_id=record.class_id,
            code=record.code,
            variant=record.variant,
            subjects=record.subjects,
            start=record.start,
            last_day=record.last_day,
            status=status_on(today, record.start, record.last_day, record.planned_last_day),
            outcome=DosageOutcome(record.outcome),
            attention=[Attention(each) for each in record.attention],
            share_percent=record.share,
            unit=entry.get("unit"),
            planned=planned.get("amount"),
            scheduled=planned.get("scheduled", 0),
            delivered=entry.get("delivered"),
            attended_percent=entry.get("attended_percent"),
            expected=_amount(seen.get("expected")),
            required=_amount(seen.get("required")),
            pace=_amount(seen.get("pace")),
            weekly_minimum=_amount(seen.get("weekly_minimum")),
            sessions=entry.get("sessions", 0),
            sessions_needed=seen.get("sessions_needed"),
            needed_by=seen.get("needed_by"),
            stated=record.stated,
            enrolled=entry.get("enrolled", 0),
            identified=entry.get("identified", 0),
            as_of=record.judged_on,
            reason=entry.get("reason"),
        )


def _amount(measure: dict[str, Any] | None) -> Any:
    return None if measure is None else measure.get("amount")


class DosageOut(BaseModel):
    """A course's dosage as it looked on a day: the three verdicts, and the ledger's entry."""

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
                    "ledger": {
                        "as_of": "2023-09-30",
                        "unit": "sessions",
                        "planned": {"amount": "48", "unit": "sessions", "outcome": "met", "scheduled": 48},
                        "delivered": "24",
                        "sessions": 24,
                        "attended_percent": None,
                        "outcome": "met",
                        "delivered_outcome": "unknown",
                        "outlook": None,
                        "share_percent": "100",
                        "stated": 4,
                        "enrolled": 4,
                        "identified": 4,
                        "attention": [],
                        "reason": _REASON,
                    },
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
    ledger: Entry

    @classmethod
    def of(cls, course: Course, judged: JudgedCourse, entry: Entry) -> Self:
        """The answer for a course that was judged."""
        planned, forecast, delivered = judged.verdicts
        as_of = judged.facts.as_of
        return cls(
            course_id=course.course_id,
            variant=course.variant,
            as_of=as_of,
            sessions=sum(each.held_on <= as_of for each in judged.facts.sessions),
            planned=planned,
            forecast=forecast,
            delivered=delivered,
            ledger=entry,
        )


class PupilDosage(BaseModel):
    """A pupil in a course: what the sessions on the pupil's days gave, and the pupil's own share of them.

    ``attended`` is the amount of the sessions with attendance that the pupil was in; null where none has any.
    ``outlook`` holds the sessions of the pupil's days against the course's minimum.
    """

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "pupil_id": _PUPIL_ID,
                    "enrolled_from": "2023-08-21",
                    "enrolled_to": "2023-11-25",
                    "designated": False,
                    "unit": "sessions",
                    "delivered": "29",
                    "attended": "27",
                    "recorded": 29,
                    "sessions": 29,
                    "outlook": None,
                }
            ]
        },
    )

    pupil_id: UUID
    enrolled_from: date
    enrolled_to: date = Field(description="The day after the last.")
    designated: bool
    unit: Unit
    delivered: Decimal
    attended: Decimal | None
    recorded: int = Field(description="Sessions with attendance of the pupil.")
    sessions: int
    outlook: Outlook | None

    @classmethod
    def of(cls, entry: PupilEntry) -> Self:
        """The answer for a pupil."""
        return cls.model_validate(entry)


class PupilCourseOut(BaseModel):
    """A course in the ledger of a pupil."""

    course_id: UUID
    school_id: UUID
    code: str
    variant: str
    subjects: list[str]
    start: date
    last_day: date
    dosage: PupilDosage

    @classmethod
    def of(cls, found: PupilCourse) -> Self:
        """The answer for a course of a pupil."""
        course = found.course
        return cls(
            course_id=course.course_id,
            school_id=course.school_id,
            code=course.code,
            variant=course.variant,
            subjects=course.subjects,
            start=course.start,
            last_day=course.last_day,
            dosage=PupilDosage.of(found.entry),
        )


class PupilLedger(BaseModel):
    """The courses of a pupil at the caller's schools, the earliest first."""

    pupil_id: UUID
    as_of: date
    courses: list[PupilCourseOut]
