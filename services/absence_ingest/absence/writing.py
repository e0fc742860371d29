"""Writes days and months by set, with their events. The caller has locked the pupils, so nobody else changes them."""

# ruff: noqa: S608 - only constants of ours are put together, values travel as parameters

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import WriteSession
from libs.shared.events.by_set import Telling
from libs.shared.values.absence import CATEGORIES
from services.absence_ingest.absence.given import Counted

# ORDER BY the primary key: neighbours in its index are written much faster.
# No ON CONFLICT: ``old IS NULL`` was found under the same locks of the pupils, so the day still has no record.
# 0 days for a day without a record are written only if an older row may still come, which must not count then.
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
   SET {changes}, aggregate_version = m.aggregate_version + 1
 WHERE ({held}) IS DISTINCT FROM ({sums})
RETURNING m.pupil_id, m.month, {held}, m.municipality_code, m.aggregate_version
"""
_INTO = f"""
INSERT INTO pupil_month AS m (pupil_id, month, {", ".join(CATEGORIES)}, municipality_code, aggregate_version)
"""
FIRST_OF_MONTH = "CAST(date_trunc('month', CAST(day AS timestamp)) AS date)"
"""SQL: the first day of the month of ``day``. A timestamp without a zone, so that the session's time zone has no
effect.
"""

_NEW = "SELECT DISTINCT month FROM month WHERE aggregate_version = 1"


def _sums(halves: str) -> str:
    return ", ".join(f"coalesce(sum({halves}) FILTER (WHERE category = '{category}'), 0)" for category in CATEGORIES)


def _upsert(change: str) -> str:
    sums = {category: change.format(category) for category in CATEGORIES}
    return _UPSERT.format(
        changes=", ".join(f"{category} = {sum_}" for category, sum_ in sums.items()),
        held=", ".join(f"m.{category}" for category in CATEGORIES),
        sums=", ".join(sums.values()),
    )


# A month's new sum is its old sum plus the differences that the rows make. In a month without a record every difference
# is positive.
_ADD_UP = f"""
{_INTO}
SELECT pupil_id, month, {_sums("halves - counted")}, :code, 1
  FROM (SELECT *, {FIRST_OF_MONTH} AS month FROM given
         WHERE verdict IS NULL AND halves <> coalesce(old, 0)) AS g
 GROUP BY pupil_id, month ORDER BY pupil_id, month
{_upsert("m.{0} + excluded.{0}")}
"""

# Sums from the days themselves, for months in which a day was set aside or counts again.
_SUM_UP = f"""
{_INTO}
SELECT t.pupil_id, t.month, {_sums("d.halves")}, t.code, 1
  FROM unnest(CAST(:pupils AS uuid[]), CAST(:months AS date[]), CAST(:codes AS text[])) AS t (pupil_id, month, code)
  LEFT JOIN absence_day AS d ON d.pupil_id = t.pupil_id AND d.day >= t.month AND d.day < t.month + interval '1 month'
   AND d.set_aside IS NULL
 GROUP BY t.pupil_id, t.month, t.code ORDER BY t.pupil_id, t.month
{_upsert("excluded.{0}")}
"""


async def add(session: WriteSession, counted: Counted, code: str, as_of: datetime, *, remember: bool) -> None:
    """Write the batch's rows that have no record yet.

    ``remember`` also writes rows of 0 days, so that an older parked row does not count later. Raises ``RuntimeError``
    if another batch was judged since.
    """
    counted.require_on_table(session)
    await session.execute(_ADD, {"code": code, "as_of": as_of, "remember": remember})


async def correct(session: WriteSession, counted: Counted, as_of: datetime, *, remember: bool) -> None:
    """Correct records by the batch's rows.

    ``remember`` also renews the ``as_of`` of records that equal a row, so that an older parked row does not overwrite
    them. Raises ``RuntimeError`` if another batch was judged since.
    """
    counted.require_on_table(session)
    await session.execute(_CORRECT, {"as_of": as_of, "remember": remember})


async def add_up(session: WriteSession, counted: Counted, code: str, tell: Telling) -> set[date]:
    """Add the batch's changes to the pupils' months and publish those that changed. Returns the months that are new for
    a pupil.

    Raises ``RuntimeError`` if another batch was judged since.
    """
    counted.require_on_table(session)
    statement = f"WITH month AS ({_ADD_UP}), told AS ({tell.statement}) {_NEW}"
    return set((await session.execute(text(statement), {"code": code, **tell.values})).scalars())


async def sum_up(session: WriteSession, months: Sequence[tuple[UUID, date, str]], tell: Telling) -> None:
    """Sum up months (pupil, first day, municipality) from their days, and publish those that changed."""
    pupils, firsts, codes = ([month[place] for month in months] for place in range(3))
    statement = f"WITH month AS ({_SUM_UP}), told AS ({tell.statement}) SELECT count(*) FROM month"
    await session.execute(text(statement), {"pupils": pupils, "months": firsts, "codes": codes, **tell.values})
