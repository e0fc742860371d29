"""Refusals about an initiative as a whole."""

from libs.shared.base.errors import Conflict, Invalid


class PeriodEndsFirst(Invalid):
    """The period ends before it begins."""

    code = "initiative.period"
    da = "Initiativet slutter, før det begynder. Ret start eller last_day."
    en = "The initiative ends before it begins. Correct start or last_day."


class RuleSetUnknown(Invalid):
    """A rule set that the catalog has not published."""

    code = "initiative.rule_set_unknown"
    da = "Regelsættet findes ikke blandt dem, kataloget har udgivet. Brug et navn fra kataloget."
    en = "The rule set is none of those that the catalog has published. Use a name from the catalog."


class RuleSetsOfOneFamily(Invalid):
    """Two rule sets of one family."""

    code = "initiative.rule_sets_of_one_family"
    da = "To af regelsættene hører til samme familie. Vælg ét af dem."
    en = "Two of the rule sets belong to the same family. Choose one of them."


class FundingRulesMissing(Invalid):
    """No rule set for funding."""

    code = "initiative.funding_rules_missing"
    da = "Initiativet mangler et regelsæt for fordelingen af puljen. Tilføj et, for eksempel funding-2021."
    en = "The initiative lacks a rule set for the division of the pool. Add one, such as funding-2021."


class PoolBelowReleased(Conflict):
    """The pool would be smaller than what was released."""

    code = "initiative.pool_below_released"
    da = "Puljen kan ikke være mindre end de {released} kr., der allerede er frigivet. Vælg et større beløb."
    en = "The pool cannot be smaller than the {released} kr. that have been released. Choose a larger amount."


class ReferenceDateInUse(Conflict):
    """Shares of the date are loaded."""

    code = "initiative.reference_date_in_use"
    da = "Der er indlæst andele for den nuværende opgørelsesdato. Indlæs en tom liste af andele først."
    en = "Shares of the present reference date are loaded. Load an empty list of shares first."
