"""Publishing the library's data."""

from collections.abc import Iterable
from dataclasses import dataclass

from libs.shared.db.database import WriteSession
from libs.shared.delivery.outbox import Outbox
from libs.shared.rules.catalog import CatalogEntry, catalog_entries
from libs.shared.rules.library import library_rule_sets
from libs.shared.rules.rule_sets import RuleSet
from services.intervention_catalog.intervention_types.domain import contents_of
from services.intervention_catalog.intervention_types.use_cases import publish_intervention_type
from services.intervention_catalog.rule_sets.use_cases import publish_rule_set


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that was published; ``added`` when it is the first of its name."""

    what: str
    version: int
    added: bool

    def __str__(self) -> str:
        return f"{'added' if self.added else 'changed'}: {self.what}, version {self.version}"


async def load_content(
    session: WriteSession,
    outbox: Outbox,
    *,
    entries: Iterable[CatalogEntry] | None = None,
    rule_sets: Iterable[RuleSet] | None = None,
) -> list[Change]:
    """Publish what is new or changed, with its events; empty when all was published already.

    The packaged data unless given. Nothing is withdrawn: what is no longer in the data stays as it was published.
    Raises what ``contents_of`` and ``publish_rule_set`` raise.
    """
    changes = []
    for content in contents_of(catalog_entries() if entries is None else entries):
        version = await publish_intervention_type(session, outbox, content)
        if version is not None:
            what = f"intervention type {content.letter} {content.intervention_type}"
            changes.append(Change(what, version, added=version == 1))
    # The older first, so that a set that ends is closed before the one that follows it is held against it.
    for rule_set in sorted(library_rule_sets() if rule_sets is None else rule_sets, key=lambda each: each.valid_from):
        published = await publish_rule_set(session, outbox, rule_set)
        if published is not None:
            changes.append(Change(f"rule set {rule_set.name}", rule_set.version, added=published == 1))
    return changes
