"""Lists the offers of a class's course, and records what the school decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from libs.shared.auth.principal import Principal
from libs.shared.base.clock import danish_date
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.events.outbox import Outbox
from services.registration.courses.courses.use_cases import locked_course, read_course
from services.registration.courses.enrolments import queries
from services.registration.courses.enrolments.domain import Origin, offered
from services.registration.courses.enrolments.errors import OfferUnknown
from services.registration.courses.enrolments.use_cases import NewEnrolment, course_days, enrol_in
from services.registration.courses.ledger.use_cases import rejudge
from services.registration.courses.tables import Course, Enrolment, OfferDecision
from services.registration.roster.members import queries as members
from services.registration.roster.members.use_cases import shown_pupils


@dataclass(frozen=True, slots=True)
class Offer:
    """A pupil of the class to whom the course is offered, with the days that can be offered."""

    pupil_id: UUID
    valid_from: date
    valid_to: date


@dataclass(frozen=True, slots=True)
class Decisions:
    """What the school decides: who is enrolled, and to whom the course is not given."""

    accept: Sequence[NewEnrolment]
    decline: Sequence[UUID]


async def list_offers(session: ReadSession, caller: Principal, course_id: UUID, today: date) -> list[Offer]:
    """The open offers of a course of one of the caller's schools, to pupils whom the caller may see. Raises
    ``CourseNotFound``.
    """
    return await _offers(session, caller, await read_course(session, caller, course_id), today)


async def decide_offers(
    session: WriteSession, outbox: Outbox, caller: Principal, course_id: UUID, said: Decisions, *, now: datetime
) -> list[Enrolment]:
    """Enrol those who are accepted, from the day they joined the class unless another is given, and record all
    decisions; returns the new enrolments.

    Raises ``CourseNotFound``, ``OfferUnknown`` and the refusals of enrolments.
    """
    course, today = await locked_course(session, caller, course_id), danish_date(now)
    offers = {each.pupil_id: each for each in await _offers(session, caller, course, today)}
    for name, pupil_ids in (("accept", [each.pupil_id for each in said.accept]), ("decline", list(said.decline))):
        for index, pupil_id in enumerate(pupil_ids):
            if pupil_id not in offers or (name == "decline" and pupil_id in {each.pupil_id for each in said.accept}):
                raise OfferUnknown(pointer=f"/{name}/{index}" + ("/pupil_id" if name == "accept" else ""))
    accepted = [
        NewEnrolment(each.pupil_id, each.valid_from or offers[each.pupil_id].valid_from, each.valid_to, each.designated)
        for each in said.accept
    ]
    decided = [("accepted", each.pupil_id) for each in accepted] + [("declined", each) for each in set(said.decline)]
    await queries.add(
        session,
        [
            OfferDecision(
                course_id=course_id,
                pupil_id=pupil_id,
                municipality_code=course.municipality_code,
                decision=decision,
                decided_by=caller.subject,
                decided_at=now,
            )
            for decision, pupil_id in decided
        ],
    )
    if accepted:
        return await enrol_in(session, outbox, course, accepted, origin=Origin.OFFER, today=today, at="/accept/{index}")
    await rejudge(session, outbox, course, today, always=False)
    return []


async def _offers(session: ReadSession, caller: Principal, course: Course, today: date) -> list[Offer]:
    if course.class_id is None:
        return []
    times = await members.of_classes(session, [course.class_id], course.start)
    ids = [course.course_id]
    enrolled = (await queries.enrolled(session, ids)).get(course.course_id, set())
    decided = {pupil_id for _, pupil_id in await queries.decisions(session, ids)}
    found = offered(
        [(each.pupil_id, each.valid_from, each.valid_to) for each in times], enrolled, decided, course_days(course)
    )
    shown = await shown_pupils(session, caller, (each[0] for each in found), today)
    return [Offer(*each) for each in found if each[0] in shown]
