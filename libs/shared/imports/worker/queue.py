"""Chooses the next file: small files overtake large ones, no file waits forever, and the files of one municipality and
kind keep their order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import ReadSession
from libs.shared.imports.handlers import Kinds


class Lane(StrEnum):
    """A worker has both lanes, so that neither many small files nor one large file blocks all others."""

    SHORT = "short"
    """Takes the smallest file first."""
    LONG = "long"
    """Takes the file that has waited longest. The lane alternates between two measures: the time since the file was
    queued, so that a large file advances however many small ones arrive, and the time since its municipality had a
    step, so that a municipality with many files does not block another.
    """


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that could be worked on, and its tenant. ``size`` is in bytes; ``since`` is when the file was queued.

    A part of a file of several kinds has the ``file`` and ``unit`` of the other parts of its unit, and its place among
    them. Another file is its own.
    """

    id: UUID
    municipality_code: str
    size: int
    since: datetime
    file: UUID
    unit: int | None
    part: int | None


_COLUMNS = "id, municipality_code, bytes, queued_at, coalesce(part_of, id), unit, part"

# Parts of one file have one moment. Files of the same moment keep one order in all kinds, or they could wait for each
# other.
_FIRST = text(f"""
SELECT DISTINCT ON (municipality_code, kind) {_COLUMNS}, kind, not_before IS NULL OR not_before <= :now AS due
  FROM import_receipt WHERE state IN ('queued', 'working')
 ORDER BY municipality_code, kind, queued_at, coalesce(part_of, id), part
""")  # noqa: S608 - a constant of ours

_LEAVING = text(f"""
SELECT {_COLUMNS} FROM import_receipt
 WHERE phase = 'leaving' AND (not_before IS NULL OR not_before <= :now) ORDER BY finished_at LIMIT 10
""")  # noqa: S608 - a constant of ours


# Held snapshots whose time is over.
_EXPIRED = text(f"""
SELECT {_COLUMNS} FROM import_receipt
 WHERE state = 'held' AND held_until <= :now ORDER BY held_until LIMIT 10
""")  # noqa: S608 - a constant of ours


async def candidates(
    session: ReadSession, kinds: Kinds, lane: Lane, now: datetime, served: Mapping[str, datetime]
) -> Sequence[Candidate]:
    """The files that may be next, the lane's first choice first. Final files whose data must be deleted come first in
    the long lane and last in the short one. ``served`` says when each municipality had its last step; it is empty when
    the long lane is to measure the time since a file was queued.

    Only the oldest unfinished file of each municipality and kind is a candidate: a later file never overtakes an
    earlier one, not even one that waits after a failure. Needs the access ``import_worker``.
    """
    first = (await session.execute(_FIRST, {"now": now})).all()
    queued = {(row.municipality_code, row.kind): row.queued_at for row in first}
    after = {kind.name: kind.after for kind in kinds}

    def held_back(row: object) -> bool:
        code, own = row.municipality_code, row.queued_at  # type: ignore[attr-defined]
        earlier = (queued.get((code, name)) for name in after.get(row.kind, ()))  # type: ignore[attr-defined]
        return any(other is not None and other < own for other in earlier)

    found = [Candidate(*row[:7]) for row in first if row.due and not held_back(row)]
    if lane is Lane.SHORT:
        found.sort(key=lambda each: (each.size, each.since, each.id))
    else:
        found.sort(
            key=lambda each: (max(each.since, served.get(each.municipality_code, each.since)), each.since, each.id)
        )
    ended = [*await session.execute(_EXPIRED, {"now": now}), *await session.execute(_LEAVING, {"now": now})]
    leaving = [Candidate(*row) for row in ended]
    return [*found, *leaving] if lane is Lane.SHORT else [*leaving, *found]
