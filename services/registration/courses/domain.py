"""What a course may be, and what it has delivered. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal
from uuid import UUID

from libs.shared.rules.catalog import CatalogEntry, InterventionType
from libs.shared.rules.composition.checks import blocks_submission, check_group
from libs.shared.rules.composition.plan import Plan, PlannedEffort
from libs.shared.rules.dosage.facts import DosageFacts, PlannedPhase
from libs.shared.rules.dosage.held import held_by_phase
from libs.shared.rules.dosage.settings import DosageSettings
from libs.shared.rules.rule_sets import RuleSet
from libs.shared.rules.verdicts import CheckOutcome, CheckVerdict
from libs.shared.rules.wording import floored
from services.registration.courses.errors import (
    CourseEndsBeforeStart,
    CourseOutsideProject,
    CourseRulesViolated,
    CourseTarget,
    CourseVariantNotPlanned,
    SessionInFuture,
    SessionOutsideCourse,
    SessionRepeated,
)

MOST_PUPILS = 100
"""The largest group the plan's model can say; far above every limit of the rules."""


@dataclass(frozen=True, slots=True)
class NewCourse:
    """A course as it is asked for; ``start`` and ``end`` are inclusive. ``planned`` is empty to take the plan's."""

    project_id: UUID
    school_id: UUID
    variant: str
    start: date
    end: date
    class_id: UUID | None
    pupil_ids: Sequence[UUID]
    designated_pupil_ids: frozenset[UUID]
    planned: tuple[PlannedPhase, ...]

    def require_within(self, plan: Plan) -> None:
        """Check target, dates and variant against the approved plan; raises the refusal."""
        if (self.class_id is None) == (not self.pupil_ids):
            raise CourseTarget(pointer="/class_id")
        if self.end < self.start:
            raise CourseEndsBeforeStart(pointer="/end")
        if self.start < plan.start or (plan.end is not None and self.end > plan.end):
            raise CourseOutsideProject(pointer="/start", start=plan.start, end=plan.end or "–")
        variants = dict.fromkeys(each.variant for each in plan.efforts)
        if self.variant not in variants:
            raise CourseVariantNotPlanned(pointer="/variant", variants=", ".join(variants))

    def phases(self, plan: Plan) -> tuple[PlannedPhase, ...]:
        """The dosage planned for this course: its own, or that of the plan's first effort of the variant."""
        if self.planned:
            return self.planned
        effort = next(each for each in plan.efforts if each.variant == self.variant)
        return (PlannedPhase.model_validate(effort.model_dump(include=set(PlannedPhase.model_fields))),)


@dataclass(frozen=True, slots=True)
class HeldSession:
    """A session as it was held, in whole minutes."""

    held_on: date
    starts_at: time
    minutes: int


def judge_group(
    rule_set: RuleSet, course: NewCourse, pupils: int, catalog: Sequence[CatalogEntry]
) -> tuple[CheckVerdict, ...]:
    """C-GROUP on those who are really enrolled. Raises ``CourseRulesViolated``.

    The other rules of composition are about the plan, which was judged before it was approved.
    """
    effort = PlannedEffort(variant=course.variant, group_size=min(pupils, MOST_PUPILS))
    verdicts = check_group(rule_set, Plan(start=course.start, end=course.end, efforts=(effort,)), catalog)
    if blocks_submission(verdicts):
        rules = ", ".join(dict.fromkeys(each.rule_id for each in verdicts if each.outcome is CheckOutcome.VIOLATED))
        raise CourseRulesViolated(rules=rules, extra={"verdicts": [each.model_dump(mode="json") for each in verdicts]})
    return verdicts


def require_sessions(sessions: Sequence[HeldSession], start: date, end: date, today: date) -> None:
    """Check that sessions are of the course, held, and named once each; raises the refusal of the first that is not."""
    seen = set()
    for place, each in enumerate(sessions):
        pointer = f"/sessions/{place}/held_on"
        if not start <= each.held_on <= end:
            raise SessionOutsideCourse(pointer=pointer, start=start, end=end)
        if each.held_on > today:
            raise SessionInFuture(pointer=pointer)
        if (each.held_on, each.starts_at) in seen:
            raise SessionRepeated(pointer=f"/sessions/{place}/starts_at")
        seen.add((each.held_on, each.starts_at))


Unit = Literal["lessons", "sessions", "packages"]


def delivered(
    rule_set: RuleSet, variant: str, kind: InterventionType | None, facts: DosageFacts
) -> tuple[Unit, Decimal]:
    """The amount delivered by ``facts.as_of``, in the unit the variant is counted in.

    By the rule set where it has a minimum for the variant. Where it has none: a session of small groups is one
    session, one of book packages one package, and of all else minutes are lessons. Rounded down to two decimals.
    """
    settings = rule_set.settings_as(DosageSettings)
    phases = settings.phases_of(variant)
    if phases:
        first = phases[0].unit
        total = sum(each.total for each in held_by_phase(settings, phases, facts) if each.phase.unit == first)
        return first, floored(Fraction(total, settings.per_unit(phases[0])))
    minutes = [each.minutes for each in facts.sessions if each.held_on <= facts.as_of and each.minutes]
    if kind is InterventionType.BOOK_PACKAGES:
        return "packages", Decimal(len(minutes))
    if kind is InterventionType.SMALL_GROUP_TUITION:
        return "sessions", Decimal(len(minutes))
    return "lessons", floored(Fraction(sum(minutes), settings.lesson_minutes))


def day_after(day: date) -> date:
    """Events give an end as the day after the last."""
    return day + timedelta(days=1)


def type_of(variant: str, catalog: Iterable[CatalogEntry]) -> InterventionType | None:
    """The variant's intervention type; None for one the catalog no longer has."""
    return next((each.intervention_type for each in catalog if each.id == variant), None)


def stored(models: Iterable[PlannedPhase | CheckVerdict]) -> list[dict[str, Any]]:
    """Models as they are kept."""
    return [each.model_dump(mode="json") for each in models]
