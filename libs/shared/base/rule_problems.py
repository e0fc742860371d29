"""Turns the rules' errors into problems."""

from libs.shared.base.errors import Conflict, Invalid, Problem
from libs.shared.rules.errors import NoRuleInForce, RuleError


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


def problem_of(error: RuleError) -> Problem:
    """The problem for an error of the rules, with the same texts."""
    kind = RuleSetNotInForce if isinstance(error, NoRuleInForce) else RuleSetsOverlap
    return kind(danish=error.da, english=error.en)
