"""Sums up pupils' months by set, with their events. The caller has locked the pupils, so nobody else changes them."""

# ruff: noqa: S608 - only constants of ours are put together, values travel as parameters

from collections.abc import Sequence
from datetime import date

from sqlalchemy import text

from libs.shared.db.database import WriteSession
from libs.shared.events.by_set import Telling
from libs.shared.events.republishing import Place
from libs.shared.values.absence import CATEGORIES
from services.absence_ingest.absence.domain import Month
from services.absence_ingest.absence.queries.batch_table import Counted

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
  FROM (SELECT *, {FIRST_OF_MONTH} AS month FROM batch_row
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

_PAGE = f"""
SELECT pupil_id, month, {", ".join(CATEGORIES)}, municipality_code, aggregate_version FROM pupil_month
 WHERE municipality_code = :code AND (
       CAST(:pupil AS text) IS NULL
       OR (pupil_id, month) > (CAST(CAST(:pupil AS text) AS uuid), CAST(CAST(:month AS text) AS date)))
 ORDER BY pupil_id, month LIMIT :size
"""
_LOCK_PAGE = text(f"SELECT pupil_id, month FROM ({_PAGE} FOR UPDATE) AS locked ORDER BY pupil_id, month")


async def add_up(session: WriteSession, counted: Counted, code: str, tell: Telling) -> set[date]:
    """Add the batch's changes to the pupils' months and publish those that changed. Returns the months that are new for
    a pupil.

    Raises ``RuntimeError`` if another batch was judged since.
    """
    counted.require_on_table(session)
    statement = f"WITH month AS ({_ADD_UP}), told AS ({tell.statement}) {_NEW}"
    return set((await session.execute(text(statement), {"code": code, **tell.values})).scalars())


async def sum_up(session: WriteSession, months: Sequence[Month], tell: Telling) -> None:
    """Sum up months from their days, and publish those that changed."""
    given = {
        "pupils": [month.pupil_id for month in months],
        "months": [month.first_day for month in months],
        "codes": [month.municipality_code for month in months],
    }
    statement = f"WITH month AS ({_SUM_UP}), told AS ({tell.statement}) SELECT count(*) FROM month"
    await session.execute(text(statement), {**given, **tell.values})


async def lock_page(session: WriteSession, code: str, after: Place | None, size: int) -> list[Place]:
    """Lock at most ``size`` of the municipality's months after ``after`` (pupil id and month). Returns their places."""
    found = await session.execute(_LOCK_PAGE, _page(code, after, size))
    return [(str(pupil_id), month.isoformat()) for pupil_id, month in found]


async def tell_page(session: WriteSession, code: str, after: Place | None, size: int, tell: Telling) -> None:
    """Publish the months of the page that ``lock_page`` locked."""
    given = _page(code, after, size)
    await session.execute(text(f"WITH month AS ({_PAGE}) {tell.statement}"), {**given, **tell.values})


def _page(code: str, after: Place | None, size: int) -> dict[str, object]:
    return {"code": code, "size": size, "pupil": after[0] if after else None, "month": after[1] if after else None}
