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
