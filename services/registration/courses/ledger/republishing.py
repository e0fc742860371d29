"""Publishes courses and enrolments again."""

from libs.shared.base.errors import Problem
from libs.shared.contracts.registration import DosageChanged, EnrolmentChanged
from libs.shared.db.database import WriteSession
from libs.shared.events.outbox import Outbox
from libs.shared.events.republishing import Page, Place
from libs.shared.observability.logs import get_logger
from services.registration.courses.courses import queries
from services.registration.courses.enrolments import queries as enrolments
from services.registration.courses.events import enrolment_changed
from services.registration.courses.ledger.use_cases import dosage_state

_log = get_logger("skoleloeft.courses")


async def enrolment_states(session: WriteSession, code: str, after: Place | None, size: int) -> list[EnrolmentChanged]:
    """The states of the municipality's enrolments by id, their rows locked."""
    found = await enrolments.locked_page(session, code, after, size)
    return [enrolment_changed(course, enrolment) for course, enrolment in found]


class DosageTelling:
    """Publishes the dosage of courses, judged as of the day on which they were last judged.

    A course that cannot be judged because its rule set is missing is named in the log and counted as not published.
    """

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    async def __call__(self, session: WriteSession, code: str, after: Place | None, size: int) -> Page:
        """A page of the municipality's courses."""
        courses = await queries.locked_page(session, code, after, size)
        states: list[DosageChanged] = []
        for course in courses:
            try:
                states.append(await dosage_state(session, course, course.judged_on))
            except Problem as problem:
                _log.warning("courses.not_told", course_id=str(course.course_id), code=problem.code)
        await self._outbox.add(session, states, republished=True)
        last = (str(courses[-1].course_id),) if len(courses) == size else None
        return Page(len(states), last, len(courses) - len(states))
