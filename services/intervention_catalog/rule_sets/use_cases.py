"""Publishing and reading rule sets."""

from libs.shared.contracts.catalog import RuleSetPublished
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.events.outbox import Outbox
from libs.shared.rules.rule_sets import RuleSet, counting, require_no_overlap
from services.intervention_catalog.changes import queries as changes
from services.intervention_catalog.changes.domain import Kind
from services.intervention_catalog.rule_sets import queries
from services.intervention_catalog.rule_sets.domain import (
    PublishedRuleSet,
    next_version,
    require_judgeable,
)
from services.intervention_catalog.rule_sets.errors import RuleSetChanged, RuleSetNotFound


async def publish_rule_set(session: WriteSession, outbox: Outbox, rule_set: RuleSet) -> int | None:
    """Publish a version with its event; its aggregate version, or None if that version is published already.

    Raises ``RuleSetUnreadable``, ``RuleSetChanged``, ``RuleSetNotNewer``, and ``OverlappingValidity`` when a day would
    then have two sets of one family in use.
    """
    require_judgeable(rule_set)
    await changes.take_turn(session)
    published = await queries.version(session, rule_set.name, rule_set.version)
    if published is not None:
        if published.content != rule_set:
            raise RuleSetChanged(name=rule_set.name, version=rule_set.version)
        return None
    aggregate_version = next_version(await queries.current(session, rule_set.name), rule_set)
    require_no_overlap(counting([*(each.content for each in await queries.all_versions(session)), rule_set]))
    await queries.add(session, rule_set, aggregate_version)
    await changes.add(session, Kind.RULE_SET, rule_set.name, rule_set.version)
    await outbox.add(session, _event(rule_set, aggregate_version))
    return aggregate_version


async def rule_set_states(session: ReadSession) -> list[RuleSetPublished]:
    """The state of each period: of each name and first day the version that counts."""
    newest = {(each.name, each.valid_from): each for each in await queries.all_versions(session)}
    return [_event(each.content, each.aggregate_version) for each in newest.values()]


async def list_rule_sets(session: ReadSession) -> list[PublishedRuleSet]:
    """The sets in their newest versions, by name."""
    return await queries.all_current(session)


async def get_rule_set(session: ReadSession, name: str, version: int | None = None) -> PublishedRuleSet:
    """The set in its newest or the given version. Raises ``RuleSetNotFound``."""
    found = await (queries.current(session, name) if version is None else queries.version(session, name, version))
    if found is None:
        raise RuleSetNotFound(pointer="/name")
    return found


def _event(rule_set: RuleSet, aggregate_version: int) -> RuleSetPublished:
    return RuleSetPublished(
        aggregate_version=aggregate_version,
        rule_set=rule_set.name,
        version=rule_set.version,
        valid_from=rule_set.valid_from,
        valid_to=rule_set.valid_to,
        content=rule_set.model_dump(mode="json"),
    )
