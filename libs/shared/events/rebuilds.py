"""The table of rebuilds: the requests, their progress, and the keys that they have seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from libs.shared.db.database import ReadSession, WriteSession

_REQUEST = text("""
INSERT INTO rebuild (id, consumer_group, topic, above) VALUES (:id, :consumer_group, :topic, :above)
ON CONFLICT (consumer_group, topic) WHERE state = 'running' DO NOTHING
""")
_RUNNING = text(
    "SELECT * FROM rebuild WHERE consumer_group = :consumer_group AND state = 'running' ORDER BY requested_at"
)
_ONE = text("SELECT * FROM rebuild WHERE id = :id")
_BEGIN = text("""
UPDATE rebuild SET started_at = coalesce(started_at, clock_timestamp()) WHERE id = :id AND state = 'running'
RETURNING id
""")
_HOLD = text("SELECT id FROM rebuild WHERE id = :id AND state = 'running' FOR SHARE")
_PROGRESS = text(
    "UPDATE rebuild SET taken = taken + :taken, refused = refused + :refused, waiting = :waiting WHERE id = :id"
)
_REMOVED = text("UPDATE rebuild SET removed = removed + :removed WHERE id = :id")
_END = text("""
UPDATE rebuild SET state = :state, reason = :reason, finished_at = clock_timestamp()
 WHERE id = :id AND state = 'running'
""")
_SEEN = text("SELECT key FROM rebuild_seen WHERE rebuild_id = :id AND key = ANY(CAST(:keys AS text[]))")
_ANY_SEEN = text("SELECT EXISTS (SELECT FROM rebuild_seen WHERE rebuild_id = :id)")


@dataclass(frozen=True, slots=True)
class Rebuild:
    """A rebuild of a group's read model of one topic. ``state`` is running, done or failed, with its ``reason``.

    ``taken`` and ``refused`` count records, ``removed`` counts rows; ``waiting`` is the number of records left to read,
    None before anything was read. Rows whose version is not above ``above`` are removed even if a record has their key.
    """

    id: UUID
    topic: str
    state: str
    reason: str | None
    above: int
    taken: int
    refused: int
    removed: int
    waiting: int | None
    started: bool


async def request(session: WriteSession, group: str, topic: str, *, above: int = 0) -> Rebuild:
    """Request a rebuild; if one is running already, that one is returned unchanged."""
    await session.execute(_REQUEST, {"id": uuid4(), "consumer_group": group, "topic": topic, "above": above})
    return next(each for each in await running(session, group) if each.topic == topic)


async def running(session: ReadSession, group: str) -> list[Rebuild]:
    """The group's rebuilds that have not ended, the oldest first."""
    return [_rebuild(row) for row in await session.execute(_RUNNING, {"consumer_group": group})]


async def one(session: ReadSession, rebuild_id: UUID) -> Rebuild:
    """The present state of the rebuild."""
    return _rebuild((await session.execute(_ONE, {"id": rebuild_id})).one())


async def begin(session: WriteSession, rebuild_id: UUID) -> bool:
    """Record that a worker has begun; False if the rebuild has ended."""
    return (await session.execute(_BEGIN, {"id": rebuild_id})).first() is not None


async def hold(session: WriteSession, rebuild_id: UUID) -> bool:
    """Keep the rebuild from ending until the transaction ends; False if it has ended.

    After its end the keys of later events are no longer recorded, so no row may be deleted because its key is missing.
    """
    return (await session.execute(_HOLD, {"id": rebuild_id})).first() is not None


async def progress(session: WriteSession, rebuild_id: UUID, *, taken: int, refused: int, waiting: int) -> None:
    """Add the numbers of records taken and refused since the last call, and store how many are left."""
    given = {"id": rebuild_id, "taken": taken, "refused": refused, "waiting": waiting}
    await session.execute(_PROGRESS, given)


async def add_removed(session: WriteSession, rebuild_id: UUID, removed: int) -> None:
    """Add the number of removed rows, in the transaction that removed them."""
    await session.execute(_REMOVED, {"id": rebuild_id, "removed": removed})


async def end(session: WriteSession, rebuild_id: UUID, state: str, reason: str | None = None) -> None:
    """End the rebuild as ``done`` or ``failed``. Keys are then no longer recorded, and ``Pruning`` deletes them."""
    await session.execute(_END, {"id": rebuild_id, "state": state, "reason": reason})


async def seen(session: ReadSession, rebuild_id: UUID, keys: Sequence[str]) -> set[str]:
    """The keys that occurred in a record since the rebuild was requested."""
    return set((await session.execute(_SEEN, {"id": rebuild_id, "keys": list(keys)})).scalars())


async def any_seen(session: ReadSession, rebuild_id: UUID) -> bool:
    """Whether any key was recorded."""
    return bool((await session.execute(_ANY_SEEN, {"id": rebuild_id})).scalar_one())


def _rebuild(row: Any) -> Rebuild:
    return Rebuild(
        id=row.id,
        topic=row.topic,
        state=row.state,
        reason=row.reason,
        above=row.above,
        taken=row.taken,
        refused=row.refused,
        removed=row.removed,
        waiting=row.waiting,
        started=row.started_at is not None,
    )
