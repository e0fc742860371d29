"""Keeping what the catalog publishes, and finding what to judge by."""

from collections.abc import Sequence
from datetime import date

from libs.shared.contracts.catalog import InterventionTypePublished, RuleSetPublished
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.rules.catalog import CatalogEntry
from libs.shared.rules.families import is_judged_here, require_readable
from libs.shared.rules.rule_sets import RuleSet
from services.registration.catalog import queries
from services.registration.catalog.domain import choose, entries_of
from services.registration.catalog.errors import InterventionTypesNotReceived


async def keep_rule_sets(session: WriteSession, states: Sequence[RuleSetPublished]) -> None:
    """Keep rule sets that can be read. Raises ``ValueError`` for one that cannot, before anything is judged by it."""
    for state in states:
        rule_set = RuleSet.model_validate(state.content)
        if is_judged_here(rule_set):
            require_readable(rule_set)
    await queries.put_rule_sets(session, states)


async def keep_intervention_types(session: WriteSession, states: Sequence[InterventionTypePublished]) -> None:
    """Keep the newest state of each type."""
    await queries.put_types(session, states)


async def rule_set_for(session: ReadSession, family: str, on: date) -> RuleSet:
    """The received set of the family that judges on the day. Raises what ``choose`` raises."""
    return choose(await queries.rule_sets(session, family), family, on)


async def received_entries(session: ReadSession) -> tuple[CatalogEntry, ...]:
    """The catalog as received. Raises ``InterventionTypesNotReceived`` when nothing has come."""
    received = await queries.types(session)
    if not received:
        raise InterventionTypesNotReceived
    return entries_of(received)
