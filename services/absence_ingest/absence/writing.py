"""Days and months written by set, and told. The caller holds the locks of the pupils, so nobody else changes them."""

# ruff: noqa: S608 - only constants of ours are put together, values travel as parameters

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import WriteSession
from libs.shared.events.by_set import Telling
from services.absence_ingest.absence.domain import CATEGORIES

# In the order of the primary key, as neighbours in its index are written much faster. That a day is new is known from
# the judging under the same locks, so nothing has to be looked for again. A withdrawal of what is not there is kept
# where an older row may still come: it stands for the newer word.
_ADD = text("""
INSERT INTO absence_day (pupil_id, day, category, halves, as_of, municipality_code)
SELECT pupil_id, day, category, halves, :as_of, :code FROM given
 WHERE verdict IS NULL AND old IS NULL AND (halves > 0 OR :remember)
 ORDER BY pupil_id, day, category
""")

_CORRECT = text("""
UPDATE absence_day AS d SET halves = g.halves, as_of = :as_of,
       set_aside = CASE WHEN d.halves = g.halves THEN d.set_aside END,
       set_aside_at = CASE WHEN d.halves = g.halves THEN d.set_aside_at END
  FROM given AS g
 WHERE (d.pupil_id, d.day, d.category) = (g.pupil_id, g.day, g.category) AND g.verdict IS NULL
   AND (d.halves <> g.halves OR (:remember AND d.as_of < :as_of))
""")

_UPSERT = """
ON CONFLICT (pupil_id, month) DO UPDATE
   SET illness = {illness}, authorised = {authorised}, unauthorised = {unauthorised},
       aggregate_version = m.aggregate_version + 1
 WHERE (m.illness, m.authorised, m.unauthorised) IS DISTINCT FROM ({illness}, {authorised}, {unauthorised})
RETURNING m.pupil_id, m.month, m.illness, m.authorised, m.unauthorised, m.municipality_code, m.aggregate_version
"""
_INTO = (
    "INSERT INTO pupil_month AS m "
    "(pupil_id, month, illness, authorised, unauthorised, municipality_code, aggregate_version)"
)
_NEW = "SELECT DISTINCT month FROM month WHERE aggregate_version = 1"


def _sums(halves: str) -> str:
    return ", ".join(f"coalesce(sum({halves}) FILTER (WHERE category = '{category}'), 0)" for category in CATEGORIES)


def _upsert(change: str) -> str:
    return _UPSERT.format(**{category: change.format(category) for category in CATEGORIES})


# What a month holds is what it held, and the difference that the rows make. A month that is new here has no row that
# takes anything away.
_ADD_UP = f"""
{_INTO}
SELECT pupil_id, month, {_sums("halves - counted")}, :code, 1
  FROM (SELECT *, CAST(date_trunc('month', CAST(day AS timestamp)) AS date) AS month FROM given
         WHERE verdict IS NULL AND halves <> coalesce(old, 0)) AS g
 GROUP BY pupil_id, month ORDER BY pupil_id, month
{_upsert("m.{0} + excluded.{0}")}
"""

# The same from the days themselves, for months of which some day was set aside or counts again.
_SUM_UP = f"""
{_INTO}
SELECT t.pupil_id, t.month, {_sums("d.halves")}, t.code, 1
  FROM unnest(CAST(:pupils AS uuid[]), CAST(:months AS date[]), CAST(:codes AS text[])) AS t (pupil_id, month, code)
  LEFT JOIN absence_day AS d ON d.pupil_id = t.pupil_id AND d.day >= t.month AND d.day < t.month + interval '1 month'
   AND d.set_aside IS NULL
 GROUP BY t.pupil_id, t.month, t.code ORDER BY t.pupil_id, t.month
{_upsert("excluded.{0}")}
"""


async def add(session: WriteSession, code: str, as_of: datetime, *, remember: bool) -> None:
    """Write the rows of ``given`` that are new; ``remember``: also those that withdraw nothing."""
    await session.execute(_ADD, {"code": code, "as_of": as_of, "remember": remember})


async def correct(session: WriteSession, as_of: datetime, *, remember: bool) -> None:
    """Correct what is recorded by the rows of ``given``; ``remember``: also renew what is said again."""
    await session.execute(_CORRECT, {"as_of": as_of, "remember": remember})


async def add_up(session: WriteSession, code: str, tell: Telling) -> set[date]:
    """Bring the months of the rows up to date and tell those that changed; the months that some pupil has newly."""
    statement = f"WITH month AS ({_ADD_UP}), told AS ({tell.statement}) {_NEW}"
    return set((await session.execute(text(statement), {"code": code, **tell.values})).scalars())


async def sum_up(session: WriteSession, months: Sequence[tuple[UUID, date, str]], tell: Telling) -> None:
    """Sum up months (pupil, first day, municipality) from their days, and tell those that changed."""
    pupils, firsts, codes = ([month[place] for month in months] for place in range(3))
    statement = f"WITH month AS ({_SUM_UP}), told AS ({tell.statement}) SELECT count(*) FROM month"
    await session.execute(text(statement), {"pupils": pupils, "months": firsts, "codes": codes, **tell.values})
