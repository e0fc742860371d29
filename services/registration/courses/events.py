"""The events of a course: its enrolments and its dosage."""

from collections.abc import Sequence
from uuid import UUID

from libs.shared.contracts.registration import DosageChanged, EnrolmentChanged
from libs.shared.db.database import WriteSession
from libs.shared.events.outbox import Outbox
from libs.shared.rules.dosage.verdict import DosageVerdict
from libs.shared.values.days import day_after
from services.registration.courses.ledger.domain import Entry
from services.registration.courses.tables import Course, Enrolment


def enrolment_changed(course: Course, enrolment: Enrolment) -> EnrolmentChanged:
    """The event of one pupil's enrolment."""
    return EnrolmentChanged.model_validate(
        {
            **enrolment.model_dump(exclude={"origin", "end_reason"}),
            "project_id": course.project_id,
            "school_id": course.school_id,
            "variant": course.variant,
            "subjects": course.subjects,
        }
    )


def dosage_changed(course: Course, entry: Entry, verdicts: Sequence[DosageVerdict]) -> DosageChanged:
    """The event of a course's dosage: the ledger's entry, and the verdicts planned, forecast and delivered."""
    return DosageChanged.model_validate(
        {
            "aggregate_version": course.aggregate_version,
            "municipality_code": course.municipality_code,
            "course_id": course.course_id,
            "project_id": course.project_id,
            "school_id": course.school_id,
            "variant": course.variant,
            "subjects": course.subjects,
            "start": course.start,
            "valid_to": day_after(course.last_day),
            "unit": entry.unit,
            "delivered": entry.delivered,
            "sessions": entry.sessions,
            "stated": entry.stated,
            "enrolled": entry.enrolled,
            "identified": entry.identified,
            "attended_percent": entry.attended_percent,
            "verdicts": [
                {
                    "stage": each.stage,
                    "outcome": each.outcome,
                    "value": each.value.amount if each.value else None,
                    "threshold": each.threshold.amount if each.threshold else None,
                }
                for each in verdicts
            ],
        }
    )


async def add_enrolment_gone(session: WriteSession, outbox: Outbox, enrolment_id: UUID, municipality_code: str) -> None:
    """Write the tombstone of an enrolment that became part of another one."""
    await outbox.tombstone(session, EnrolmentChanged.TOPIC, str(enrolment_id), municipality=municipality_code)
