"""The packaged rule sets. The catalog is seeded with them, and the command line judges by them.

A running service judges by the sets it received as ``catalog.rule-set`` events, not by these.
"""

from functools import cache
from importlib import resources

from libs.shared.rules.rule_sets import RuleSet, require_no_overlap

_FILES = (
    "screening-2021.json",
    "composition-2021.json",
    "dosage-2021.json",
    "funding-2021.json",
    "support-2019.json",
    "vulnerable-2024.json",
)


@cache
def library_rule_sets() -> tuple[RuleSet, ...]:
    """All packaged rule sets, validated. Raises ``OverlappingValidity`` if two of a family overlap."""
    rule_sets = tuple(RuleSet.model_validate_json(packaged(file)) for file in _FILES)
    require_no_overlap(rule_sets)
    return rule_sets


def library_rule_set(name: str) -> RuleSet:
    """The packaged rule set with that name. Raises ``KeyError`` when there is none."""
    return {each.name: each for each in library_rule_sets()}[name]


def packaged(file: str) -> str:
    """The text of a packaged data file."""
    return (resources.files("libs.shared.rules") / "data" / file).read_text(encoding="utf-8")
