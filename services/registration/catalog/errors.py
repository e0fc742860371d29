"""Refusals for want of something from the catalog, and the rules' own refusals as problems."""

from libs.shared.base.errors import Conflict, Invalid, Problem, Unavailable
from libs.shared.rules.errors import NoRuleInForce, RuleError


class RuleSetNotReceived(Unavailable):
    """The catalog has published no rule set of the family yet, or its event is still on the way."""

    code = "rule_set.not_received"
    da = "Regelsættet for {family} er endnu ikke modtaget fra kataloget. Prøv igen om lidt, eller bed sekretariatet \
om at udgive det."
    en = "The rule set for {family} has not been received from the catalog yet. Try again shortly, or ask the \
secretariat to publish it."


class InterventionTypesNotReceived(Unavailable):
    """No intervention type has come, so that nothing could be found in the catalog."""

    code = "intervention_type.not_received"
    da = "Kataloget over indsatstyper er endnu ikke modtaget. Prøv igen om lidt, eller bed sekretariatet om at \
udgive det."
    en = "The catalog of intervention types has not been received yet. Try again shortly, or ask the secretariat to \
publish it."


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
    """What the rules refused, as a problem with the same texts."""
    kind = RuleSetNotInForce if isinstance(error, NoRuleInForce) else RuleSetsOverlap
    return kind(danish=error.da, english=error.en)
