"""Judges courses, keeps the ledger's entry of each, publishes what changed, and shows the ledger."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from libs.shared.auth.principal import Principal
from libs.shared.contracts.registration import DosageChanged
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.db.order import Order, Place
from libs.shared.events.outbox import Outbox
from services.registration.access import institutions_listed, is_secretariat, own_course, require_municipality, works_at
from services.registration.courses.courses import queries as courses
from services.registration.courses.enrolments import queries as enrolments
from services.registration.courses.events import dosage_changed
from services.registration.courses.ledger import queries
from services.registration.courses.ledger.domain import Entry, JudgedCourse, PupilEntry
from services.registration.courses.ledger.filters import Filters
from services.registration.courses.ledger.judging import Judge
from services.registration.courses.ledger.pupils import pupil_entry
from services.registration.courses.ledger.shown import ListedCourse, PupilCourse
from services.registration.courses.sessions import queries as sessions
from services.registration.courses.sessions.attendance import queries as attendance
from services.registration.courses.sessions.domain import Moment, Stay
from services.registration.courses.tables import Course, Enrolment
from services.registration.roster.members.use_cases import shown_pupils
from services.registration.roster.schools import queries as schools
from services.registration.roster.schools.errors import SchoolUnknown

MOST_COURSES = 100
"""The most courses that the ledger of a pupil shows."""


async def judge_new(session: WriteSession, outbox: Outbox, course: Course, today: date) -> None:
    """Judge a course that was just created, with its first event."""
    judge = Judge(session)
    judged = await judge.judged(course, today)
    entry = await judge.entry(course, judged)
    _keep(course, entry, today)
    await courses.save(session)
    await outbox.add(session, dosage_changed(course, entry, judged.verdicts))


async def rejudge(
    session: WriteSession,
    outbox: Outbox,
    course: Course,
    today: date,
    *,
    always: bool = True,
    judge: Judge | None = None,
) -> bool:
    """Judge a course whose row is locked, and publish its dosage: ``always``, or only if the entry says something else
    than before. Returns whether it was published. Raises what the rule set raises.
    """
    judge = judge or Judge(session)
    judged = await judge.judged(course, today)
    entry = await judge.entry(course, judged)
    publish = always or _content(course.entry) != _content(entry.model_dump(mode="json"))
    _keep(course, entry, today)
    if publish:
        course.aggregate_version += 1
    await courses.save(session)
    if publish:
        await outbox.add(session, dosage_changed(course, entry, judged.verdicts))
    return publish


async def judge_due(session: WriteSession, outbox: Outbox, course_id: UUID, today: date) -> bool:
    """Judge a course that has not been judged today. Returns whether its dosage was published.

    It is published if it changed, and once when the course's last day has passed.
    """
    course = await courses.locked(session, course_id)
    if course is None or course.judged_on >= today:
        return False
    return await rejudge(session, outbox, course, today, always=course.judged_on <= course.last_day < today)


async def course_dosage(
    session: ReadSession, caller: Principal, course_id: UUID, as_of: date
) -> tuple[Course, JudgedCourse, Entry]:
    """The dosage of one of the caller's courses as it looked on a day. Raises ``CourseNotFound``, and what the rule set
    raises.
    """
    course = await _own(session, caller, course_id)
    judge = Judge(session)
    judged = await judge.judged(course, as_of)
    return course, judged, await judge.entry(course, judged)


async def list_courses(
    session: ReadSession,
    caller: Principal,
    filters: Filters,
    *,
    school_id: UUID | None,
    municipality: str | None,
    today: date,
    order: Order,
    after: Place | None,
    size: int,
) -> list[ListedCourse]:
    """The courses of the caller's schools, or of every school for the secretariat, with the stored ledger.

    Raises ``MunicipalityNotFound`` and ``SchoolUnknown``.
    """
    if municipality is not None:
        require_municipality(caller, municipality, pointer="/query/municipality")
        filters = replace(filters, codes=frozenset({municipality}))
    elif not is_secretariat(caller):
        filters = replace(filters, codes=caller.municipality_codes)
    if school_id is not None:
        school = await schools.one(session, school_id)
        if school is None or not (is_secretariat(caller) or works_at(caller, school)):
            raise SchoolUnknown(pointer="/query/school_id")
        filters = replace(filters, schools=frozenset({school_id}))
    elif (numbers := institutions_listed(caller)) is not None:
        own = [await schools.ids(session, code, numbers) for code in sorted(caller.municipality_codes)]
        filters = replace(filters, schools=frozenset(each for found in own for each in found.values()))
    found = await queries.listed(session, filters, today, order=order, after=after, size=size)
    named = await schools.by_id(session, sorted({each.school_id for each in found}))
    return [ListedCourse(each, named.get(each.school_id)) for each in found]


async def pupils_of_course(
    session: ReadSession,
    caller: Principal,
    course_id: UUID,
    as_of: date,
    today: date,
    *,
    descending: bool,
    after: UUID | None,
    size: int,
) -> list[PupilEntry]:
    """The ledger of the pupils in a course, by id, at most ``size`` of those whom the caller may see. Raises
    ``CourseNotFound``, and what the rule set raises.
    """
    course = await _own(session, caller, course_id)
    rows = [each for each in await enrolments.of_course(session, course_id) if each.valid_to > each.valid_from]
    shown = await shown_pupils(session, caller, (each.pupil_id for each in rows), today)
    left = [each for each in shown if after is None or (each < after if descending else each > after)]
    page = sorted(left, reverse=descending)[:size]
    return await _pupil_entries(session, Judge(session), course, pupil_ids=page, rows=rows, as_of=as_of)


async def courses_of_pupil(
    session: ReadSession, caller: Principal, pupil_id: UUID, as_of: date, today: date
) -> list[PupilCourse]:
    """The ledger of a pupil: the courses of the caller's schools in which the pupil is or was, the earliest first, at
    most ``MOST_COURSES``. Empty for a pupil whom the caller may not see, as for one who does not exist.
    """
    if pupil_id not in await shown_pupils(session, caller, [pupil_id], today):
        return []
    found = await courses.of(session, ids := await enrolments.of_pupil(session, pupil_id, most=MOST_COURSES))
    judge, shown = Judge(session), []
    for course in (found[each] for each in ids if each in found):
        if works_at(caller, await schools.one(session, course.school_id)):
            rows = [each for each in await enrolments.of_course(session, course.course_id) if each.pupil_id == pupil_id]
            (entry,) = await _pupil_entries(session, judge, course, pupil_ids=[pupil_id], rows=rows, as_of=as_of)
            shown.append(PupilCourse(course, entry))
    return shown


async def _pupil_entries(
    session: ReadSession,
    judge: Judge,
    course: Course,
    *,
    pupil_ids: Sequence[UUID],
    rows: Sequence[Enrolment],
    as_of: date,
) -> list[PupilEntry]:
    judged = await judge.judged(course, as_of)
    held = await sessions.held(session, course.course_id)
    minutes: dict[UUID, dict[Moment, int]] = {}
    for each in await attendance.attended(session, course.course_id, pupil_ids):
        minutes.setdefault(each.pupil_id, {})[each.held_on, each.starts_at] = each.minutes
    # A pupil who came with a split group was in the course that this one continues.
    line = [course.course_id] if course.continues is None else await sessions.line(session, course.course_id)
    stays: dict[UUID, list[Stay]] = {}
    for of_course in (await enrolments.stays(session, line)).values():
        for pupil_id, days in of_course.items():
            stays.setdefault(pupil_id, []).extend(Stay(*each) for each in days)
    designated = {row.pupil_id for row in rows if row.designated}
    return [
        pupil_entry(
            judged,
            course.variant,
            held,
            each,
            stays=stays[each],
            designated=each in designated,
            attended=minutes.get(each, {}),
        )
        for each in pupil_ids
    ]


async def _own(session: ReadSession, caller: Principal, course_id: UUID) -> Course:
    found = await courses.one(session, course_id)
    return own_course(caller, found, None if found is None else await schools.one(session, found.school_id))


async def dosage_state(session: ReadSession, course: Course, today: date) -> DosageChanged:
    """The event of what the course has delivered by today. Raises what the rule set raises."""
    judge = Judge(session)
    judged = await judge.judged(course, today)
    return dosage_changed(course, await judge.entry(course, judged), judged.verdicts)


def _keep(course: Course, entry: Entry, today: date) -> None:
    course.judged_on = today
    course.entry = entry.model_dump(mode="json")
    course.outcome = entry.outcome
    course.attention = list(entry.attention)
    course.share = entry.share_percent


def _content(entry: dict[str, object] | None) -> dict[str, object]:
    return {name: value for name, value in (entry or {}).items() if name != "as_of"}
