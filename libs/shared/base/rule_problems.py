"""Turns errors of the rules into problems. The rules are not imported, as neither library depends on the other."""

from typing import Protocol

from libs.shared.base.errors import Conflict, Invalid, Problem


class RuleFault(Protocol):
    """The attributes of a ``RuleError`` that are used: its stable code and its texts."""

    code: str
    da: str
    en: str


class RuleSetNotInForce(Invalid):
    """No version of the set applies on the date that chooses it; the texts are the rules' own."""

    code = "rule_set.not_in_force"
    da = "{danish}"
    en = "{english}"


class RuleSetsOverlap(Conflict):
    """Two sets of a family claim the same day; the texts are the rules' own."""

    code = "rule_set.overlapping"
    da = "{danish}"
    en = "{english}"


PROBLEM_OF_CODE: dict[str, type[Problem]] = {
    "no_rule_in_force": RuleSetNotInForce,
    "overlapping_validity": RuleSetsOverlap,
}


def problem_of(error: RuleFault) -> Problem:
    """The problem for an error of the rules, with the same texts. Raises ``KeyError`` for an unknown code."""
    return PROBLEM_OF_CODE[error.code](danish=error.da, english=error.en)
