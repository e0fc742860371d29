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


def standing_of(statuses: Iterable[str]) -> tuple[str, bool]:
    """Whether a municipality takes part, by its answers in all initiatives, and whether it is compared with.

    It takes part if it has accepted in one of them. One that declined is compared with, unless it takes part in another
    initiative, may still do so, or withdrew from one.
    """
    given = set(statuses)
    if InvitationStatus.ACCEPTED in given:
        return "accepted", False
    if InvitationStatus.INVITED in given:
        return "invited", False
    return "declined", InvitationStatus.WITHDRAWN not in given
