"""Builds the event of a rule set. Pure."""

from libs.shared.contracts.catalog import RuleSetPublished
from libs.shared.rules.rule_sets import RuleSet


def state_of(rule_set: RuleSet, aggregate_version: int) -> RuleSetPublished:
    """The state of the period that begins at the first day of the rule set."""
    return RuleSetPublished(
        aggregate_version=aggregate_version,
        rule_set=rule_set.name,
        version=rule_set.version,
        valid_from=rule_set.valid_from,
        valid_to=rule_set.valid_to,
        content=rule_set.model_dump(mode="json"),
    )
