"""The part of the service for courses."""

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database
from libs.shared.events.outbox import Outbox
from libs.shared.events.republishing import Republishing, telling
from libs.shared.files.kinds.courses import ATTENDANCE, ENROLMENTS, SESSIONS
from libs.shared.privacy.keys import Vault
from libs.shared.privacy.sealed_texts import SealedTexts
from libs.shared.runtime.parts import Part
from services.registration.courses.courses.routes import courses_router
from services.registration.courses.enrolments.imported.use_cases import EnrolmentImport
from services.registration.courses.enrolments.routes import enrolments_router
from services.registration.courses.following import CoursesFollow
from services.registration.courses.ledger.closing import Closing
from services.registration.courses.ledger.republishing import DosageTelling, enrolment_states
from services.registration.courses.ledger.routes import ledger_router
from services.registration.courses.schedules.routes import schedules_router
from services.registration.courses.sessions.imported.use_cases import AttendanceImport, SessionImport
from services.registration.courses.sessions.routes import sessions_router
from services.registration.courses.tables import (
    Attendance,
    Course,
    CourseSchedule,
    CourseSession,
    Enrolment,
    OfferDecision,
    PlannedSession,
    Regrouping,
)


def part(db: Database, outbox: Outbox, vault: Vault, clock: Clock) -> Part:
    """Courses with their enrolments, schedules and sessions, the loop that judges them each day, and two topics."""
    texts = SealedTexts(vault, "course")
    return Part(
        routers=[
            ledger_router(db, clock),
            courses_router(db, outbox, texts, clock),
            enrolments_router(db, outbox, texts, clock),
            schedules_router(db, outbox, clock),
            sessions_router(db, outbox, clock),
        ],
        kinds=[
            (ENROLMENTS, EnrolmentImport(outbox, clock)),
            (SESSIONS, SessionImport(outbox, clock)),
            (ATTENDANCE, AttendanceImport(outbox, clock)),
        ],
        tables=[
            Course,
            Enrolment,
            OfferDecision,
            Regrouping,
            CourseSession,
            Attendance,
            CourseSchedule,
            PlannedSession,
        ],
        loops={"courses": Closing(db, outbox, clock=clock)},
        republishing=[
            Republishing("registration.enrolment", telling(outbox, enrolment_states), "enrolment"),
            Republishing("registration.dosage", DosageTelling(outbox), "course", size=50),
        ],
    )


def follows(outbox: Outbox) -> CoursesFollow:
    """What becomes of enrolments when a pupil turns out to be another one, or two."""
    return CoursesFollow(outbox)
