"""The part of the service for courses."""

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database
from libs.shared.events.outbox import Outbox
from libs.shared.events.republishing import Republishing, telling
from libs.shared.runtime.parts import Part
from services.registration.courses.closing import Closing
from services.registration.courses.republishing import DosageTelling, enrolment_states
from services.registration.courses.routes import courses_router
from services.registration.courses.tables import Course, CourseSession, Enrolment


def part(db: Database, outbox: Outbox, clock: Clock) -> Part:
    """Courses with their sessions, the loop that judges a course once it has ended, and two topics."""
    return Part(
        routers=[courses_router(db, outbox, clock)],
        tables=[Course, Enrolment, CourseSession],
        loops={"courses": Closing(db, outbox, clock=clock)},
        republishing=[
            Republishing("registration.enrolment", telling(outbox, enrolment_states), "enrolment"),
            Republishing("registration.dosage", DosageTelling(outbox), "course", size=50),
        ],
    )
