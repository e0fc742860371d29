"""Writes contradictions of identifiers (``PupilConflict``)."""

from collections.abc import Iterable
from datetime import datetime
from uuid import NAMESPACE_OID, UUID, uuid5

from sqlalchemy import text

from libs.shared.db.database import WriteSession
from services.registration.roster.pupils.domain import Contradiction

_NOTE = text("""
INSERT INTO pupil_conflict AS c (conflict_id, municipality_code, kind, pupil_id, other_id, institution_number, since,
                                 last_at)
SELECT g.conflict_id, :code, g.kind, g.pupil_id, g.other_id, g.institution_number, :at, :at
  FROM unnest(CAST(:ids AS uuid[]), CAST(:kinds AS text[]), CAST(:pupils AS uuid[]), CAST(:others AS uuid[]),
              CAST(:numbers AS text[])) AS g (conflict_id, kind, pupil_id, other_id, institution_number)
 ORDER BY g.conflict_id
ON CONFLICT (conflict_id) DO UPDATE
   SET last_at = excluded.last_at, institution_number = excluded.institution_number,
       dismissed_at = CASE WHEN NOT :reopen THEN c.dismissed_at END,
       dismissed_by = CASE WHEN NOT :reopen THEN c.dismissed_by END
 WHERE c.last_at < excluded.last_at
""")

_LOCK = text("SELECT 1 FROM pupil_conflict WHERE conflict_id = :id FOR UPDATE")

_DISMISS = text("""
UPDATE pupil_conflict SET dismissed_at = :now, dismissed_by = :by WHERE conflict_id = :id AND dismissed_at IS NULL
""")


async def note(
    session: WriteSession, code: str, found: Iterable[tuple[Contradiction, str]], at: datetime, *, reopen: bool
) -> None:
    """Note contradictions, each with the institution number of a row, in a file queued at this time. With ``reopen``
    those that a person has dismissed are open again.
    """
    rows = dict(found)
    if not rows:
        return
    given = {
        "code": code,
        "at": at,
        "reopen": reopen,
        "ids": [uuid5(NAMESPACE_OID, "/".join(map(str, each))) for each in rows],
        "kinds": [each.kind for each in rows],
        "pupils": [each.pupil_id for each in rows],
        "others": [each.other_id for each in rows],
        "numbers": list(rows.values()),
    }
    await session.execute(_NOTE, given)


async def lock(session: WriteSession, conflict_id: UUID) -> None:
    """Lock the row, if the session sees it."""
    await session.execute(_LOCK, {"id": conflict_id})


async def dismiss(session: WriteSession, conflict_id: UUID, by: str, now: datetime) -> None:
    """Mark it as needing nothing, if it is not marked yet."""
    await session.execute(_DISMISS, {"id": conflict_id, "by": by, "now": now})
