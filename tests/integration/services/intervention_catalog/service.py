"""Publishing for tests, and a trial action to publish."""

import copy
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import text

from libs.shared.auth.principal import Principal, Role
from libs.shared.contracts.codec import decode
from libs.shared.contracts.state import State
from libs.shared.db.database import Database
from libs.shared.events.headers import unpacked
from libs.shared.events.outbox import Outbox
from libs.shared.rules.catalog import catalog_entries
from libs.shared.rules.library import library_rule_sets
from libs.shared.rules.rule_sets import RuleSet
from services.intervention_catalog.changes.domain import Kind
from services.intervention_catalog.content.files import Content, packaged_folder, read_content
from services.intervention_catalog.kinds.allowed_references import AllowedReferences
from services.intervention_catalog.loading.packaged import packaged
from services.intervention_catalog.loading.use_cases import Loaded, load_content
from services.intervention_catalog.publications.domain import New, Origin
from services.intervention_catalog.publications.use_cases import publish

ITEMS = 5 + 6 + 24 + 97

SECRETARIAT = Principal("somebody", frozenset({Role.SECRETARIAT}))
"""A caller who may withdraw everything."""


@cache
def content() -> Content:
    """The packaged content, read once."""
    return read_content(packaged_folder())


@cache
def items() -> tuple[New, ...]:
    """The packaged items in the form in which they are published."""
    return tuple(packaged(content(), AllowedReferences.of(content(), catalog_entries())))


def item(kind: Kind, item_id: str) -> New:
    """One of the packaged items."""
    return next(each for each in items() if (each.kind, each.item_id) == (kind, item_id))


def action(code: str = "101", **changed: Any) -> dict[str, Any]:
    """A trial action as a municipality writes it, complete in both languages."""
    return copy.deepcopy(
        {
            "municipality": {"code": code, "name": "Prøvekommune"},
            "schools": [],
            "title": {"da": "Rolig start på dagen", "en": "A calm start to the day"},
            "themes": ["community_and_wellbeing"],
            "stages": ["lower"],
            "target": {"da": "To klasser på 2. årgang", "en": "Two classes of grade 2"},
            "done": {"da": "Dagen begynder med læsning.", "en": "The day begins with reading."},
            "experienced": {},
            "expected": {},
            "next_steps": {"da": "Hele årgangen.", "en": "The whole year group."},
            "learned": None,
            "status": "running",
            "status_reason": {"da": "Begyndt i august.", "en": "Began in August."},
            **changed,
        }
    )


def new_action(item_id: str = "calm", start: date = date(2022, 8, 1), end: date | None = None, **changed: Any) -> New:
    """A trial action, ready to be published."""
    return New(Kind.TRIAL_ACTION, item_id, start, end, {"id": item_id} | action(**changed), Origin.DRAFT, "somebody")


@dataclass
class Catalog:
    """The catalog's database: loads, publishes, and reads events and rows."""

    db: Database
    outbox: Outbox

    async def load(
        self, items_given: Iterable[New] | None = None, rule_sets: Iterable[RuleSet] | None = None
    ) -> list[Loaded]:
        """Load the packaged content, or the given items and rule sets."""
        wanted = items() if items_given is None else items_given
        async with self.db.write() as session:
            return await load_content(
                session, self.outbox, wanted, library_rule_sets() if rule_sets is None else rule_sets
            )

    async def publish(self, new: New) -> int | None:
        """Publish in a transaction of its own."""
        async with self.db.write() as session:
            return await publish(session, self.outbox, new)

    async def events(self) -> list[State]:
        """Every event written, in order."""
        async with self.db.read() as session:
            rows = await session.execute(text("SELECT id, key, headers, value FROM outbox ORDER BY seq"))
            return [decode(unpacked(row.headers, row.id, row.key), row.value).data for row in rows]

    async def count(self, table: str) -> int:
        """The number of rows in a table."""
        async with self.db.read() as session:
            return int((await session.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one())
