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
from services.registration.courses.ledger.examples import COURSE_ID, LISTED, PUPIL_ID, REASON, VERDICT
from services.registration.courses.ledger.shown import ListedCourse, PupilCourse
from services.registration.courses.sessions.domain import Unit
from services.registration.courses.tables import Course


class CourseListed(BaseModel):
    """A course with its ledger as of ``as_of``: it is judged when something is recorded, and once a day.

    Amounts are in ``unit``. ``outcome`` is met, at_risk, missed or unknown; ``attention`` what else a person should
    look at. ``share_percent`` is the expected total in per cent of what is required.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [LISTED]})

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
                    "course_id": COURSE_ID,
                    "variant": "C",
                    "as_of": "2023-09-30",
                    "sessions": 24,
                    "planned": VERDICT,
                    "forecast": {**VERDICT, "stage": "forecast"},
                    "delivered": {**VERDICT, "stage": "delivered", "outcome": "unknown"},
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
                        "reason": REASON,
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
                    "pupil_id": PUPIL_ID,
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
