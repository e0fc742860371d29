"""Reads and writes the table of persons. Every function needs the access ``identity``."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import WriteSession

_FIND = text("""
SELECT p.key_id, p.value, p.person_id
  FROM unnest(CAST(:key_ids AS text[]), CAST(:values AS text[])) AS g (key_id, value)
  JOIN person AS p USING (key_id, value)
""")

# Always in the same order, so that imports of two municipalities cannot deadlock.
_ADD = text("""
INSERT INTO person (key_id, value, person_id)
SELECT * FROM unnest(CAST(:key_ids AS text[]), CAST(:values AS text[]), CAST(:person_ids AS uuid[]))
    AS g (key_id, value, person_id)
 ORDER BY g.value
ON CONFLICT (key_id, value) DO NOTHING
""")

Blind = tuple[str, str]
"""Key id and value of the blind index."""


async def find(session: WriteSession, keys: Iterable[Blind]) -> dict[Blind, UUID]:
    """Person id by blind index value, for those that exist. Needs the identity access."""
    wanted = sorted(set(keys))
    rows = await session.execute(_FIND, {"key_ids": [key[0] for key in wanted], "values": [key[1] for key in wanted]})
    return {(key_id, value): person_id for key_id, value, person_id in rows}


async def add(session: WriteSession, rows: Sequence[tuple[str, str, UUID]]) -> int:
    """Write the persons that do not exist; returns how many did not. Needs the identity access."""
    key_ids, values, person_ids = (list(column) for column in zip(*rows, strict=True))
    result = await session.execute(_ADD, {"key_ids": key_ids, "values": values, "person_ids": person_ids})
    return int(getattr(result, "rowcount", 0))
