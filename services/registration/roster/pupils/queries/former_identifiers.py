"""Pupils' former identifiers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import ReadSession, WriteSession

_ADD = text("""
INSERT INTO former_identifier (former_id, municipality_code, pupil_id, kind, value, receipt_id, until)
SELECT g.former_id, :code, g.pupil_id, g.kind, g.value, :receipt_id, :until
  FROM unnest(CAST(:ids AS uuid[]), CAST(:pupils AS uuid[]), CAST(:kinds AS text[]), CAST(:values AS bytea[]))
       AS g (former_id, pupil_id, kind, value)
""")

_STILL_VALID = text("""
SELECT former_id, pupil_id, kind, value FROM former_identifier
 WHERE pupil_id = ANY(CAST(:ids AS uuid[])) AND (kind = 'cpr_number' OR receipt_id IS NULL)
""")


# A number that a person's decision made a former one counts twice, so that no file takes the decision back. What was
# before a person dismissed the conflict no longer counts.
_CHANGES = text("""
SELECT f.pupil_id, sum(CASE WHEN f.receipt_id IS NULL THEN 2 ELSE 1 END)
  FROM former_identifier AS f
  LEFT JOIN pupil_conflict AS c ON c.pupil_id = f.pupil_id AND c.kind = 'other_number' AND c.other_id IS NULL
 WHERE f.pupil_id = ANY(CAST(:ids AS uuid[])) AND f.kind = 'cpr_number'
   AND (c.dismissed_at IS NULL OR f.until > c.dismissed_at)
 GROUP BY f.pupil_id
""")


@dataclass(frozen=True, slots=True)
class Former:
    """An identifier that a pupil no longer has, encrypted."""

    former_id: UUID
    pupil_id: UUID
    kind: str
    value: bytes


async def still_valid(session: ReadSession, pupil_ids: Iterable[UUID]) -> list[Former]:
    """The former identifiers of these pupils by which they can still be found: CPR numbers, and those of a pupil who
    turned out to be the same.
    """
    rows = (await session.execute(_STILL_VALID, {"ids": list(pupil_ids)})).mappings()
    return [Former(**row) for row in rows]


async def number_changes(session: ReadSession, pupil_ids: Iterable[UUID]) -> dict[UUID, int]:
    """How often the CPR number of each of these pupils changed since a person last looked at it."""
    ids = list(pupil_ids)
    return {pupil_id: int(n) for pupil_id, n in await session.execute(_CHANGES, {"ids": ids})} if ids else {}


async def add(
    session: WriteSession, code: str, rows: Sequence[Former], receipt_id: UUID | None, until: datetime
) -> None:
    """Write the identifiers that a file queued at ``until`` has replaced; without a receipt a person's decision."""
    if not rows:
        return
    given = {
        "code": code,
        "receipt_id": receipt_id,
        "until": until,
        "ids": [row.former_id for row in rows],
        "pupils": [row.pupil_id for row in rows],
        "kinds": [row.kind for row in rows],
        "values": [row.value for row in rows],
    }
    await session.execute(_ADD, given)
