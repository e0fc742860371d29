"""The states of an initiative and of the municipalities in it, and the rule set of its funding. Pure."""

from collections.abc import Iterable
from enum import StrEnum

from libs.shared.rules.rule_sets import RuleSet

FUNDING = "funding"
COUNTRY = 98
"""How many municipalities there are."""


class InitiativeStatus(StrEnum):
    """Open until the secretariat closes it; nothing of a closed initiative is changed."""

    OPEN = "open"
    CLOSED = "closed"


class InvitationStatus(StrEnum):
    """``withdrawn``: it had accepted, and gave up after its grant was released."""

    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


def funding_of(rule_set: RuleSet, *, pool: int, invited: int, comparison_from_percent: str) -> RuleSet:
    """The rule set with the initiative's own numbers in place of the set's."""
    own = {"pool": pool, "invited": invited, "comparison_from_percent": comparison_from_percent}
    return rule_set.model_copy(update={"settings": {**rule_set.settings, **own}})


def standing_of(statuses: Iterable[str], before: str | None) -> str:
    """Whether the municipality takes part, by its answers in all initiatives.

    It takes part if it has accepted in one of them. While it has not answered, one that takes part already goes on.
    """
    given = set(statuses)
    if InvitationStatus.ACCEPTED in given:
        return "accepted"
    if InvitationStatus.INVITED in given:
        return "accepted" if before == "accepted" else "invited"
    return "declined"
