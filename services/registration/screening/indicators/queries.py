"""Reads and writes indicators by set."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.files.kinds.indicator_values import WITHDRAWN
from libs.shared.imports.batch import Staged
from services.registration.screening.indicators.domain import SharedResult

_GIVEN = """
unnest(CAST(:pupils AS uuid[]), CAST(:indicators AS text[]), CAST(:subjects AS text[]), CAST(:grades AS int[]),
       CAST(:days AS date[]))
"""
_KEY = "pupil_id, indicator, subject, grade, day"

_FIND = text(f"""
SELECT {_KEY}, i.value, i.as_of FROM {_GIVEN} AS g ({_KEY}) JOIN indicator AS i USING ({_KEY})
""")  # noqa: S608 - only constants of this module are put together

_UPSERT = text("""
INSERT INTO indicator AS i (pupil_id, indicator, subject, grade, day, value, as_of, municipality_code)
SELECT g.pupil_id, g.indicator, g.subject, g.grade, g.day, g.value, :as_of, :code
  FROM unnest(CAST(:pupils AS uuid[]), CAST(:indicators AS text[]), CAST(:subjects AS text[]), CAST(:grades AS int[]),
              CAST(:days AS date[]), CAST(:values AS text[])) AS g (pupil_id, indicator, subject, grade, day, value)
ON CONFLICT (pupil_id, indicator, subject, grade, day) DO UPDATE SET value = excluded.value, as_of = excluded.as_of
""")

# The pupils of a school share most results, and a row costs more to read than a pupil in its array.
_RESULTS = text("""
SELECT indicator, subject, grade, day, value, array_agg(pupil_id) FROM indicator
 WHERE pupil_id = ANY(CAST(:ids AS uuid[])) AND day <= :as_of AND value <> :withdrawn
 GROUP BY indicator, subject, grade, day, value ORDER BY day, grade, subject, indicator, value
""")

_SPLIT = text("""
UPDATE indicator AS i SET pupil_id = :to_id
 WHERE i.pupil_id = :from_id
   AND EXISTS (SELECT FROM unnest(CAST(:firsts AS date[]), CAST(:afters AS date[])) AS g (first_day, day_after)
                WHERE i.day >= g.first_day AND i.day < g.day_after)
""")

_FORGET = text("DELETE FROM indicator WHERE municipality_code = :code AND value = :withdrawn AND as_of <= :as_of")

# Rows that name one pupil by two identifiers, as by a former number, are judged together.
_SETTLE = """
WITH of_pupil AS (
    SELECT DISTINCT s.group_hash, k.pupil_id
      FROM {table} AS s
      JOIN pupil_key AS k ON (k.municipality_code, k.kind, k.key_id, k.value)
                           = (s.municipality_code, :kind, :key_id, s.cpr_number)
     WHERE s.receipt_id = :receipt_id
), together AS (
    SELECT group_hash, min(group_hash) OVER (PARTITION BY pupil_id) AS first FROM of_pupil
)
UPDATE {table} AS s SET group_hash = t.first FROM together AS t
 WHERE s.receipt_id = :receipt_id AND s.group_hash = t.group_hash AND t.first <> t.group_hash
"""

IndicatorKey = tuple[UUID, str, str, int, date]
"""Pupil id, indicator, subject, grade and day."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored result, and the moment of its file."""

    value: str
    as_of: datetime


async def settle(session: WriteSession, staged: Staged) -> None:
    """Put rows of one known pupil into one group."""
    given = {"receipt_id": staged.receipt_id, "kind": staged.key_kind, "key_id": staged.key_id}
    await session.execute(text(_SETTLE.format(table=staged.table)), given)


async def find(session: ReadSession, keys: Sequence[IndicatorKey]) -> dict[IndicatorKey, Stored]:
    """The stored results with these keys."""
    if not keys:
        return {}
    found = await session.execute(_FIND, _columns(keys))
    return {(row[0], row[1], row[2], row[3], row[4]): Stored(row[5], row[6]) for row in found}


async def results(session: ReadSession, pupil_ids: Sequence[UUID], as_of: date) -> list[SharedResult]:
    """Results of the day or before, the oldest first, without withdrawn ones."""
    given = {"ids": list(pupil_ids), "as_of": as_of, "withdrawn": WITHDRAWN}
    return [SharedResult(*row) for row in await session.execute(_RESULTS, given)]


async def upsert(session: WriteSession, code: str, rows: Sequence[tuple[IndicatorKey, str]], as_of: datetime) -> None:
    """Write (key, value), each key once, as of the file's moment."""
    if rows:
        given = {**_columns([key for key, _ in rows]), "values": [value for _, value in rows]}
        await session.execute(_UPSERT, {**given, "code": code, "as_of": as_of})


async def forget(session: WriteSession, code: str, withdrawn: str, as_of: datetime) -> None:
    """Delete results that were withdrawn until then."""
    await session.execute(_FORGET, {"code": code, "withdrawn": withdrawn, "as_of": as_of})


def _columns(keys: Sequence[IndicatorKey]) -> dict[str, list[object]]:
    names = ("pupils", "indicators", "subjects", "grades", "days")
    return {name: list(column) for name, column in zip(names, zip(*keys, strict=True), strict=True)}


async def split(session: WriteSession, from_id: UUID, to_id: UUID, spans: Sequence[tuple[date, date]]) -> None:
    """Give a new pupil, who has no results yet, the results of these days (first, day after the last)."""
    given = {"firsts": [first for first, _ in spans], "afters": [after for _, after in spans]}
    await session.execute(_SPLIT, {"from_id": from_id, "to_id": to_id, **given})
