"""What a course still needs to reach its minimum: how many sessions, and by which day."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil

from pydantic import BaseModel, ConfigDict

from libs.shared.rules.dosage.facts import DosageFacts, DosageUnit, PlannedPhase, monday_of
from libs.shared.rules.dosage.forecast import expected_total
from libs.shared.rules.dosage.held import Held, held_by_phase
from libs.shared.rules.dosage.settings import DosageRules, DosageSettings, MinimumPhase
from libs.shared.rules.dosage.verdict import amount_da, amount_en, minimum_of, prefixed
from libs.shared.rules.rule_sets import RuleSet, read_rules
from libs.shared.rules.verdicts import DosageOutcome, Measure
from libs.shared.rules.wording import Text, floored, number_da, number_en

_MONTHS_DA = (
    *("januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september", "oktober", "november"),
    "december",
)
_MONTHS_EN = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November"),
    "December",
)


class Outlook(BaseModel):
    """Where a course is heading in the phase that decides, ``phase`` from 1.

    ``delivered`` and ``expected`` are totals of the phase, ``required`` is what they are held against: the minimum
    total, or the weekly minimum in each of the phase's school weeks if that is more. ``pace`` is the mean per school
    week that the phase is expected to end at. ``sessions_needed`` is how many more sessions of ``session_minutes`` (the
    usual length so far, else the planned one) reach what is required by ``needed_by``; None where no length is known.
    ``expected`` and ``pace`` are None with too few records.
    """

    model_config = ConfigDict(frozen=True)

    outcome: DosageOutcome
    phase: int
    delivered: Measure
    expected: Measure | None
    required: Measure
    pace: Measure | None
    weekly_minimum: Measure | None
    sessions_needed: int | None
    session_minutes: int | None
    needed_by: date
    reason: Text


def outlook(
    rule_set: RuleSet | DosageRules,
    variant: str,
    planned: Sequence[PlannedPhase],
    facts: DosageFacts,
    *,
    approved: Sequence[MinimumPhase] | None = None,
) -> Outlook | None:
    """The outlook by a rule set that must be in force on the course's start; None for a variant without a minimum.

    The phase that decides is the first one that is missed or at risk, else the one that runs. Raises
    ``NoRuleInForce``.
    """
    rules = read_rules(rule_set, DosageSettings)
    rules.require_in_force(facts.start)
    minimum = minimum_of(rules, variant, approved)
    if not minimum:
        return None
    held = held_by_phase(rules.settings, minimum, facts)
    seen = [_of_phase(rules.settings, each, facts, planned, len(held)) for each in held]
    for outcome in (DosageOutcome.MISSED, DosageOutcome.AT_RISK):
        for each in seen:
            if each.outcome is outcome:
                return each
    running = [each for each, phase in zip(seen, held, strict=True) if facts.as_of <= phase.last]
    return running[0] if running else seen[-1]


def _of_phase(
    settings: DosageSettings, held: Held, facts: DosageFacts, planned: Sequence[PlannedPhase], phases: int
) -> Outlook:
    phase, per_unit = held.phase, settings.per_unit(held.phase)
    expected = expected_total(settings.forecast, held, facts)
    required = max(held.minimum_total, held.weekly_minimum * len(held.weeks))
    outcome = _outcome(held, expected, facts)
    length = _session_minutes(settings, held, planned)
    needed = _sessions_needed(held, required, length)
    pace = expected / len(held.weeks) / per_unit if expected is not None and held.weeks else None
    return Outlook(
        outcome=outcome,
        phase=held.number,
        delivered=_measure(held.exact_total / per_unit, phase),
        expected=None if expected is None else _measure(expected / per_unit, phase),
        required=_measure(required / per_unit, phase),
        pace=None if pace is None else _measure(pace, phase),
        weekly_minimum=phase.weekly_measure,
        sessions_needed=needed,
        session_minutes=length,
        needed_by=held.last,
        reason=prefixed(
            _reason(held, facts, outcome, pace=pace, required=required / per_unit, needed=needed), held.number, phases
        ),
    )


def _outcome(held: Held, expected: Fraction | None, facts: DosageFacts) -> DosageOutcome:
    if held.reaches(held.total) and held.weeks:
        return DosageOutcome.MET
    if facts.as_of > held.last:
        return DosageOutcome.MISSED
    if expected is None:
        return DosageOutcome.UNKNOWN
    return DosageOutcome.MET if held.reaches(expected) else DosageOutcome.AT_RISK


def _session_minutes(settings: DosageSettings, held: Held, planned: Sequence[PlannedPhase]) -> int | None:
    """The length of a session: for lessons the planned one, else a lesson; None for what is counted in sessions."""
    if held.phase.unit != "lessons":
        return None
    plan = planned[held.number - 1] if held.number <= len(planned) else PlannedPhase()
    if plan.minutes_per_session:
        return plan.minutes_per_session
    if plan.unit is DosageUnit.SESSIONS:
        return None
    return settings.lesson_minutes


def _sessions_needed(held: Held, required: Fraction, length: int | None) -> int | None:
    left = required - held.exact_total
    if left <= 0:
        return 0
    if held.phase.unit != "lessons":
        return ceil(left)
    return None if length is None else ceil(left / length)


def _reason(
    held: Held,
    facts: DosageFacts,
    outcome: DosageOutcome,
    *,
    pace: Fraction | None,
    required: Fraction,
    needed: int | None,
) -> Text:
    phase, last = held.phase, held.last
    by_da, by_en = f"{last.day}. {_MONTHS_DA[last.month - 1]}", f"{last.day} {_MONTHS_EN[last.month - 1]}"
    if last.year != facts.as_of.year:
        by_da, by_en = f"{by_da} {last.year}", f"{by_en} {last.year}"
    if not held.weeks:
        return Text(
            da="Der er ingen kendte skoleuger i perioden. Send skolens kalender, eller læg et skema.",
            en="No school weeks of the period are known. Send the school's calendar, or make a schedule.",
        )
    if outcome is DosageOutcome.MISSED:
        return _ended(held, required)
    needed_da, needed_en = _needed(needed, by_da, by_en)
    if pace is None:
        begun = sum(each <= monday_of(facts.as_of) for each in held.weeks)
        have = len(held.recorded)
        return Text(
            da=f"Der er registreret noget i {have} af {begun} skoleuger, for lidt til en prognose{needed_da}.",
            en=f"Something is recorded in {have} of {begun} school weeks, too little for a forecast{needed_en}.",
        )
    if phase.weekly:
        pace_da = f"{number_da(_short(pace))} af {amount_da(floored(phase.weekly), phase)} om ugen"
        pace_en = f"{number_en(_short(pace))} of {amount_en(floored(phase.weekly), phase)} a week"
    else:
        total = pace * len(held.weeks)
        pace_da = f"i alt {number_da(_short(total))} af {amount_da(floored(required), phase)}"
        pace_en = f"{number_en(_short(total))} of {amount_en(floored(required), phase)} in all"
    return Text(da=f"Med det nuværende tempo {pace_da}{needed_da}.", en=f"At the present pace {pace_en}{needed_en}.")


def _needed(needed: int | None, by_da: str, by_en: str) -> tuple[str, str]:
    if needed is None:
        return "", ""
    if needed == 0:
        return "; minimum er nået", "; the minimum is reached"
    if needed == 1:
        return f"; der skal holdes 1 session mere senest {by_da}", f"; 1 session is needed by {by_en}"
    return f"; der skal holdes {needed} sessioner mere senest {by_da}", f"; {needed} sessions are needed by {by_en}"


def _ended(held: Held, required: Fraction) -> Text:
    return Text(
        da=f"Perioden er slut, og minimum på {amount_da(floored(required), held.phase)} blev ikke nået.",
        en=f"The period is over, and the minimum of {amount_en(floored(required), held.phase)} was not reached.",
    )


def _short(amount: Fraction) -> Decimal:
    """With one decimal, rounded down, as the sentence is for people; the verdict has the exact amounts."""
    return Decimal(amount.numerator * 10 // amount.denominator).scaleb(-1)


def _measure(amount: Fraction, phase: MinimumPhase) -> Measure:
    return Measure(amount=floored(amount), unit=phase.unit)
