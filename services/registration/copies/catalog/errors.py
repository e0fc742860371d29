"""Refusals because something from the catalog is missing."""

from libs.shared.base.errors import Unavailable


class RuleSetNotReceived(Unavailable):
    """The catalog has published no rule set of the family yet, or its event has not arrived."""

    code = "rule_set.not_received"
    da = "Regelsættet for {family} er endnu ikke modtaget fra kataloget. Prøv igen om lidt, eller bed sekretariatet \
om at udgive det."
    en = "The rule set for {family} has not been received from the catalog yet. Try again shortly, or ask the \
secretariat to publish it."


class InterventionTypesNotReceived(Unavailable):
    """No intervention type has arrived, so nothing could be found in the catalog."""

    code = "intervention_type.not_received"
    da = "Kataloget over indsatstyper er endnu ikke modtaget. Prøv igen om lidt, eller bed sekretariatet om at \
udgive det."
    en = "The catalog of intervention types has not been received yet. Try again shortly, or ask the secretariat to \
publish it."
