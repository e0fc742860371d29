"""The conditions for a course, and the amount that it has delivered. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal
from uuid import UUID

from libs.shared.rules.catalog import CatalogEntry, InterventionType
from libs.shared.rules.composition.checks import CATALOG, GROUP, check_start
from libs.shared.rules.composition.plan import Plan
from libs.shared.rules.dosage.facts import DosageFacts, PlannedPhase
from libs.shared.rules.dosage.held import held_by_phase
from libs.shared.rules.dosage.settings import DosageSettings
from libs.shared.rules.judgement import Judgement
from libs.shared.rules.rule_sets import RuleSet
from libs.shared.rules.verdicts import CheckVerdict
from libs.shared.rules.wording import floored
from services.registration.courses.errors import (
    CourseAnswersMissing,
    CourseEndsBeforeStart,
    CourseOutsideProject,
    CourseRulesViolated,
    CourseTarget,
    CourseVariantNotPlanned,
    SessionInFuture,
    SessionOutsideCourse,
    SessionRepeated,
)
from services.registration.projects.domain import refused

MOST_PUPILS = 100
"""The largest group that the plan's model allows; far above every limit of the rules."""


@dataclass(frozen=True, slots=True)
class NewCourse:
    """A requested course, from ``start`` to ``last_day``, both inclusive. ``planned`` is empty to take the plan's."""

    project_id: UUID
    school_id: UUID
    variant: str
    start: date
    last_day: date
    class_id: UUID | None
    pupil_ids: Sequence[UUID]
    designated_pupil_ids: frozenset[UUID]
    planned: tuple[PlannedPhase, ...]
    parents_informed: bool | None = None
    """Whether the parents have been informed; None: as the plan declares."""

    def require_within(self, plan: Plan) -> None:
        """Check target, dates and variant against the approved plan; raises the refusal."""
        if (self.class_id is None) == (not self.pupil_ids):
            raise CourseTarget(pointer="/class_id")
        if self.last_day < self.start:
            raise CourseEndsBeforeStart(pointer="/last_day")
        if self.start < plan.start or (plan.last_day is not None and self.last_day > plan.last_day):
            raise CourseOutsideProject(pointer="/start", start=plan.start, last_day=plan.last_day or "–")
        variants = dict.fromkeys(each.variant for each in plan.efforts)
        if self.variant not in variants:
            raise CourseVariantNotPlanned(pointer="/variant", variants=", ".join(variants))

    def phases(self, plan: Plan) -> tuple[PlannedPhase, ...]:
        """The dosage planned for this course: its own, or that of the plan's first effort of the variant."""
        if self.planned:
            return self.planned
        effort = plan.efforts[self.index_in(plan)]
        return (PlannedPhase.model_validate(effort.model_dump(include=set(PlannedPhase.model_fields))),)

    def index_in(self, plan: Plan) -> int:
        """The index of the plan's first effort of the variant, which the course carries out."""
        return next(index for index, each in enumerate(plan.efforts) if each.variant == self.variant)

    def as_begun(self, plan: Plan, grades: Collection[int]) -> Plan:
        """The plan on the course's first day, with the facts about its effort that are known by then.

        ``grades`` has one grade per pupil enrolled. A class with more pupils than the plan's model allows counts as
        ``MOST_PUPILS``.
        """
        index = self.index_in(plan)
        known: dict[str, object] = {"group_size": min(len(grades), MOST_PUPILS), "grades": tuple(sorted(set(grades)))}
        if self.parents_informed is not None:
            known["parents_informed"] = self.parents_informed
        efforts = list(plan.efforts)
        efforts[index] = efforts[index].model_copy(update=known)
        return plan.model_copy(update={"start": self.start, "last_day": self.last_day, "efforts": tuple(efforts)})


@dataclass(frozen=True, slots=True)
class HeldSession:
    """A session as it was held, in whole minutes."""

    held_on: date
    starts_at: time
    minutes: int


_REASON = "the project is approved"
"""The reason for the warnings about a course: the secretariat approved them with the project."""

_FIELDS = {CATALOG: "/variant", "C-PARENTS": "/parents_informed"}


def judge_start(
    rule_set: RuleSet, course: NewCourse, plan: Plan, grades: Collection[int], catalog: Sequence[CatalogEntry]
) -> tuple[CheckVerdict, ...]:
    """Judge the approved plan's effort on the course's first day, by the pupils who are actually enrolled.

    ``grades`` has one grade per pupil. The verdicts' pointers name the effort in the plan. Raises
    ``CourseRulesViolated`` and ``CourseAnswersMissing``, each with every verdict and a pointer to the course's field
    that can be corrected. Where only the plan can be corrected, the pointer is ``/project_id``.
    """
    verdicts = check_start(rule_set, course.as_begun(plan, grades), course.index_in(plan), catalog)
    judgement = Judgement.of(verdicts)
    if judgement.may_be_submitted(_REASON):
        return verdicts
    refusal, rules = (
        (CourseRulesViolated, judgement.violated)
        if judgement.violated
        else (CourseAnswersMissing, judgement.unanswered)
    )
    raise refused(refusal, verdicts, rules, pointer=_field(course, rules[0].rule_id))


def _field(course: NewCourse, rule_id: str) -> str:
    if rule_id == GROUP:
        return "/pupil_ids" if course.class_id is None else "/class_id"
    return _FIELDS.get(rule_id, "/project_id")


def require_sessions(sessions: Sequence[HeldSession], start: date, last_day: date, today: date) -> None:
    """Check that each session is in the course, has been held and occurs once; raises the refusal of the first that
    fails.
    """
    seen = set()
    for index, each in enumerate(sessions):
        pointer = f"/sessions/{index}/held_on"
        if not start <= each.held_on <= last_day:
            raise SessionOutsideCourse(pointer=pointer, start=start, last_day=last_day)
        if each.held_on > today:
            raise SessionInFuture(pointer=pointer)
        if (each.held_on, each.starts_at) in seen:
            raise SessionRepeated(pointer=f"/sessions/{index}/starts_at")
        seen.add((each.held_on, each.starts_at))


Unit = Literal["lessons", "sessions", "packages"]


def delivered(
    rule_set: RuleSet, variant: str, intervention_type: InterventionType | None, facts: DosageFacts
) -> tuple[Unit, Decimal]:
    """The amount delivered by ``facts.as_of``, in the variant's unit.

    The rule set defines the unit if it has a minimum for the variant. Otherwise each session of small groups counts as
    one session, each of book packages as one package, and for all other types the minutes are converted to lessons.
    Rounded down to two decimals.
    """
    settings = rule_set.settings_as(DosageSettings)
    phases = settings.phases_of(variant)
    if phases:
        first = phases[0].unit
        total = sum(each.total for each in held_by_phase(settings, phases, facts) if each.phase.unit == first)
        return first, floored(Fraction(total, settings.per_unit(phases[0])))
    minutes = [each.minutes for each in facts.sessions if each.held_on <= facts.as_of and each.minutes]
    if intervention_type is InterventionType.BOOK_PACKAGES:
        return "packages", Decimal(len(minutes))
    if intervention_type is InterventionType.SMALL_GROUP_TUITION:
        return "sessions", Decimal(len(minutes))
    return "lessons", floored(Fraction(sum(minutes), settings.lesson_minutes))


def type_of(variant: str, catalog: Iterable[CatalogEntry]) -> InterventionType | None:
    """The variant's intervention type; None for one the catalog no longer has."""
    return next((each.intervention_type for each in catalog if each.id == variant), None)


def stored(models: Iterable[PlannedPhase | CheckVerdict]) -> list[dict[str, Any]]:
    """The models in the form in which they are stored."""
    return [each.model_dump(mode="json") for each in models]
