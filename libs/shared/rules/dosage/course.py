"""Judges a course phase by phase at one stage. The forecast and the delivered dosage share this code."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import NamedTuple

from libs.shared.rules.dosage.facts import DosageFacts
from libs.shared.rules.dosage.held import Held, held_by_phase
from libs.shared.rules.dosage.settings import DosageRules, DosageSettings, MinimumPhase
from libs.shared.rules.dosage.verdict import DosageVerdict, deciding, minimum_of, no_minimum, prefixed
from libs.shared.rules.rule_sets import RuleSet, read_rules
from libs.shared.rules.verdicts import Coverage, DosageOutcome, DosageStage, Measure, frame
from libs.shared.rules.wording import Text, floored


class JudgedPhase(NamedTuple):
    """The judgement of one phase at a stage. ``total`` and ``mean`` (per week) are exact, and in minutes or a count, as
    in ``Held``; None where no amount is shown.
    """

    outcome: DosageOutcome
    total: Fraction | None
    mean: Fraction | None
    reason: Text


JudgePhase = Callable[[DosageSettings, Held, DosageFacts], JudgedPhase]


class _Course(NamedTuple):
    rules: DosageRules
    variant: str
    stage: DosageStage
    facts: DosageFacts
    phases: int


def judge_course(
    rule_set: RuleSet | DosageRules,
    variant: str,
    facts: DosageFacts,
    *,
    stage: DosageStage,
    approved: Sequence[MinimumPhase] | None,
    judge: JudgePhase,
) -> DosageVerdict:
    """One verdict for the course, by a rule set that must be in force on its start.

    ``approved`` is the minimum that an approval has set for a variant without one in the rule set. Raises
    ``NoRuleInForce``.
    """
    rules = read_rules(rule_set, DosageSettings)
    rules.require_in_force(facts.start)
    minimum = minimum_of(rules, variant, approved)
    if not minimum:
        return no_minimum(rules, variant, stage)
    held = held_by_phase(rules.settings, minimum, facts)
    course = _Course(rules, variant, stage, facts, len(held))
    return deciding([_verdict(course, each, judge(rules.settings, each, facts)) for each in held])


def _verdict(course: _Course, held: Held, judged: JudgedPhase) -> DosageVerdict:
    phase, rules = held.phase, course.rules
    per_unit = rules.settings.per_unit(phase)
    return DosageVerdict(
        rule_id=course.variant,
        **frame(rules.rule_set),
        outcome=judged.outcome,
        stage=course.stage,
        phase=held.number,
        value=_measure(judged.total, per_unit, phase),
        threshold=Measure(amount=floored(held.minimum_total / per_unit), unit=phase.unit),
        coverage=_weeks_with_records(held, course.facts),
        share_percent=floored(held.exact_total * 100 / held.minimum_total) if held.recorded else None,
        weekly_mean=_measure(judged.mean, per_unit, phase),
        weekly_minimum=phase.weekly_measure,
        weeks=len(held.weeks),
        minimum_weeks=floored(held.minimum_weeks),
        not_counted=held.not_counted,
        reason=prefixed(judged.reason, held.number, course.phases),
    )


def _measure(amount: Fraction | None, per_unit: int, phase: MinimumPhase) -> Measure | None:
    return None if amount is None else Measure(amount=floored(amount / per_unit), unit=phase.unit)


def _weeks_with_records(held: Held, facts: DosageFacts) -> Coverage:
    """The number of school weeks with a recorded session, of those that have begun by ``as_of``."""
    begun = [each for each in held.weeks if each <= facts.as_of]
    return Coverage(have=sum(each in held.recorded for each in begun), expected=len(begun), unit="school_weeks")
