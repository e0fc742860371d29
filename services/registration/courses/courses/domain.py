"""What a course is, and the conditions for it. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from libs.shared.rules.catalog import CatalogEntry, InterventionType
from libs.shared.rules.composition.checks import CATALOG, GROUP, check_start
from libs.shared.rules.composition.plan import Plan
from libs.shared.rules.dosage.facts import PlannedPhase
from libs.shared.rules.dosage.settings import MinimumPhase
from libs.shared.rules.judgement import Judgement
from libs.shared.rules.rule_sets import RuleSet
from libs.shared.rules.verdicts import CheckVerdict
from services.registration.courses.errors import (
    CourseAnswersMissing,
    CourseEndsBeforeStart,
    CourseEndsLater,
    CourseOutsideProject,
    CourseRulesViolated,
    CourseTarget,
    CourseVariantNotPlanned,
)
from services.registration.projects.domain import refused

MOST_PUPILS = 100
"""The largest group that the plan's model allows; far above every limit of the rules."""


class StaffRole(StrEnum):
    """Who carries a course out: lærer, pædagog, ressourceperson, lærerstuderende, mentor, ekstern leverandør."""

    TEACHER = "teacher"
    PEDAGOGUE = "pedagogue"
    RESOURCE_PERSON = "resource_person"
    STUDENT_TEACHER = "student_teacher"
    MENTOR = "mentor"
    EXTERNAL = "external"


class CourseStatus(StrEnum):
    """Where a course stands on a day."""

    PLANNED = "planned"
    RUNNING = "running"
    ENDED = "ended"
    ENDED_EARLY = "ended_early"


class EndReason(StrEnum):
    """Why a course ended before its last day."""

    STAFF_MISSING = "staff_missing"
    TOO_FEW_PUPILS = "too_few_pupils"
    GOALS_REACHED = "goals_reached"
    ROOMS_MISSING = "rooms_missing"
    MERGED = "merged"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class NewCourse:
    """A requested course, from ``start`` to ``last_day``, both inclusive. ``planned`` is empty to take the plan's.

    ``stated`` is the number of pupils that is expected, before names are known or beside them.
    """

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
    code: str | None = None
    subjects: tuple[str, ...] = ()
    staff: tuple[tuple[StaffRole, int], ...] = ()
    stated: int | None = None

    def require_within(self, plan: Plan) -> None:
        """Check target, dates and variant against the approved plan; raises the refusal."""
        if self.class_id is not None and self.pupil_ids:
            raise CourseTarget(pointer="/class_id")
        if self.class_id is None and not self.pupil_ids and self.stated is None:
            raise CourseTarget(pointer="/expected_pupils")
        if self.last_day < self.start:
            raise CourseEndsBeforeStart(pointer="/last_day")
        if self.start < plan.start or (plan.last_day is not None and self.last_day > plan.last_day):
            raise CourseOutsideProject(pointer="/start", start=plan.start, last_day=plan.last_day or "–")
        variants = dict.fromkeys(each.variant for each in plan.efforts)
        if self.variant not in variants:
            raise CourseVariantNotPlanned(pointer="/variant", variants=", ".join(variants))

    def phases(self, plan: Plan) -> tuple[PlannedPhase, ...]:
        """The dosage planned for this course: its own, or that of the plan's efforts of the variant, in their order.

        A plan that has several efforts of one variant, such as the two phases of D1, gives a phase each.
        """
        if self.planned:
            return self.planned
        fields = set(PlannedPhase.model_fields)
        return tuple(
            PlannedPhase.model_validate(each.model_dump(include=fields))
            for each in plan.efforts
            if each.variant == self.variant
        )

    def index_in(self, plan: Plan) -> int:
        """The index of the plan's first effort of the variant, which the course carries out."""
        return next(index for index, each in enumerate(plan.efforts) if each.variant == self.variant)

    def as_begun(self, plan: Plan, grades: Collection[int]) -> Plan:
        """The plan on the course's first day, with the facts about its effort that are known by then.

        ``grades`` has one grade per pupil enrolled; while nobody is, the stated number counts. A group with more pupils
        than the plan's model allows counts as ``MOST_PUPILS``.
        """
        index = self.index_in(plan)
        size = len(grades) or self.stated or 0
        known: dict[str, object] = {"group_size": min(size, MOST_PUPILS)}
        if grades:
            known["grades"] = tuple(sorted(set(grades)))
        if self.parents_informed is not None:
            known["parents_informed"] = self.parents_informed
        efforts = list(plan.efforts)
        efforts[index] = efforts[index].model_copy(update=known)
        return plan.model_copy(update={"start": self.start, "last_day": self.last_day, "efforts": tuple(efforts)})


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
        if course.class_id is not None:
            return "/class_id"
        return "/pupil_ids" if course.pupil_ids else "/expected_pupils"
    return _FIELDS.get(rule_id, "/project_id")


def status_on(day: date, start: date, last_day: date, planned_last_day: date | None) -> CourseStatus:
    """Where a course stands on the day."""
    if day < start:
        return CourseStatus.PLANNED
    if day <= last_day:
        return CourseStatus.RUNNING
    return CourseStatus.ENDED if planned_last_day is None else CourseStatus.ENDED_EARLY


def require_end(start: date, planned_last_day: date, last_day: date) -> None:
    """Check the day of an early end. Raises ``CourseEndsBeforeStart`` and ``CourseEndsLater``."""
    if last_day < start:
        raise CourseEndsBeforeStart(pointer="/last_day")
    if last_day >= planned_last_day:
        raise CourseEndsLater(pointer="/last_day", last_day=planned_last_day)


def type_of(variant: str, catalog: Iterable[CatalogEntry]) -> InterventionType | None:
    """The variant's intervention type; None for one the catalog no longer has."""
    return next((each.intervention_type for each in catalog if each.id == variant), None)


def stored(models: Iterable[PlannedPhase | MinimumPhase | CheckVerdict]) -> list[dict[str, Any]]:
    """The models in the form in which they are stored."""
    return [each.model_dump(mode="json") for each in models]
