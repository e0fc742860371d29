"""All support rules on one pupil, and the ladder itself."""

from libs.shared.rules.rule_sets import RuleSet
from libs.shared.rules.support.answers import support_settings
from libs.shared.rules.support.facts import SupportFacts
from libs.shared.rules.support.plan import check_contact, check_goals, check_voice
from libs.shared.rules.support.referral import check_hearing, check_tried
from libs.shared.rules.support.settings import SupportLevel
from libs.shared.rules.support.situations import check_absence, check_bridge, check_share
from libs.shared.rules.verdicts import CheckVerdict

FAMILY = "support"


def check_support(rule_set: RuleSet, facts: SupportFacts) -> tuple[CheckVerdict, ...]:
    """Judge one pupil's support by every rule, in the order of the set.

    Raises ``NoRuleInForce`` when the set does not apply on ``as_of``, ``ValueError`` for a level the ladder lacks.
    """
    rule_set.require_in_force(facts.as_of)
    return (
        check_tried(rule_set, facts),
        check_hearing(rule_set, facts),
        check_contact(rule_set, facts),
        check_voice(rule_set, facts),
        check_goals(rule_set, facts),
        check_bridge(rule_set, facts),
        check_absence(rule_set, facts),
        check_share(rule_set, facts),
    )


def levels(rule_set: RuleSet, *, temporary_switched_on: bool = False) -> tuple[SupportLevel, ...]:
    """The steps of a municipality's ladder from the lowest; 3T only where the municipality has switched it on."""
    found = (each for each in support_settings(rule_set).levels if temporary_switched_on or not each.temporary)
    return tuple(sorted(found, key=lambda each: each.rank))
