"""The verdict on dosage, and how the verdicts of several phases become one."""

from collections.abc import Sequence
from decimal import Decimal

from libs.shared.rules.dosage.facts import NotCounted
from libs.shared.rules.dosage.settings import DosageRules, MinimumPhase
from libs.shared.rules.verdicts import DosageOutcome, DosageStage, Measure, Verdict, frame
from libs.shared.rules.wording import Text, number_da, number_en

_WORST_FIRST = (DosageOutcome.MISSED, DosageOutcome.AT_RISK, DosageOutcome.UNKNOWN, DosageOutcome.MET)
_UNITS = {
    "lessons": ("lektioner", "lessons"),
    "sessions": ("sessioner", "sessions"),
    "packages": ("pakker", "packages"),
}


class DosageVerdict(Verdict):
    """The answer about one course at one stage.

    ``value`` and ``threshold`` are the weekly amount (planned) or the total (delivered, forecast) of the phase that
    decides, ``phase`` its number from 1. ``weekly_mean`` is held against ``weekly_minimum``, ``weeks`` against
    ``minimum_weeks``. ``share_percent`` is the delivered share of the minimum total, rounded down. ``pointer`` is the
    JSON pointer to the effort of the plan that was judged, empty for a course.
    """

    outcome: DosageOutcome
    stage: DosageStage
    phase: int
    share_percent: Decimal | None = None
    weekly_mean: Measure | None = None
    weekly_minimum: Measure | None = None
    weeks: int | None = None
    minimum_weeks: Decimal | None = None
    not_counted: tuple[NotCounted, ...] = ()
    pointer: str = ""


def deciding(verdicts: Sequence[DosageVerdict]) -> DosageVerdict:
    """One verdict for all phases: the first with the worst outcome, with the uncounted sessions of every phase."""
    if len(verdicts) == 1:
        return verdicts[0]
    worst = min(verdicts, key=lambda each: _WORST_FIRST.index(each.outcome))
    not_counted = tuple(one for each in verdicts for one in each.not_counted)
    return worst.model_copy(update={"not_counted": not_counted})


def no_minimum(rules: DosageRules, variant: str, stage: DosageStage, *, pointer: str = "") -> DosageVerdict:
    """The verdict unknown, because the rule set has no minimum for the variant (D3: the approval sets it)."""
    waits = any(each.variant == variant for each in rules.settings.minimums)
    waits_da = "; det fastsættes ved godkendelsen" if waits else ""
    waits_en = "; the approval sets it" if waits else ""
    return DosageVerdict(
        rule_id=variant,
        **frame(rules.rule_set),
        outcome=DosageOutcome.UNKNOWN,
        stage=stage,
        phase=1,
        pointer=pointer,
        reason=Text(
            da=f"Regelsættet {rules.rule_set.name} har intet minimum for {variant}{waits_da}.",
            en=f"The rule set {rules.rule_set.name} has no minimum for {variant}{waits_en}.",
        ),
    )


def amount_da(amount: Decimal, phase: MinimumPhase) -> str:
    """``10,5 lektioner``."""
    return f"{number_da(amount)} {_UNITS[phase.unit][0]}"


def amount_en(amount: Decimal, phase: MinimumPhase) -> str:
    """``10.5 lessons``."""
    return f"{number_en(amount)} {_UNITS[phase.unit][1]}"


def prefixed(reason: Text, number: int, phases: int) -> Text:
    """The reason, preceded by the phase's number if there is more than one phase."""
    if phases < 2:
        return reason
    return Text(da=f"Fase {number}: {reason.da}", en=f"Phase {number}: {reason.en}")


def minimum_of(rules: DosageRules, variant: str, approved: Sequence[MinimumPhase] | None) -> tuple[MinimumPhase, ...]:
    """The phases by which the variant is judged: those of the rule set, or if it has none those of the approval."""
    return rules.settings.phases_of(variant) or tuple(approved or ())
