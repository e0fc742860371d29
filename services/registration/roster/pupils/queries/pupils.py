"""Reads and writes pupils and their keys by set."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import ReadSession, WriteSession

FIRST_VERSION = 1

KeyRow = tuple[str, str, str]
"""Kind, key id and value of a lookup key."""

# Each key is looked up by itself. While the table has no statistics, as after a municipality's first file, the planner
# would compare every key with every one that is stored.
_BY_KEY = text("""
SELECT g.kind, g.key_id, g.value, k.pupil_id
  FROM unnest(CAST(:kinds AS text[]), CAST(:key_ids AS text[]), CAST(:values AS text[])) AS g (kind, key_id, value)
 CROSS JOIN LATERAL (
    SELECT pupil_id FROM pupil_key
     WHERE (municipality_code, kind, key_id, value) = (:code, g.kind, g.key_id, g.value) LIMIT 1
 ) AS k
""")

_RECORDS = text("""
SELECT pupil_id, person_id, has_cpr_number, cpr_number, uni_login, local_id, name, name_protected FROM pupil
 WHERE pupil_id = ANY(CAST(:ids AS uuid[]))
""")

_NUMBERS = text("SELECT municipality_code, count(*) AS pupils FROM pupil GROUP BY 1 ORDER BY 1")

_IDS_AFTER = text("""
SELECT pupil_id FROM pupil WHERE municipality_code = :code AND pupil_id > :after ORDER BY pupil_id LIMIT :size
""")

# Versions are raised when events are made (publishing.py). A new row that is published by set has its first version at
# once, so that it is not written twice; another has version 0 until then, inside this transaction.
_WRITE = text("""
INSERT INTO pupil AS p (pupil_id, municipality_code, person_id, has_cpr_number, cpr_number, uni_login, local_id, name,
                        name_protected, aggregate_version)
SELECT g.pupil_id, :code, g.person_id, g.has_cpr_number, g.cpr_number, g.uni_login, g.local_id, g.name,
       g.name_protected, :version
  FROM unnest(CAST(:ids AS uuid[]), CAST(:persons AS uuid[]), CAST(:has AS boolean[]), CAST(:cprs AS bytea[]),
              CAST(:unis AS bytea[]), CAST(:locals AS bytea[]), CAST(:names AS bytea[]), CAST(:protected AS boolean[]))
       AS g (pupil_id, person_id, has_cpr_number, cpr_number, uni_login, local_id, name, name_protected)
ON CONFLICT (pupil_id) DO UPDATE
   SET person_id = excluded.person_id, has_cpr_number = excluded.has_cpr_number, cpr_number = excluded.cpr_number,
       uni_login = excluded.uni_login, local_id = excluded.local_id, name = excluded.name,
       name_protected = excluded.name_protected
""")

# Keys by a retired key are left out: a process that was started with an older key ring can continue until it is
# restarted.
_ADD_KEYS = text("""
WITH added AS (
    INSERT INTO pupil_key AS k (municipality_code, kind, key_id, value, pupil_id)
    SELECT :code, g.kind, g.key_id, g.value, g.pupil_id
      FROM unnest(CAST(:kinds AS text[]), CAST(:key_ids AS text[]), CAST(:values AS text[]), CAST(:ids AS uuid[]))
           AS g (kind, key_id, value, pupil_id)
     WHERE NOT EXISTS (SELECT FROM retired_key AS r WHERE r.ring = 'lookup' AND r.key_id = g.key_id)
    ON CONFLICT (municipality_code, kind, key_id, value) DO NOTHING
    RETURNING k.pupil_id
)
SELECT DISTINCT pupil_id FROM added
""")

_MOVE_KEYS = text("""
UPDATE pupil_key AS k SET pupil_id = g.to_id
  FROM unnest(CAST(:kinds AS text[]), CAST(:key_ids AS text[]), CAST(:values AS text[]), CAST(:ids AS uuid[]))
       AS g (kind, key_id, value, to_id)
 WHERE k.municipality_code = :code AND (k.kind, k.key_id, k.value) = (g.kind, g.key_id, g.value)
   AND k.pupil_id <> g.to_id
""")

_REMOVE_KEYS = text("""
DELETE FROM pupil_key WHERE pupil_id = ANY(CAST(:ids AS uuid[])) AND key_id = ANY(CAST(:key_ids AS text[]))
RETURNING pupil_id
""")


@dataclass(frozen=True, slots=True)
class PupilRecord:
    """A pupil as it is stored; identifiers and name are encrypted."""

    pupil_id: UUID
    person_id: UUID
    has_cpr_number: bool
    cpr_number: bytes | None
    uni_login: bytes | None
    local_id: bytes | None
    name: bytes
    name_protected: bool


async def by_key(session: ReadSession, code: str, keys: Iterable[KeyRow]) -> dict[KeyRow, UUID]:
    """Pupil id by lookup key, in one municipality."""
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    kinds, key_ids, values = (list(column) for column in zip(*wanted, strict=True))
    given = {"code": code, "kinds": kinds, "key_ids": key_ids, "values": values}
    return {(kind, key_id, value): pupil for kind, key_id, value, pupil in await session.execute(_BY_KEY, given)}


async def records(session: ReadSession, pupil_ids: Iterable[UUID]) -> dict[UUID, PupilRecord]:
    """The stored pupils of these ids that the session may see."""
    rows = (await session.execute(_RECORDS, {"ids": list(pupil_ids)})).mappings()
    return {row["pupil_id"]: PupilRecord(**row) for row in rows}


async def numbers_by_municipality(session: ReadSession) -> dict[str, int]:
    """The number of pupils of each municipality that the session may see."""
    return {row.municipality_code: row.pupils for row in await session.execute(_NUMBERS)}


async def ids_after(session: ReadSession, code: str, after: UUID, size: int) -> list[UUID]:
    """The ids of the municipality's next ``size`` pupils after this id, in order."""
    return list((await session.execute(_IDS_AFTER, {"code": code, "after": after, "size": size})).scalars())


async def write(session: WriteSession, code: str, rows: Sequence[PupilRecord], *, version: int = 0) -> None:
    """Write all columns of new and changed pupils. ``version`` is that of new ones (see ``publish``)."""
    if not rows:
        return
    given = {
        "code": code,
        "ids": [row.pupil_id for row in rows],
        "persons": [row.person_id for row in rows],
        "has": [row.has_cpr_number for row in rows],
        "cprs": [row.cpr_number for row in rows],
        "unis": [row.uni_login for row in rows],
        "locals": [row.local_id for row in rows],
        "names": [row.name for row in rows],
        "protected": [row.name_protected for row in rows],
        "version": version,
    }
    await session.execute(_WRITE, given)


async def add_keys(session: WriteSession, code: str, rows: Iterable[tuple[str, str, str, UUID]]) -> set[UUID]:
    """Write (kind, key id, value, pupil id) where they are missing; returns the pupils who have got any."""
    wanted = sorted(set(rows))
    if not wanted:
        return set()
    kinds, key_ids, values, ids = (list(column) for column in zip(*wanted, strict=True))
    given = {"code": code, "kinds": kinds, "key_ids": key_ids, "values": values, "ids": ids}
    return set((await session.execute(_ADD_KEYS, given)).scalars())


async def move_keys(session: WriteSession, code: str, rows: Iterable[tuple[str, str, str, UUID]]) -> None:
    """Assign each stored (kind, key id, value) to the given pupil id."""
    wanted = sorted(set(rows))
    if not wanted:
        return
    kinds, key_ids, values, ids = (list(column) for column in zip(*wanted, strict=True))
    given = {"code": code, "kinds": kinds, "key_ids": key_ids, "values": values, "ids": ids}
    await session.execute(_MOVE_KEYS, given)


async def remove_keys(session: WriteSession, pupil_ids: Iterable[UUID], key_ids: Iterable[str]) -> set[UUID]:
    """Delete the lookup keys that these keys have made for these pupils; returns the pupils that had any."""
    gone = sorted(key_ids)
    if not gone:
        return set()
    return set((await session.execute(_REMOVE_KEYS, {"ids": list(pupil_ids), "key_ids": gone})).scalars())
