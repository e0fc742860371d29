"""What the secretariat decides about an initiative, and the initiative as it is read. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from libs.shared.rules.rule_sets import RuleSet
from services.registration.initiatives.domain import FUNDING
from services.registration.initiatives.programme.errors import (
    FundingRulesMissing,
    PeriodEndsFirst,
    RuleSetsOfOneFamily,
)

USUAL_FAMILIES = (FUNDING, "screening", "composition", "dosage")
"""The families by which an initiative is judged if the secretariat names no rule sets."""


@dataclass(frozen=True, slots=True)
class Content:
    """An initiative as it is written. ``rule_sets`` are names; None: those in force of the usual families. None for an
    amount or a number: that of the rule set for funding.
    """

    title: str
    start: date
    last_day: date
    reference_date: date
    rule_sets: Sequence[str] | None
    pool: int | None
    invited: int | None
    comparison_from_percent: Decimal | None

    def day_of(self, family: str) -> date:
        """The day that chooses the version of a family: that of the shares for funding, else the first day."""
        return self.reference_date if family == FUNDING else self.start


@dataclass(frozen=True, slots=True)
class InitiativeRead:
    """An initiative, and how its municipalities have answered as far as the session sees them."""

    initiative_id: UUID
    title: str
    status: str
    start: date
    last_day: date
    reference_date: date
    pool: int
    invited: int
    comparison_from_percent: Decimal
    rule_sets: Sequence[Mapping[str, Any]]
    allocation_number: int
    created_by: str
    created_at: datetime
    aggregate_version: int
    counts: Mapping[str, int]


def require_period(content: Content) -> None:
    """Raises ``PeriodEndsFirst``."""
    if content.last_day < content.start:
        raise PeriodEndsFirst(pointer="/last_day")


def funding_set(rule_sets: Sequence[RuleSet]) -> RuleSet:
    """The set of the family ``funding``. Raises ``FundingRulesMissing`` and ``RuleSetsOfOneFamily``."""
    families = [each.family for each in rule_sets]
    if len(set(families)) != len(families):
        raise RuleSetsOfOneFamily(pointer="/rule_sets")
    if FUNDING not in families:
        raise FundingRulesMissing(pointer="/rule_sets")
    return rule_sets[families.index(FUNDING)]


def named(rule_set: RuleSet, content: Content) -> dict[str, Any]:
    """A rule set as the initiative names it, with the day that chose its version."""
    return {
        "family": rule_set.family,
        "rule_set": rule_set.name,
        "version": rule_set.version,
        "in_force_on": content.day_of(rule_set.family).isoformat(),
    }
