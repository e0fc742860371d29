"""The states of the events: every decision that selected a pupil."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import ReadSession, WriteSession
from services.registration.roster.merging.following import Left

_RAISE = text("""
INSERT INTO screening AS s (pupil_id, municipality_code, aggregate_version)
SELECT g.pupil_id, :code, 1 FROM unnest(CAST(:ids AS uuid[])) AS g (pupil_id) ORDER BY g.pupil_id
ON CONFLICT (pupil_id) DO UPDATE SET aggregate_version = s.aggregate_version + 1
RETURNING s.pupil_id, s.municipality_code, s.aggregate_version
""")
_LOCKED = text("""
SELECT pupil_id, municipality_code, aggregate_version FROM screening
 WHERE municipality_code = :code AND (CAST(:after AS uuid) IS NULL OR pupil_id > CAST(:after AS uuid))
 ORDER BY pupil_id LIMIT :size FOR UPDATE
""")
_SELECTIONS = text("""
SELECT p.pupil_id, s.selection_id, s.kind, s.school_id, s.class_id, s.decided_on, s.reversed_on, s.reasons, p.designated
  FROM selection_pupil AS p JOIN selection AS s USING (selection_id)
 WHERE p.pupil_id = ANY(CAST(:ids AS uuid[]))
 ORDER BY p.pupil_id, s.recorded_at, s.selection_id
""")

_DECISIONS = text("""
SELECT s.selection_id, k.institution_number, s.decided_on
  FROM selection_pupil AS p JOIN selection AS s USING (selection_id) JOIN school AS k USING (school_id)
 WHERE p.pupil_id = :pupil_id AND s.reversed_on IS NULL
""")

_MOVE = text("""
UPDATE selection_pupil SET pupil_id = :to_id WHERE pupil_id = :from_id AND selection_id = ANY(CAST(:ids AS uuid[]))
RETURNING selection_id
""")
_MOVE_MARKS = text("""
UPDATE selection_mark SET pupil_id = :to_id WHERE pupil_id = :from_id AND selection_id = ANY(CAST(:ids AS uuid[]))
""")
_RAISE_MOVED = text("UPDATE selection SET version = version + 1 WHERE selection_id = ANY(CAST(:ids AS uuid[]))")

Rows = Sequence[Mapping[Any, Any]]

_MUNICIPALITY = text("SELECT municipality_code FROM screening WHERE pupil_id = :pupil_id")


async def raise_versions(session: WriteSession, code: str, pupil_ids: Sequence[UUID]) -> Rows:
    """Raise the version of each pupil's screening; its row stays locked until the transaction ends."""
    return (await session.execute(_RAISE, {"code": code, "ids": sorted(pupil_ids)})).mappings().all()


async def locked_page(session: WriteSession, code: str, after: str | None, size: int) -> Rows:
    """The municipality's screenings by pupil, their rows locked."""
    return (await session.execute(_LOCKED, {"code": code, "after": after, "size": size})).mappings().all()


async def selections(session: ReadSession, pupil_ids: Sequence[UUID]) -> Rows:
    """The decisions that selected these pupils, the oldest first."""
    return (await session.execute(_SELECTIONS, {"ids": list(pupil_ids)})).mappings().all()


async def decisions_of(session: ReadSession, pupil_id: UUID) -> list[Left]:
    """The decisions about a pupil that were not reversed."""
    return [Left("selection", *row) for row in await session.execute(_DECISIONS, {"pupil_id": pupil_id})]


async def move(session: WriteSession, from_id: UUID, to_id: UUID, ids: Collection[UUID]) -> bool:
    """Make these decisions about one pupil decisions about another one, with their marks; whether there were any."""
    given = {"from_id": from_id, "to_id": to_id}
    moved = (await session.execute(_MOVE, {**given, "ids": sorted(ids)})).scalars().all()
    if moved:
        await session.execute(_MOVE_MARKS, {**given, "ids": moved})
        await session.execute(_RAISE_MOVED, {"ids": moved})
    return bool(moved)


async def municipality_of(session: ReadSession, pupil_id: UUID) -> str | None:
    """The municipality of a pupil who was selected; None for another one."""
    code: str | None = (await session.execute(_MUNICIPALITY, {"pupil_id": pupil_id})).scalar_one_or_none()
    return code
