"""All support rules on one pupil, and the ladder itself."""

from libs.shared.rules.rule_sets import RuleSet, read_rules
from libs.shared.rules.support.facts import SupportFacts
from libs.shared.rules.support.plan import check_contact, check_goals, check_voice
from libs.shared.rules.support.referral import check_hearing, check_tried
from libs.shared.rules.support.settings import SupportLevel, SupportRules, SupportSettings
from libs.shared.rules.support.situations import check_absence, check_bridge, check_share
from libs.shared.rules.verdicts import CheckVerdict

FAMILY = "support"


def check_support(rule_set: RuleSet | SupportRules, facts: SupportFacts) -> tuple[CheckVerdict, ...]:
    """Judge one pupil's support by every rule, in the order of the set.

    Raises ``NoRuleInForce`` when the set does not apply on ``as_of``, ``ValueError`` for a level the ladder lacks.
    """
    rules = read_rules(rule_set, SupportSettings)
    rules.require_in_force(facts.as_of)
    return (
        check_tried(rules, facts),
        check_hearing(rules, facts),
        check_contact(rules, facts),
        check_voice(rules, facts),
        check_goals(rules, facts),
        check_bridge(rules, facts),
        check_absence(rules, facts),
        check_share(rules, facts),
    )


def levels(rule_set: RuleSet, *, temporary_switched_on: bool = False) -> tuple[SupportLevel, ...]:
    """The levels of a municipality's ladder, the lowest first; 3T only if the municipality has switched it on."""
    found = (
        each for each in rule_set.settings_as(SupportSettings).levels if temporary_switched_on or not each.temporary
    )
    return tuple(sorted(found, key=lambda each: each.rank))
