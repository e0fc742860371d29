"""The rows of a batch on a temporary table: each with its pupil, what is recorded of it, and what is wrong with it.

The statements are as fast whatever the planner knows of tables that were filled a second ago.
"""

# ruff: noqa: S608 - only constants of this module and the staging table's own name are put together

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import ReadSession, raw
from libs.shared.files.errors import PUPIL_OUTSIDE_SCOPE
from libs.shared.files.kinds.absence import WHOLE_DAY
from libs.shared.imports.batch import Batch, Staged
from services.absence_ingest.absence.domain import Entry
from services.absence_ingest.absence.naming import Named
from services.absence_ingest.absence.placing import FLAW, STAYS, Places

UNKNOWN, OVERTAKEN, REPEATED = "unknown", "overtaken", "repeated"
"""Verdicts that are no codes: the pupil is not known, a newer file has spoken, an earlier row has the same key."""

# Kept for the connection and emptied with the transaction; DELETE is for a second batch in the same one, as TRUNCATE
# leaves dead rows in the catalogue.
# Of rows that came a second ago the planner knows nothing and takes them for one: it would go through all pupils for
# each row. Without nested loops it joins by hash, but for what is looked up by key for each row, where there is no
# other way. Plans are made for the values given, as a plan for any values would take every list for ten rows.
_PREPARE = """
SET LOCAL plan_cache_mode = force_custom_plan;
SET LOCAL enable_nestloop = off;
CREATE TEMPORARY TABLE IF NOT EXISTS given (
    place integer NOT NULL, pupil_id uuid, day date NOT NULL, category text NOT NULL, halves smallint NOT NULL,
    old smallint, said timestamptz, counted smallint NOT NULL, rest smallint NOT NULL, verdict text
) ON COMMIT DELETE ROWS;
DELETE FROM given
"""

# What is recorded is read by pupil, in one piece of the primary key, and not by row. ``rest`` is at least what the
# other categories of the day hold.
_FILL = f"""
WITH recorded AS MATERIALIZED (
    SELECT p.pupil_id, a.day, a.category, a.halves, a.as_of, a.set_aside
      FROM unnest(CAST(:pupils AS uuid[])) AS p (pupil_id) CROSS JOIN LATERAL (
           SELECT * FROM absence_day AS a
            WHERE a.pupil_id = p.pupil_id AND a.day >= :first AND a.day <= :last OFFSET 0) AS a
)
INSERT INTO given (place, pupil_id, day, category, halves, old, said, counted, rest, verdict)
SELECT g.place, g.pupil_id, g.day, g.category, g.halves,
       max(o.halves) FILTER (WHERE o.category = g.category),
       max(o.as_of) FILTER (WHERE o.category = g.category),
       coalesce(max(o.halves) FILTER (WHERE o.category = g.category AND o.set_aside IS NULL), 0),
       coalesce(2 * max(o.halves) FILTER (WHERE o.category <> g.category), 0),
       CASE {{outside}}
            WHEN g.pupil_id IS NULL THEN '{UNKNOWN}'
            WHEN :replay AND max(o.as_of) FILTER (WHERE o.category = g.category) > :as_of THEN '{OVERTAKEN}'
            WHEN g.halves = 0 THEN NULL
            ELSE {FLAW} END
  FROM (SELECT s.row_no AS place, k.pupil_id, s.date AS day, s.category, s.days AS halves
          FROM {{table}} AS s
          LEFT JOIN unnest(CAST(:values AS text[]), CAST(:ids AS uuid[])) AS k (value, pupil_id) ON k.value = s.pupil
         WHERE {{where}} {{news}}) AS g {STAYS} {{schools}}
  LEFT JOIN recorded AS o ON o.pupil_id = g.pupil_id AND o.day = g.day
 GROUP BY g.place, g.pupil_id, g.day, g.category, g.halves
"""
_NEWS = """
AND NOT EXISTS (
    SELECT FROM recorded AS r
     WHERE (r.pupil_id, r.day, r.category, r.halves) = (k.pupil_id, s.date, s.category, s.days)
       AND (r.set_aside IS NULL OR r.halves = 0))
"""
_SCHOOLS = "LEFT JOIN school AS h ON h.school_id = m.school_id"
_OUTSIDE = (
    f"WHEN bool_or(h.institution_number = ANY(CAST(:institutions AS text[]))) IS NOT TRUE THEN '{PUPIL_OUTSIDE_SCOPE}'"
)

_REPEATS = text(f"""
WITH repeat AS (
    SELECT place, min(place) OVER (PARTITION BY pupil_id, day, category) AS first FROM given
     WHERE pupil_id IS NOT NULL AND (verdict IS NULL OR verdict <> '{PUPIL_OUTSIDE_SCOPE}')
)
UPDATE given AS g SET verdict = '{REPEATED}' FROM repeat AS r WHERE r.place = g.place AND r.first < g.place
RETURNING g.place, r.first
""")

# At least the days that would hold more than a whole one; who looks closer takes them row by row.
_FULL_DAYS = text(f"""
WITH full_day AS (
    SELECT pupil_id, day FROM given WHERE verdict IS NULL
     GROUP BY pupil_id, day HAVING sum(halves) + max(rest) > {WHOLE_DAY}
)
SELECT pupil_id, day, place, category, halves FROM given JOIN full_day USING (pupil_id, day) WHERE verdict IS NULL
UNION ALL
SELECT f.pupil_id, f.day, NULL, a.category, a.halves FROM full_day AS f CROSS JOIN LATERAL (
       SELECT * FROM absence_day AS a WHERE (a.pupil_id, a.day) = (f.pupil_id, f.day) OFFSET 0) AS a
""")

_REFUSE = text("UPDATE given SET verdict = :code WHERE place = ANY(CAST(:places AS int[]))")

_VERDICTS = text("SELECT place, verdict, pupil_id FROM given WHERE verdict IS NOT NULL ORDER BY place")

_CHANGES = text("""
SELECT count(*) FILTER (WHERE old IS NULL), count(*) FILTER (WHERE old IS NOT NULL) FROM given
 WHERE verdict IS NULL AND halves <> coalesce(old, 0)
""")


_AS_BEFORE = text("SET LOCAL enable_nestloop = on")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with the row at a place: a code, or one of the words above; None for no pupil that is known."""

    place: int
    word: str
    pupil_id: UUID | None


@dataclass(frozen=True, slots=True)
class Changes:
    """Rows that say something new, and rows that correct what is recorded."""

    new: int
    corrected: int


async def fill(
    session: ReadSession, batch: Batch, staged: Staged, named: Named, places: Places, *, news_only: bool
) -> None:
    """Put the batch on the temporary table, each row judged by itself; ``news_only``: without rows that say what is
    recorded already and counts.
    """
    await (await raw(session)).execute(_PREPARE)
    given = {**staged.values, **places.values, "replay": batch.replay, "as_of": batch.queued_at}
    given |= {"values": list(named.pupils), "ids": list(named.pupils.values())}
    held = batch.institutions is not None
    if batch.institutions is not None:
        given["institutions"] = sorted(batch.institutions)
    statement = _FILL.format(
        table=staged.table,
        where=staged.where("s"),
        schools=_SCHOOLS if held else "",
        outside=_OUTSIDE if held else "",
        news=_NEWS if news_only else "",
    )
    await session.execute(text(statement), given)


async def repeated(session: ReadSession) -> dict[int, int]:
    """Refuse rows that repeat an earlier row's pupil, day and category; place → place of the first."""
    return {row.place: row.first for row in await session.execute(_REPEATS)}


async def full_days(session: ReadSession) -> list[tuple[dict[str, int], list[Entry]]]:
    """For each day that may hold more than a whole one: the half days recorded by category, and the given rows."""
    found: dict[tuple[UUID, date], tuple[dict[str, int], list[Entry]]] = {}
    for pupil_id, day, place, category, halves in await session.execute(_FULL_DAYS):
        recorded, given = found.setdefault((pupil_id, day), ({}, []))
        if place is None:
            recorded[category] = halves
        else:
            given.append(Entry(place, category, halves))
    return list(found.values())


async def refuse(session: ReadSession, places: Iterable[int], code: str) -> None:
    """Refuse the rows at these places."""
    refused = list(places)
    if refused:
        await session.execute(_REFUSE, {"places": refused, "code": code})


async def verdicts(session: ReadSession) -> Sequence[Verdict]:
    """What is wrong with which row, in the file's order."""
    return [Verdict(*row) for row in await session.execute(_VERDICTS)]


async def changes(session: ReadSession) -> Changes:
    """How many of the rows that are right change what is recorded, and how. The last that is asked."""
    found = Changes(*(await session.execute(_CHANGES)).one())
    await session.execute(_AS_BEFORE)
    return found
