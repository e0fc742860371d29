"""Publishing and reading rule sets."""

from libs.shared.contracts.catalog import RuleSetPublished
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.events.outbox import Outbox
from libs.shared.rules.rule_sets import RuleSet, newest_version_by_period, require_no_overlap
from services.intervention_catalog.changes import queries as changes
from services.intervention_catalog.changes.domain import Kind
from services.intervention_catalog.rule_sets import queries
from services.intervention_catalog.rule_sets.domain import (
    PublishedRuleSet,
    next_version,
    require_judgeable,
)
from services.intervention_catalog.rule_sets.errors import RuleSetChanged, RuleSetNotFound
from services.intervention_catalog.rule_sets.events import state_of


async def publish_rule_set(session: WriteSession, outbox: Outbox, rule_set: RuleSet) -> int | None:
    """Publish a version with its event. Returns its aggregate version, or None if the version is already published.

    Raises ``RuleSetUnreadable``, ``RuleSetChanged``, ``RuleSetNotNewer``, and ``OverlappingValidity`` if two sets of
    one family would be in force on the same day.
    """
    require_judgeable(rule_set)
    await changes.take_turn(session)
    published = await queries.version(session, rule_set.name, rule_set.version)
    if published is not None:
        if published.content != rule_set:
            raise RuleSetChanged(name=rule_set.name, version=rule_set.version)
        return None
    aggregate_version = next_version(await queries.current(session, rule_set.name), rule_set)
    require_no_overlap(
        newest_version_by_period([*(each.content for each in await queries.all_versions(session)), rule_set])
    )
    await queries.add(session, rule_set, aggregate_version)
    await changes.add(session, Kind.RULE_SET, rule_set.name, rule_set.version)
    await outbox.add(session, state_of(rule_set, aggregate_version))
    return aggregate_version


async def rule_set_states(session: ReadSession) -> list[RuleSetPublished]:
    """The state of each period: the newest version for each name and first day."""
    newest = {(each.name, each.valid_from): each for each in await queries.all_versions(session)}
    return [state_of(each.content, each.aggregate_version) for each in newest.values()]


async def list_rule_sets(session: ReadSession) -> list[PublishedRuleSet]:
    """The sets in their newest versions, by name."""
    return await queries.all_current(session)


async def get_rule_set(session: ReadSession, name: str, version: int | None = None) -> PublishedRuleSet:
    """The set in its newest or the given version. Raises ``RuleSetNotFound``."""
    found = await (queries.current(session, name) if version is None else queries.version(session, name, version))
    if found is None:
        raise RuleSetNotFound(pointer="/name")
    return found
