"""Finds the keys in use: where, by how many rows and until when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text

from libs.shared.db.database import Database
from libs.shared.rotation.places import EVENT_PLACES, EventPlace, OnRetirement, Place, Ring
from libs.shared.rotation.slices import EVERYWHERE

ID_IN_EVENTS = r'"key_id"\s*:\s*"([A-Za-z0-9][A-Za-z0-9_.-]{0,31})"'
"""The form of a lookup key's id in the JSON of an event."""


@dataclass(frozen=True, slots=True)
class Usage:
    """The rows of one place in which a key is used. ``needed``: the key must stay on its ring until ``until``, or if
    that is not known until the rows are gone. ``on_retirement`` is None for rows that contain events.
    """

    ring: Ring
    key_id: str
    where: str
    rows: int
    until: datetime | None
    on_retirement: OnRetirement | None
    needed: bool
    why: str

    def as_json(self) -> dict[str, Any]:
        """The usage as JSON-ready values, for the command's last line."""
        return {
            "ring": self.ring.value,
            "key_id": self.key_id,
            "where": self.where,
            "rows": self.rows,
            "until": self.until.isoformat() if self.until else None,
            "needed": self.needed,
        }


async def in_use(db: Database, places: Sequence[Place]) -> list[Usage]:
    """Every use of every key, sorted by ring and key id. Reads whole tables; takes no lock that blocks a writer."""
    found = [usage for place in places for column in place.columns for usage in await _of_column(db, place, column)]
    found += [usage for place in EVENT_PLACES for usage in await _of_events(db, place)]
    return sorted(found, key=lambda usage: (usage.ring, usage.key_id, usage.where))


async def _of_column(db: Database, place: Place, column: str) -> list[Usage]:
    sql = (
        f"SELECT {place.key_id(column)} AS key_id, count(*) AS rows, max({place.until}) AS until FROM {place.table}"  # noqa: S608 - names of our own declarations
        f" WHERE {column} IS NOT NULL AND ({place.within}) GROUP BY 1"
    )
    async with db.read(EVERYWHERE) as session:
        rows = (await session.execute(text(sql))).all()
    needed = place.on_retirement in {OnRetirement.AWAITED, OnRetirement.RESEALED}
    where = f"{place.table}.{column}"
    return [
        Usage(place.ring, row.key_id, where, row.rows, row.until, place.on_retirement, needed, place.why)
        for row in rows
    ]


async def _of_events(db: Database, place: EventPlace) -> list[Usage]:
    sql = (
        "SELECT key_id, count(*) AS rows, max(until) AS until FROM ("  # noqa: S608 - as above
        f"SELECT DISTINCT {', '.join(place.key)}, found[1] AS key_id, {place.until} AS until"
        f" FROM {place.table}, regexp_matches(encode(value, 'escape'), :pattern, 'g') AS found WHERE {place.topics}"
        ") AS each GROUP BY 1"
    )
    async with db.read(EVERYWHERE) as session:
        rows = (await session.execute(text(sql), {"pattern": ID_IN_EVENTS})).all()
    return [
        Usage(Ring.LOOKUP, row.key_id, f"{place.table}.value", row.rows, row.until, None, False, place.why)
        for row in rows
    ]


def outside(usages: Sequence[Usage], rings: Mapping[Ring, Sequence[str]]) -> dict[Ring, list[str]]:
    """The key ids that are stored and not on their ring, of the rings that the service has."""
    found = {ring: {usage.key_id for usage in usages if usage.ring is ring} for ring in rings}
    return {ring: sorted(ids - set(rings[ring])) for ring, ids in found.items() if ids - set(rings[ring])}
