"""Rules with several requirements, each of which is met, not met or not declared."""

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from libs.shared.rules.rule_sets import Rules
from libs.shared.rules.verdicts import CheckOutcome, CheckVerdict, Coverage, Measure, Severity, check_verdict
from libs.shared.rules.wording import Text, listed_da, listed_en

_SAID = {
    CheckOutcome.SATISFIED: (
        Text(da="Angivet som opfyldt", en="Declared as met"),
        Text(da="", en=""),
    ),
    CheckOutcome.VIOLATED: (
        Text(da="Angivet som ikke opfyldt", en="Declared as not met"),
        Text(da="; bring det i orden, eller ret det angivne", en="; put it right, or correct what is declared"),
    ),
    CheckOutcome.UNKNOWN: (
        Text(da="Ikke angivet", en="Not declared"),
        Text(da="; angiv, om det er opfyldt", en="; declare whether it is met"),
    ),
}


class Requirement(NamedTuple):
    """One requirement of a rule. ``met`` is None when it is not declared."""

    label: Text
    met: bool | None


def judge_requirements(
    rules: Rules[Any],
    rule_id: str,
    severity: Severity,
    requirements: Sequence[Requirement],
    *,
    pointer: str = "",
    any_is_enough: bool = False,
) -> CheckVerdict:
    """One verdict on all of ``requirements``, or on whether at least one is met when ``any_is_enough``.

    ``value`` is the number that are met and ``threshold`` the number that must be; coverage counts those declared.
    """
    met = [each for each in requirements if each.met is True]
    not_met = [each for each in requirements if each.met is False]
    silent = [each for each in requirements if each.met is None]
    named = (met or silent or not_met) if any_is_enough else (not_met or silent or met)
    outcome = _OUTCOMES[named[0].met]
    return check_verdict(
        rules,
        rule_id=rule_id,
        outcome=outcome,
        severity=severity,
        pointer=pointer,
        value=_counted(len(met)),
        threshold=_counted(1 if any_is_enough else len(requirements)),
        coverage=_coverage(len(met) + len(not_met), len(requirements)),
        reason=_reason(outcome, named, len(requirements)),
    )


def not_applicable(
    rules: Rules[Any], rule_id: str, severity: Severity, reason: Text, *, pointer: str = ""
) -> CheckVerdict:
    """The verdict that the rule has nothing to judge, with this reason."""
    return check_verdict(
        rules,
        rule_id=rule_id,
        outcome=CheckOutcome.NOT_APPLICABLE,
        severity=severity,
        pointer=pointer,
        reason=reason,
    )


def all_of(*parts: bool | None) -> bool | None:
    """Whether all parts are true: False if one is False, else None if one is unknown."""
    if False in parts:
        return False
    return None if None in parts else True


def any_of(*parts: bool | None) -> bool | None:
    """Whether at least one part is true: True if one is True, else None if one is unknown."""
    if True in parts:
        return True
    return None if None in parts else False


# The same few numbers occur often. The models are frozen, so each is built once and shared.
@cache
def _counted(amount: int) -> Measure:
    return Measure(amount=amount, unit="requirements")


@cache
def _coverage(have: int, expected: int) -> Coverage:
    return Coverage(have=have, expected=expected, unit="requirements")


_OUTCOMES = {True: CheckOutcome.SATISFIED, False: CheckOutcome.VIOLATED, None: CheckOutcome.UNKNOWN}


def _reason(outcome: CheckOutcome, named: Sequence[Requirement], of: int) -> Text:
    first, last = _SAID[outcome]
    return Text(
        da=f"{first.da}: {listed_da([each.label.da for each in named])} ({len(named)} af {of}){last.da}.",
        en=f"{first.en}: {listed_en([each.label.en for each in named])} ({len(named)} of {of}){last.en}.",
    )
