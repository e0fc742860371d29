"""A published rule set, and the condition for publishing a further version."""

from dataclasses import dataclass
from datetime import date, datetime

from pydantic import ValidationError

from libs.shared.rules.families import is_judged_here, require_readable
from libs.shared.rules.rule_sets import RuleSet
from services.intervention_catalog.rule_sets.errors import RuleSetNotNewer, RuleSetUnreadable


@dataclass(frozen=True, slots=True)
class PublishedRuleSet:
    """A published version, in force from ``valid_from`` (inclusive) to ``valid_to`` (exclusive)."""

    name: str
    version: int
    aggregate_version: int
    family: str
    valid_from: date
    valid_to: date | None
    published_at: datetime
    content: RuleSet


def require_judgeable(rule_set: RuleSet) -> None:
    """Refuse settings that the functions of the family cannot read; a family without functions is not checked.

    Raises ``RuleSetUnreadable`` naming the fields.
    """
    if not is_judged_here(rule_set):
        return
    try:
        require_readable(rule_set)
    except ValidationError as error:
        fields = ", ".join(".".join(map(str, found["loc"])) for found in error.errors()[:5])
        raise RuleSetUnreadable(
            name=rule_set.name, version=rule_set.version, family=rule_set.family, fields=fields
        ) from error


def next_version(newest: PublishedRuleSet | None, rule_set: RuleSet) -> int:
    """The aggregate version that follows ``newest`` of the same name. Raises ``RuleSetNotNewer``."""
    if newest is None:
        return 1
    if rule_set.version <= newest.version:
        raise RuleSetNotNewer(name=rule_set.name, version=rule_set.version, newest=newest.version)
    return newest.aggregate_version + 1
