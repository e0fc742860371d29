"""Forecast dosage, while the course runs: the total that it reaches if it continues as in the last school weeks."""

from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction
from math import ceil

from libs.shared.rules.dosage.course import JudgedPhase, judge_course
from libs.shared.rules.dosage.facts import DosageFacts, monday_of
from libs.shared.rules.dosage.held import Held
from libs.shared.rules.dosage.settings import DosageRules, DosageSettings, ForecastSettings, MinimumPhase
from libs.shared.rules.dosage.verdict import DosageVerdict, amount_da, amount_en
from libs.shared.rules.rule_sets import RuleSet
from libs.shared.rules.verdicts import DosageOutcome, DosageStage
from libs.shared.rules.wording import Text, floored, number_da, number_en

_WEEK = timedelta(days=7)


def forecast_dosage(
    rule_set: RuleSet | DosageRules,
    variant: str,
    facts: DosageFacts,
    *,
    approved: Sequence[MinimumPhase] | None = None,
) -> DosageVerdict:
    """Judge the total that the course is expected to reach, by a rule set that must be in force on its start.

    The expected total is what is delivered plus the mean of the last completed school weeks (the phase's
    ``forecast_weeks``, else ``mean_of_weeks``) times the school weeks left; below the minimum the course is at risk. A
    week is completed when its Sunday has passed. The current week counts as the mean, or as what it has already reached
    if that is more. Unknown when fewer than ``least_weeks_of_records`` completed school weeks have records. After the
    last date there is nothing to forecast, and a total below the minimum is missed. ``approved`` is the minimum that an
    approval has set for a variant without one in the rule set. Raises ``NoRuleInForce``.
    """
    return judge_course(rule_set, variant, facts, stage=DosageStage.FORECAST, approved=approved, judge=_judge)


def _judge(settings: DosageSettings, held: Held, facts: DosageFacts) -> JudgedPhase:
    expected = expected_total(settings.forecast, held, facts)
    mean = expected / len(held.weeks) if expected is not None else None
    return JudgedPhase(_outcome(held, expected, facts), expected, mean, _reason(settings, held, expected, facts))


def expected_total(settings: ForecastSettings, held: Held, facts: DosageFacts) -> Fraction | None:
    """The exact total that the phase is expected to reach; None with too few completed school weeks with records."""
    running = monday_of(facts.as_of)
    completed = [each for each in held.weeks if each < running]
    if sum(each in held.recorded for each in completed) < settings.least_weeks_of_records:
        return None
    last = completed[-(held.phase.forecast_weeks or settings.mean_of_weeks) :]
    mean = Fraction(sum(held.amounts.get(each, 0) for each in last), len(last))
    before = sum(amount for week, amount in held.amounts.items() if week < running)
    this_week = Fraction(held.amounts.get(running, 0))
    if running in held.weeks and facts.as_of <= held.last:
        this_week = max(this_week, mean)
    to_come = this_week + mean * sum(each > running for each in held.weeks)
    # Packages are whole: with one every third week, four remaining weeks contain two of them, not one and a third.
    return before + (Fraction(ceil(to_come)) if held.phase.unit == "packages" else to_come)


def _outcome(held: Held, expected: Fraction | None, facts: DosageFacts) -> DosageOutcome:
    if expected is None:
        return DosageOutcome.UNKNOWN
    if held.reaches(expected):
        return DosageOutcome.MET
    return DosageOutcome.MISSED if facts.as_of > held.last else DosageOutcome.AT_RISK


def _reason(settings: DosageSettings, held: Held, expected: Fraction | None, facts: DosageFacts) -> Text:
    phase = held.phase
    per_unit = settings.per_unit(phase)
    if expected is None:
        completed = [each for each in held.weeks if each < monday_of(facts.as_of)]
        have, least = sum(each in held.recorded for each in completed), settings.forecast.least_weeks_of_records
        return Text(
            da=f"Der er registreringer i {have} af {len(completed)} afsluttede skoleuger; en prognose kræver {least}.",
            en=f"There are records in {have} of {len(completed)} completed school weeks; a forecast needs {least}.",
        )
    left = sum(each + _WEEK > facts.as_of for each in held.weeks) if facts.as_of <= held.last else 0
    so_far, total = floored(held.exact_total / per_unit), floored(expected / per_unit)
    mean, least_total = floored(expected / len(held.weeks) / per_unit), floored(held.minimum_total / per_unit)
    against_da = f" mod mindst {number_da(floored(phase.weekly))}" if phase.weekly else ""
    against_en = f" against at least {number_en(floored(phase.weekly))}" if phase.weekly else ""
    return Text(
        da=f"Gennemført er {amount_da(so_far, phase)}; med samme tempo i de {left} skoleuger, der er tilbage, ender "
        f"forløbet på {number_da(total)} af mindst {number_da(least_total)}, i gennemsnit {number_da(mean)} pr. uge"
        f"{against_da}.",
        en=f"Delivered: {amount_en(so_far, phase)}; at the same pace in the {left} school weeks left the course ends "
        f"at {number_en(total)} of at least {number_en(least_total)}, on average {number_en(mean)} a week"
        f"{against_en}.",
    )
