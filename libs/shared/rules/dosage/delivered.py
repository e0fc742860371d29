"""Delivered dosage: whether the total and the mean per school week both reach the minimum."""

from collections.abc import Sequence

from libs.shared.rules.dosage.course import JudgedPhase, judge_course
from libs.shared.rules.dosage.facts import DosageFacts
from libs.shared.rules.dosage.held import Held
from libs.shared.rules.dosage.settings import DosageRules, DosageSettings, MinimumPhase
from libs.shared.rules.dosage.verdict import DosageVerdict, amount_da, amount_en
from libs.shared.rules.rule_sets import RuleSet
from libs.shared.rules.verdicts import DosageOutcome, DosageStage
from libs.shared.rules.wording import Text, floored, number_da, number_en


def delivered_dosage(
    rule_set: RuleSet | DosageRules,
    variant: str,
    facts: DosageFacts,
    *,
    approved: Sequence[MinimumPhase] | None = None,
) -> DosageVerdict:
    """Judge what has been held by ``as_of``, by a rule set that must be in force on the course's start.

    Met when the total reaches the weekly minimum times the minimum length *and* the mean per school week from the
    first to the last planned date reaches the weekly minimum. Otherwise missed once the last date has passed, and
    unknown before that. Also unknown when no session is recorded or no school week is known. ``approved`` is the
    minimum that an approval has set for a variant without one in the rule set. Raises ``NoRuleInForce``.
    """
    return judge_course(rule_set, variant, facts, stage=DosageStage.DELIVERED, approved=approved, judge=_judge)


def _judge(settings: DosageSettings, held: Held, facts: DosageFacts) -> JudgedPhase:
    outcome = _outcome(held, facts)
    # Without records the delivered amount is unknown and not zero, so no amount is shown.
    total, mean = (held.exact_total, held.weekly_mean) if held.recorded else (None, None)
    return JudgedPhase(outcome, total, mean, _reason(settings, held, outcome, facts))


def _outcome(held: Held, facts: DosageFacts) -> DosageOutcome:
    if not held.weeks or not held.recorded:
        return DosageOutcome.UNKNOWN
    if held.reaches(held.total):
        return DosageOutcome.MET
    return DosageOutcome.MISSED if facts.as_of > held.last else DosageOutcome.UNKNOWN


def _reason(settings: DosageSettings, held: Held, outcome: DosageOutcome, facts: DosageFacts) -> Text:
    phase = held.phase
    if held.weekly_mean is None:
        return Text(
            da="Der er 0 kendte skoleuger i forløbets periode, så gennemsnittet kan ikke beregnes.",
            en="There are 0 known school weeks in the course's period, so the mean cannot be computed.",
        )
    if not held.recorded:
        return Text(
            da=f"Der er registreret 0 sessioner i forløbets {len(held.weeks)} skoleuger.",
            en=f"There are 0 sessions recorded in the course's {len(held.weeks)} school weeks.",
        )
    per_unit = settings.per_unit(phase)
    total, least = floored(held.exact_total / per_unit), floored(held.minimum_total / per_unit)
    mean, share = floored(held.weekly_mean / per_unit), floored(held.exact_total * 100 / held.minimum_total)
    da = (
        f"Gennemført er {amount_da(total, phase)} af mindst {number_da(least)} ({number_da(share)} %), "
        f"i gennemsnit {number_da(mean)} pr. uge i {len(held.weeks)} skoleuger"
    )
    en = (
        f"Delivered: {amount_en(total, phase)} of at least {number_en(least)} ({number_en(share)} %), "
        f"on average {number_en(mean)} a week in {len(held.weeks)} school weeks"
    )
    if phase.weekly:
        da += f" mod mindst {number_da(floored(phase.weekly))}"
        en += f" against at least {number_en(floored(phase.weekly))}"
    if held.not_counted:
        da += f"; {len(held.not_counted)} tæller ikke med"
        en += f"; {len(held.not_counted)} do not count"
    if outcome is DosageOutcome.UNKNOWN:
        da += f"; forløbet varer til {held.last:%d-%m-%Y}"
        en += f"; the course runs until {held.last.isoformat()}"
    return Text(da=f"{da}.", en=f"{en}.")
