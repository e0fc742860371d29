"""Selects the received rule set that is in force, and the variants that a plan may name. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from libs.shared.base.rule_problems import problem_of
from libs.shared.contracts.catalog import TypePeriod
from libs.shared.rules.catalog import CatalogEntry, Group, InterventionType
from libs.shared.rules.errors import RuleError
from libs.shared.rules.rule_sets import RuleSet, in_force, newest_version_by_period
from libs.shared.rules.wording import Text
from services.registration.copies.catalog.errors import RuleSetNotReceived

_GROUPS = {
    InterventionType.CO_TEACHING: Group.IN_TEACHING,
    InterventionType.PEER_LEARNING: Group.IN_TEACHING,
    InterventionType.SMALL_GROUP_TUITION: Group.OUTSIDE_TEACHING,
    InterventionType.INTENSIVE_COURSE: Group.OUTSIDE_TEACHING,
    InterventionType.BOOK_PACKAGES: Group.INDIVIDUAL,
}
"""Source 000, chapter 4. The event does not carry the group; no composition rule reads it."""


@dataclass(frozen=True, slots=True)
class ReceivedType:
    """An intervention type from its event, with the periods in which it may be begun."""

    intervention_type: str
    periods: Sequence[TypePeriod]


def choose(received: Iterable[RuleSet], family: str, on: date) -> RuleSet:
    """The rule set of the family that is in force on the day. Of several versions with one name the newest valid one is
    taken.

    Raises ``RuleSetNotReceived``, ``RuleSetNotInForce`` and ``RuleSetsOverlap``.
    """
    of_family = [each for each in received if each.family == family]
    if not of_family:
        raise RuleSetNotReceived(family=family)
    by_version = sorted(newest_version_by_period(of_family), key=lambda each: each.version)
    newest = {each.name: each for each in by_version if each.is_in_force(on)}
    try:
        return in_force(newest.values(), family, on)
    except RuleError as error:
        raise problem_of(error) from error


def entries_of(received: Iterable[ReceivedType]) -> tuple[CatalogEntry, ...]:
    """The variants as the composition rules read them: id, type and validity.

    ``name``, ``group_size`` and ``minimum`` are not part of the event's copy and are read by no composition rule: the
    rule sets bring their own limits. A type that the rules do not know gives no entry, so C-CATALOG reports it as
    missing.
    """
    known = {each.value: each for each in InterventionType}
    return tuple(
        CatalogEntry(
            id=variant,
            intervention_type=known[each.intervention_type],
            group=_GROUPS[known[each.intervention_type]],
            name=Text(da=variant, en=variant),
            group_size=None,
            valid_from=period.valid_from,
            valid_to=period.valid_to,
        )
        for each in received
        if each.intervention_type in known
        for period in each.periods
        for variant in period.variants
    )
