"""Finds the rule set and the catalog entries for judging."""

from collections.abc import Callable
from datetime import date

from libs.shared.db.database import ReadSession
from libs.shared.rules.catalog import CatalogEntry
from libs.shared.rules.rule_sets import RuleSet
from services.registration.copies.catalog import queries
from services.registration.copies.catalog.domain import choose, entries_of
from services.registration.copies.catalog.errors import InterventionTypesNotReceived


async def rule_set_for(session: ReadSession, family: str, on: date) -> RuleSet:
    """The received set of the family that is in force on the day. Raises what ``choose`` raises."""
    return choose(await queries.rule_sets(session, family), family, on)


async def named_rule_set(session: ReadSession, name: str, day_of: Callable[[str], date]) -> RuleSet | None:
    """The received set of this name that is in force on the day that ``day_of`` gives for its family; None if no set of
    this name has been received. Raises what ``choose`` raises.
    """
    received = await queries.named_rule_sets(session, name)
    return choose(received, received[0].family, day_of(received[0].family)) if received else None


async def received_entries(session: ReadSession) -> tuple[CatalogEntry, ...]:
    """The catalog as received. Raises ``InterventionTypesNotReceived`` when nothing has arrived."""
    received = await queries.types(session)
    if not received:
        raise InterventionTypesNotReceived
    return entries_of(received)
