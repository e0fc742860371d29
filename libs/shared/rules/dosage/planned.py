"""Planned dosage: whether the weekly amount and the length each reach the minimum."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from libs.shared.rules.dosage.facts import DosageUnit, PlannedPhase
from libs.shared.rules.dosage.settings import DosageRules, DosageSettings, MinimumPhase
from libs.shared.rules.dosage.verdict import (
    DosageVerdict,
    amount_da,
    amount_en,
    deciding,
    minimum_of,
    no_minimum,
    prefixed,
)
from libs.shared.rules.rule_sets import RuleSet, read_rules
from libs.shared.rules.verdicts import DosageOutcome, DosageStage, Measure, frame
from libs.shared.rules.wording import Text, floored, number_da, number_en


def planned_dosage(
    rule_set: RuleSet | DosageRules,
    variant: str,
    phases: Sequence[PlannedPhase],
    *,
    start: date,
    school_year_weeks: int | None = None,
    approved: Sequence[MinimumPhase] | None = None,
    pointer: str = "",
) -> DosageVerdict:
    """Judge what is planned, phase by phase, by a rule set that must be in force on ``start``. A ``PlannedEffort`` is a
    ``PlannedPhase`` too.

    Met when both the weekly amount and the length reach the minimum, missed when one does not, unknown when one is
    not given. Sessions of a length that does not count are taken as 0 sessions. Book packages are judged by their
    number in the phase. ``approved`` is the minimum that an approval has set for a variant without one in the rule set
    (D3). ``pointer`` is the JSON pointer that the verdict gets. Raises ``NoRuleInForce``.
    """
    rules = read_rules(rule_set, DosageSettings)
    rules.require_in_force(start)
    settings = rules.settings
    minimum = minimum_of(rules, variant, approved)
    if not minimum:
        return no_minimum(rules, variant, DosageStage.PLANNED, pointer=pointer)
    verdicts = []
    for number, phase in enumerate(minimum, start=1):
        plan = phases[number - 1] if number <= len(phases) else PlannedPhase()
        weekly = _amount(settings, phase, plan)
        least_weeks = settings.minimum_weeks(phase, school_year_weeks)
        outcome = _outcome(phase, plan, weekly, least_weeks)
        # Each number is rounded once, as rounding is the most expensive part of judging a plan.
        shown = _Shown(floored(weekly) if weekly is not None else None, floored(_least(phase)), floored(least_weeks))
        weekly_shown = Measure(amount=shown.weekly, unit=phase.unit) if weekly is not None else None
        verdicts.append(
            DosageVerdict(
                rule_id=variant,
                **frame(rules.rule_set),
                outcome=outcome,
                stage=DosageStage.PLANNED,
                phase=number,
                value=weekly_shown,
                threshold=Measure(amount=shown.least, unit=phase.unit),
                weekly_mean=weekly_shown if phase.phase_amount is None else None,
                weekly_minimum=phase.weekly_measure,
                weeks=plan.weeks,
                minimum_weeks=shown.least_weeks,
                pointer=pointer,
                reason=prefixed(_reason(phase, plan, shown), number, len(minimum)),
            )
        )
    return deciding(verdicts)


class _Shown(NamedTuple):
    """The numbers as they are shown, rounded down; ``weekly`` is None when it is unknown."""

    weekly: Decimal | None
    least: Decimal
    least_weeks: Decimal


def _least(phase: MinimumPhase) -> Fraction:
    """The minimum: the weekly amount, or for packages the number in the phase."""
    return phase.weekly if phase.phase_amount is None else Fraction(phase.phase_amount)


def _amount(settings: DosageSettings, phase: MinimumPhase, plan: PlannedPhase) -> Fraction | None:
    """The exact planned amount that is compared with ``_least``; None when it is unknown."""
    if phase.phase_amount is None:
        return None if plan.unit is DosageUnit.PACKAGES else _weekly(settings, phase, plan)
    if plan.packages is not None:
        return Fraction(plan.packages)
    if plan.unit is not DosageUnit.PACKAGES or plan.weekly_amount is None or plan.weeks is None:
        return None
    return Fraction(plan.weekly_amount) * plan.weeks


def _weekly(settings: DosageSettings, phase: MinimumPhase, plan: PlannedPhase) -> Fraction | None:
    """The exact planned weekly amount in the phase's unit; None when it is unknown."""
    if plan.weekly_amount is None or plan.unit is None:
        return None
    amount = Fraction(plan.weekly_amount)
    length = plan.minutes_per_session
    if phase.session_minutes is not None:
        if length is None:
            return None
        if phase.session_minutes.why_not(length) is not None:
            return Fraction(0)
    if plan.unit is DosageUnit.SESSIONS and phase.unit == "sessions":
        return amount
    if length is None and (plan.unit is DosageUnit.SESSIONS or phase.unit == "sessions"):
        return None
    minutes = (
        amount
        * {
            DosageUnit.MINUTES: 1,
            DosageUnit.LESSONS: settings.lesson_minutes,
            DosageUnit.SESSIONS: length or 0,
            DosageUnit.PACKAGES: 0,
        }[plan.unit]
    )
    return minutes / ((length or 1) if phase.unit == "sessions" else settings.lesson_minutes)


def _outcome(phase: MinimumPhase, plan: PlannedPhase, weekly: Fraction | None, least_weeks: Fraction) -> DosageOutcome:
    too_little = weekly is not None and weekly < _least(phase)
    too_short = plan.weeks is not None and plan.weeks < least_weeks
    if too_little or too_short:
        return DosageOutcome.MISSED
    return DosageOutcome.UNKNOWN if weekly is None or plan.weeks is None else DosageOutcome.MET


def _reason(phase: MinimumPhase, plan: PlannedPhase, shown: _Shown) -> Text:
    limits = phase.session_minutes
    a_week_da, a_week_en = (" pr. uge", " a week") if phase.phase_amount is None else ("", "")
    if shown.weekly is None:
        weekly_da, weekly_en = f"et ukendt antal{a_week_da}", f"an unknown amount{a_week_en}"
    else:
        weekly_da = f"{amount_da(shown.weekly, phase)}{a_week_da}"
        weekly_en = f"{amount_en(shown.weekly, phase)}{a_week_en}"
    if limits and plan.minutes_per_session is None:
        weekly_da += " (sessionens længde mangler)"
        weekly_en += " (the length of a session is missing)"
    elif limits and limits.why_not(plan.minutes_per_session or 0):
        weekly_da += f" (sessioner på {plan.minutes_per_session} minutter tæller ikke med)"
        weekly_en += f" (sessions of {plan.minutes_per_session} minutes do not count)"
    of_da = f" à {limits.text.da}" if limits else ""
    of_en = f" of {limits.text.en}" if limits else ""
    weeks_da = "et ukendt antal uger" if plan.weeks is None else f"{plan.weeks} uger"
    weeks_en = "an unknown number of weeks" if plan.weeks is None else f"{plan.weeks} weeks"
    return Text(
        da=f"Planlagt er {weekly_da} i {weeks_da}; minimum er {amount_da(shown.least, phase)}{of_da}"
        f"{a_week_da} i {number_da(shown.least_weeks)} uger.",
        en=f"Planned: {weekly_en} for {weeks_en}; the minimum is {amount_en(shown.least, phase)}{of_en}"
        f"{a_week_en} for {number_en(shown.least_weeks)} weeks.",
    )
