"""Retires a key that left its ring: it is marked, cannot be used again, and the values made with it are removed.

The trigger ``forbid_retired`` checks the mark: after its commit no process can write with that key, whatever ring it
started with. The command waits for transactions that wrote before, and then checks the stored values again.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import text

from libs.shared.base.tellable import Tellable
from libs.shared.db.database import Database, ReadSession
from libs.shared.rotation.places import EVENT_PLACES, EventPlace, OnRetirement, Place, Ring
from libs.shared.rotation.slices import Say, change, slices
from libs.shared.rotation.usage import Usage

WAIT_SECONDS = 900.0
"""Longer than the longest transaction of the platform, the import of a file as a whole."""

_MARK = text("""
INSERT INTO retired_key (ring, key_id) SELECT :ring, unnest(CAST(:ids AS text[])) ON CONFLICT DO NOTHING
""")
_UNMARK = text("DELETE FROM retired_key WHERE ring = :ring AND key_id = ANY(CAST(:ids AS text[]))")
_MARKED = text("SELECT ring, key_id FROM retired_key ORDER BY ring, key_id")
_NEXT = text("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")
_BEFORE_ENDED = text("SELECT pg_snapshot_xmin(pg_current_snapshot()) >= CAST(CAST(:next AS text) AS xid8)")


class StillWriting(Tellable):
    """Transactions that began before the key was marked are still running. The mark stays; run the command again."""


async def retired(session: ReadSession, ring: Ring) -> frozenset[str]:
    """The ids of this ring's keys that were retired."""
    return frozenset(row.key_id for row in await session.execute(_MARKED) if row.ring == ring)


async def all_retired(db: Database) -> dict[Ring, list[str]]:
    """The ids of all retired keys."""
    found: dict[Ring, list[str]] = {}
    async with db.read() as session:
        for row in await session.execute(_MARKED):
            found.setdefault(Ring(row.ring), []).append(row.key_id)
    return found


async def mark(db: Database, ids: Mapping[Ring, Collection[str]], *, wait_seconds: float = WAIT_SECONDS) -> None:
    """Mark the keys as retired, and wait for transactions that may have written with them before the mark was visible.

    Raises ``StillWriting``. A writer has a transaction id before its statement ends, and the mark is checked at the end
    of the statement; so a transaction without an id at the commit of the mark sees the mark.
    """
    async with db.write() as session:
        for ring, each in ids.items():
            await session.execute(_MARK, {"ring": ring.value, "ids": sorted(each)})
    async with db.read() as session:
        upto = (await session.execute(_NEXT)).scalar_one()
    deadline = time.monotonic() + wait_seconds
    while True:
        async with db.read() as session:
            if (await session.execute(_BEFORE_ENDED, {"next": upto})).scalar_one():
                return
        if time.monotonic() > deadline:
            raise StillWriting(
                f"transactions that began before the key was retired still run after {wait_seconds:.0f} s;"
                " run rotate-keys again"
            )
        await asyncio.sleep(0.1)


async def unmark(db: Database, ring: Ring, ids: Collection[str]) -> None:
    """Remove the mark from keys that turned out to be needed."""
    async with db.write() as session:
        await session.execute(_UNMARK, {"ring": ring.value, "ids": sorted(ids)})


def needs(usages: Sequence[Usage], ring: Ring, key_id: str) -> list[Usage]:
    """The usages that still need the key."""
    return [usage for usage in usages if usage.needed and (usage.ring, usage.key_id) == (ring, key_id)]


async def remove(db: Database, places: Sequence[Place], ids: Mapping[Ring, Collection[str]], say: Say) -> Counter[str]:
    """Delete or clear values made with these keys, and empty the events that contain them; returns
    the rows of each.
    """
    removed: Counter[str] = Counter()
    for place in places:
        if gone := sorted(ids.get(place.ring, ())):
            match place.on_retirement:
                case OnRetirement.REMOVED:
                    act = f"DELETE FROM {place.table}"  # noqa: S608 - names of our own declarations
                case OnRetirement.CLEARED:
                    act = f"UPDATE {place.table} SET {place.clear}"  # noqa: S608 - as above
                case _:
                    continue
            (column,) = place.columns
            act += f" WHERE {column} = ANY(CAST(:gone AS text[])) AND ({place.within})"
            removed[place.table] += await _everywhere(db, place, act, {"gone": gone}, say)
    if gone := sorted(ids.get(Ring.LOOKUP, ())):
        # An id consists of letters, digits, '.', '_' and '-', of which only the dot has a meaning in a pattern.
        named = "|".join(key_id.replace(".", r"\.") for key_id in gone)
        given = {"pattern": rf'"key_id"\s*:\s*"({named})"'}
        for events in EVENT_PLACES:
            act = (
                f"UPDATE {events.table} SET value = ''"  # noqa: S608 - as above
                f" WHERE encode(value, 'escape') ~ :pattern AND ({events.topics}) AND ({events.kept})"
            )
            removed[events.table] += await _everywhere(db, events, act, given, say)
    return +removed


async def _everywhere(db: Database, place: Place | EventPlace, act: str, given: Mapping[str, object], say: Say) -> int:
    changed = 0
    async for within, bounds in slices(db, place.table, place.key, say):
        changed += await change(db, f"{act} AND {within}", {**bounds, **given})
    return changed
