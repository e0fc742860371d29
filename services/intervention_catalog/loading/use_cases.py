"""Publishes the packaged content."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from libs.shared.db.database import WriteSession
from libs.shared.events.outbox import Outbox
from libs.shared.rules.rule_sets import RuleSet
from services.intervention_catalog.changes import queries as changes
from services.intervention_catalog.changes.domain import Kind
from services.intervention_catalog.kinds.kinds import KINDS
from services.intervention_catalog.loading.differences import differences
from services.intervention_catalog.publications import queries
from services.intervention_catalog.publications.domain import New, Origin, Publication
from services.intervention_catalog.publications.use_cases import publish
from services.intervention_catalog.rule_sets.queries import current
from services.intervention_catalog.rule_sets.use_cases import publish_rule_set


class What(StrEnum):
    """The outcome for an item: ``kept`` means that people have changed it since, so that it is left as it is."""

    ADDED = "added"
    CHANGED = "changed"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Loaded:
    """One item and its outcome; ``lines`` are the changed fields."""

    what: What
    kind: Kind
    item_id: str
    version: int
    lines: tuple[str, ...] = ()

    def __str__(self) -> str:
        why = ", changed in the catalog since it was loaded" if self.what is What.KEPT else ""
        name = f"{self.kind.value.replace('_', ' ')} {self.item_id}"
        return "\n    ".join([f"{self.what}: {name}, version {self.version}{why}", *self.lines])


async def load_content(
    session: WriteSession, outbox: Outbox, items: Iterable[New], rule_sets: Iterable[RuleSet]
) -> list[Loaded]:
    """Publish what is new or changed, with its events; the result is empty if everything was published already.

    Changes that people made in the catalog are kept: an item is published again only if the package has changed since
    it was loaded and no draft or withdrawal followed. Items that are no longer in the package are not withdrawn. Raises
    what ``publish`` and ``publish_rule_set`` raise.
    """
    await changes.take_turn(session)
    before: dict[Kind, dict[str, list[Publication]]] = {
        kind: _by_item(await queries.of_kind(session, kind)) for kind in KINDS
    }
    loaded = [
        *[await _load_item(session, outbox, new, before[new.kind].get(new.item_id, [])) for new in items],
        # The older version first: the period of a rule set must be closed before its successor is checked against it.
        *[await _load_rule_set(session, outbox, each) for each in sorted(rule_sets, key=lambda one: one.valid_from)],
    ]
    return [each for each in loaded if each is not None]


async def _load_item(session: WriteSession, outbox: Outbox, new: New, records: Sequence[Publication]) -> Loaded | None:
    packaged = [each for each in records if each.origin is Origin.PACKAGED]
    if packaged and (packaged[-1].content, packaged[-1].valid_to) == (new.content, new.valid_to):
        return None
    if records and records[-1].origin is Origin.DRAFT:
        lines = tuple(differences(records[-1].content, new.content))
        return Loaded(What.KEPT, new.kind, new.item_id, records[-1].version, lines)
    version = await publish(session, outbox, new)
    if version is None:
        return None
    if not records:
        return Loaded(What.ADDED, new.kind, new.item_id, version)
    lines = tuple(differences(records[-1].content, new.content))
    return Loaded(What.CHANGED, new.kind, new.item_id, version, lines)


async def _load_rule_set(session: WriteSession, outbox: Outbox, rule_set: RuleSet) -> Loaded | None:
    before = await current(session, rule_set.name)
    if await publish_rule_set(session, outbox, rule_set) is None:
        return None
    if before is None:
        return Loaded(What.ADDED, Kind.RULE_SET, rule_set.name, rule_set.version)
    lines = tuple(differences(before.content.model_dump(mode="json"), rule_set.model_dump(mode="json")))
    return Loaded(What.CHANGED, Kind.RULE_SET, rule_set.name, rule_set.version, lines)


def _by_item(records: Iterable[Publication]) -> dict[str, list[Publication]]:
    by_item: dict[str, list[Publication]] = {}
    for each in records:
        by_item.setdefault(each.item_id, []).append(each)
    return by_item
