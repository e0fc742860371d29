"""Finds the pupils that the rows of a batch name by their lookup keys."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.imports.batch import Batch, Staged
from services.absence_ingest.copies.pupils import queries as pupils

_LOCKED = "absence: the pupils that the transaction has locked"

# LATERAL with OFFSET 0: one index look-up for each key. A join would read the whole table, which may hold the country.
_OF_STAGED = """
SELECT g.value, k.pupil_id, g.first, g.last
  FROM (SELECT s.pupil AS value, min(s.date) AS first, max(s.date) AS last
          FROM {table} AS s WHERE {where} GROUP BY s.pupil) AS g
 CROSS JOIN LATERAL (
       SELECT k.pupil_id FROM lookup_key AS k
        WHERE (k.municipality_code, k.kind, k.key_id, k.value) = (:code, :key_kind, :key_id, g.value) OFFSET 0) AS k
"""

# Row-level security limits this to the municipality. It nearly always finds no pupil, and then nothing is merged.
_TWO_KEYS = text("""
WITH two AS (
    SELECT pupil_id FROM lookup_key WHERE kind = :key_kind AND key_id = :key_id GROUP BY pupil_id HAVING count(*) > 1
)
SELECT k.value, k.pupil_id FROM lookup_key AS k JOIN two USING (pupil_id)
 WHERE k.kind = :key_kind AND k.key_id = :key_id
""")

_MERGE = """
WITH one AS (
    SELECT g.value, k.pupil_id, g.group_hash
      FROM (SELECT DISTINCT s.pupil AS value, s.group_hash FROM {table} AS s
             WHERE {where} AND s.pupil = ANY(CAST(:values AS text[]))) AS g
      JOIN unnest(CAST(:values AS text[]), CAST(:ids AS uuid[])) AS k (value, pupil_id) USING (value)
), led AS (SELECT value, group_hash, min(group_hash) OVER (PARTITION BY pupil_id) AS leader FROM one)
UPDATE {table} AS s SET group_hash = led.leader FROM led
 WHERE {where} AND s.pupil = led.value AND s.group_hash = led.group_hash AND led.leader <> led.group_hash
"""


@dataclass(frozen=True, slots=True)
class KnownPupils:
    """The known pupils of a batch by the value of their key, and the batch's first and last day."""

    pupils: Mapping[str, UUID]
    first: date = date.max
    last: date = date.min

    @property
    def two_keys(self) -> bool:
        """Whether some pupil has two identifiers in the batch."""
        return len(set(self.pupils.values())) < len(self.pupils)

    def within(self, held: frozenset[UUID]) -> "KnownPupils":
        """The same with only those pupils that are in ``held``."""
        return KnownPupils({value: each for value, each in self.pupils.items() if each in held}, self.first, self.last)


@dataclass(frozen=True, slots=True)
class _Locked:
    """What ``lock`` has found and locked. The session keeps it for ``find``, because a handler's ``lock`` and ``judge``
    hand nothing to each other: a whole file is locked as one batch and judged as several.
    """

    batch: Batch
    known: KnownPupils


class _Found(NamedTuple):
    """A key's value, its pupil, and the first and last day of the rows that name it."""

    value: str
    pupil_id: UUID
    first: date
    last: date


async def find(session: ReadSession, batch: Batch) -> KnownPupils:
    """The pupils of the batch. After ``lock`` these are only pupils that the transaction has locked.

    The rows of a pupil who became known later are parked, and are looked up again after the commit.
    """
    locked: _Locked | None = session.info.get(_LOCKED)
    if locked is None:
        return await _look_up(session, batch)
    if locked.batch is batch:
        return locked.known
    return (await _look_up(session, batch)).within(frozenset(locked.known.pupils.values()))


async def lock(session: WriteSession, batch: Batch) -> None:
    """Lock the batch's pupils until the transaction ends, so that no other transaction writes their absence."""
    found = await _look_up(session, batch)
    await pupils.lock(session, found.pupils.values())
    session.info[_LOCKED] = _Locked(batch, found)


async def merge(session: WriteSession, staged: Staged) -> None:
    """Put the rows of a pupil who has two identifiers of the file's kind, such as a former CPR number, in one group."""
    keys = {"key_kind": staged.key_kind, "key_id": staged.key_id}
    found = list(await session.execute(_TWO_KEYS, keys))
    if found:
        values, ids = [row.value for row in found], [row.pupil_id for row in found]
        statement = _MERGE.format(table=staged.table, where=staged.where("s"))
        await session.execute(text(statement), {**staged.values, "values": values, "ids": ids})


async def _look_up(session: ReadSession, batch: Batch) -> KnownPupils:
    staged = staged_of(batch)
    statement = _OF_STAGED.format(table=staged.table, where=staged.where("s"))
    keys = {"code": batch.municipality_code, "key_kind": staged.key_kind, "key_id": staged.key_id}
    found = [_Found(*row) for row in await session.execute(text(statement), {**staged.values, **keys})]
    if not found:
        return KnownPupils({})
    pupils_by_value = {each.value: each.pupil_id for each in found}
    return KnownPupils(pupils_by_value, min(each.first for each in found), max(each.last for each in found))


def staged_of(batch: Batch) -> Staged:
    """The batch's rows in the staging table. Raises ``ValueError`` for a batch that is not in the
    database.
    """
    if batch.staged is None:
        raise ValueError("absence is imported by set")
    return batch.staged
