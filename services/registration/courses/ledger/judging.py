"""Judges a course's dosage from the stored data."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from libs.shared.db.database import ReadSession
from libs.shared.rules.catalog import InterventionType
from libs.shared.rules.dosage.facts import DosageFacts, PlannedPhase, SessionFact, monday_of
from libs.shared.rules.dosage.outlook import outlook
from libs.shared.rules.dosage.settings import DosageRules, DosageSettings, MinimumPhase
from libs.shared.rules.dosage.stages import FAMILY, judge_dosage
from libs.shared.rules.rule_sets import read_rules
from libs.shared.rules.wording import floored
from libs.shared.values.days import day_after
from services.registration.copies.catalog.use_cases import received_entries, rule_set_for
from services.registration.courses.courses.domain import type_of
from services.registration.courses.enrolments import queries as enrolments
from services.registration.courses.enrolments.domain import offered
from services.registration.courses.ledger import queries
from services.registration.courses.ledger.domain import Coverage, Entry, JudgedCourse
from services.registration.courses.schedules import queries as schedules
from services.registration.courses.sessions import queries as sessions
from services.registration.courses.sessions.attendance import queries as attendance
from services.registration.courses.sessions.domain import delivered
from services.registration.courses.tables import Course
from services.registration.roster.members import queries as members


class Judge:
    """Judges courses in one session. Rule sets and catalog are read once for each first day."""

    def __init__(self, session: ReadSession) -> None:
        self._session = session
        self._rules: dict[date, DosageRules] = {}
        self._kinds: Mapping[str, InterventionType | None] | None = None

    async def judged(self, course: Course, as_of: date) -> JudgedCourse:
        """The dosage as it looked on a day, by the set in force on the course's first day. Raises what
        ``rule_set_for`` and ``received_entries`` raise.
        """
        kind = await self._kind(course.variant)
        start = course.start
        if course.continues is not None:
            start = await sessions.first_day(self._session, course.course_id) or start
        rules = await self._rules_on(start)
        held = await sessions.facts(self._session, course.course_id)
        facts = await self._facts(course, kind, start, as_of, held)
        planned = tuple(PlannedPhase.model_validate(each) for each in course.planned)
        approved = tuple(MinimumPhase.model_validate(each) for each in course.minimum)
        return JudgedCourse(
            rules=rules,
            facts=facts,
            planned=planned,
            approved=approved,
            kind=kind,
            verdicts=judge_dosage(rules, course.variant, planned, facts, approved=approved),
            outlook=outlook(rules, course.variant, planned, facts, approved=approved),
        )

    async def entry(self, course: Course, judged: JudgedCourse) -> Entry:
        """The ledger's entry of a course that was judged."""
        ids = [course.course_id]
        pupils = (await enrolments.enrolled(self._session, ids)).get(course.course_id, set())
        identified = await members.identified(self._session, pupils)
        shares = await attendance.attended_shares(self._session, ids, judged.facts.as_of)
        share = shares.get(course.course_id)
        coverage = Coverage(
            stated=course.stated,
            enrolled=len(pupils),
            identified=len(identified),
            attended_percent=None if share is None else floored(min(share, Decimal(100))),
            offers=await self._offers(course, pupils),
        )
        scheduled = (await schedules.counts(self._session, ids)).get(course.course_id, 0)
        given = delivered(judged.rules, course.variant, judged.kind, judged.facts, approved=judged.approved)
        return Entry.of(
            judged.facts,
            judged.verdicts,
            seen=judged.outlook,
            given=given,
            coverage=coverage,
            scheduled=scheduled,
        )

    async def _offers(self, course: Course, enrolled: Collection[UUID]) -> int:
        """The number of pupils of the class to whom the course is offered."""
        if course.class_id is None:
            return 0
        times = await members.of_classes(self._session, [course.class_id], course.start)
        decided = {pupil_id for _, pupil_id in await enrolments.decisions(self._session, [course.course_id])}
        there = [(each.pupil_id, each.valid_from, each.valid_to) for each in times]
        return len(offered(there, enrolled, decided, (course.start, day_after(course.last_day))))

    async def _facts(
        self,
        course: Course,
        kind: InterventionType | None,
        start: date,
        as_of: date,
        held: tuple[SessionFact, ...],
    ) -> DosageFacts:
        weeks = await queries.school_weeks(self._session, course.school_id, start, course.last_day)
        if kind is InterventionType.INTENSIVE_COURSE:
            weeks = await self._with_holidays(course.course_id, weeks, held)
        return DosageFacts(
            start=start,
            last_day=course.last_day,
            as_of=as_of,
            school_weeks=weeks.weeks,
            school_year_weeks=weeks.in_school_year,
            sessions=(),
        ).model_copy(update={"sessions": held})

    async def _with_holidays(
        self, course_id: UUID, weeks: queries.SchoolWeeks, held: tuple[SessionFact, ...]
    ) -> queries.SchoolWeeks:
        """The weeks of an intensive course: also those of a holiday for which sessions are planned or were held."""
        scheduled = (await schedules.weeks(self._session, [course_id])).get(course_id, set())
        own = scheduled | {monday_of(each.held_on) for each in held if each.minutes}
        return replace(weeks, weeks=tuple(sorted({*weeks.weeks, *own})))

    async def _rules_on(self, day: date) -> DosageRules:
        if day not in self._rules:
            self._rules[day] = read_rules(await rule_set_for(self._session, FAMILY, day), DosageSettings)
        return self._rules[day]

    async def _kind(self, variant: str) -> InterventionType | None:
        if self._kinds is None:
            entries = await received_entries(self._session)
            self._kinds = {each.id: type_of(each.id, entries) for each in entries}
        return self._kinds.get(variant)
