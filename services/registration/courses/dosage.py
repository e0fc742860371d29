"""Judges a course's dosage from the stored data, and builds its event."""

from dataclasses import dataclass
from datetime import date

from libs.shared.contracts.registration import DosageChanged
from libs.shared.db.database import ReadSession
from libs.shared.rules.dosage.facts import DosageFacts, PlannedPhase
from libs.shared.rules.dosage.stages import FAMILY, judge_dosage
from libs.shared.rules.dosage.verdict import DosageVerdict
from libs.shared.rules.rule_sets import RuleSet
from services.registration.copies.catalog.use_cases import received_entries, rule_set_for
from services.registration.courses import queries
from services.registration.courses.domain import delivered, type_of
from services.registration.courses.events import dosage_changed
from services.registration.courses.tables import Course


@dataclass(frozen=True, slots=True)
class Judged:
    """A course's dosage on a day: the facts for the rules, and the verdicts planned, forecast and delivered."""

    rule_set: RuleSet
    facts: DosageFacts
    verdicts: tuple[DosageVerdict, DosageVerdict, DosageVerdict]


async def judge_course(session: ReadSession, course: Course, as_of: date) -> Judged:
    """Judge by the set in force on the course's first day. Raises what ``rule_set_for`` raises."""
    rule_set = await rule_set_for(session, FAMILY, course.start)
    weeks = await queries.school_weeks(session, course.school_id, course.start, course.last_day)
    facts = DosageFacts(
        start=course.start,
        last_day=course.last_day,
        as_of=as_of,
        school_weeks=weeks.weeks,
        school_year_weeks=weeks.in_school_year,
        sessions=await queries.sessions(session, course.course_id),
    )
    planned = [PlannedPhase.model_validate(each) for each in course.planned]
    return Judged(rule_set, facts, judge_dosage(rule_set, course.variant, planned, facts))


async def dosage_state(session: ReadSession, course: Course, today: date) -> DosageChanged:
    """The event of what the course has delivered by today. Raises what ``rule_set_for`` raises."""
    judged = await judge_course(session, course, today)
    kind = type_of(course.variant, await received_entries(session))
    unit, amount = delivered(judged.rule_set, course.variant, kind, judged.facts)
    held = sum(each.minutes > 0 for each in judged.facts.sessions)
    return dosage_changed(course, unit, amount, held, judged.verdicts)
