"""SQL over reported months. The caller opens and ends the transaction."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.events.republishing import Place
from libs.shared.values.months import POSTGRES_FORMAT
from services.absence_ingest.completeness.domain import MonthState, ReportRow, SchoolMonth

_STATE = """
c.institution_number, c.month, c.municipality_code, c.reported, c.aggregate_version,
CASE WHEN c.reported THEN c.pupil_months END AS pupil_months
"""

_GIVEN = "unnest(CAST(:numbers AS text[]), CAST(:months AS text[])) AS g (institution_number, month)"

_LOCK_ALL = text(
    f"""
SELECT FROM completeness AS c JOIN {_GIVEN} USING (institution_number, month)
 WHERE c.municipality_code = :code ORDER BY c.institution_number, c.month FOR UPDATE OF c
"""
)

_REPORTED = text(
    f"""
SELECT institution_number, month FROM completeness AS c JOIN {_GIVEN} USING (institution_number, month)
 WHERE c.municipality_code = :code AND c.reported
"""  # noqa: S608 - only constants of this module are put together
)

_WRITE = text("""
INSERT INTO completeness AS c (institution_number, month, municipality_code, reported, pupil_months, aggregate_version)
SELECT g.institution_number, g.month, :code, g.reported, 0, 1
  FROM unnest(CAST(:numbers AS text[]), CAST(:months AS text[]), CAST(:reported AS boolean[]))
       AS g (institution_number, month, reported)
 ORDER BY g.institution_number, g.month
ON CONFLICT (institution_number, month) DO UPDATE
   SET reported = excluded.reported, aggregate_version = c.aggregate_version + 1
RETURNING c.institution_number, c.month
""")

# Counts as the contract defines ``pupil_months``. Registration and evaluation_export count the same in their copies.
_COUNT = text(
    f"""
WITH counted AS (
    SELECT g.institution_number, g.month, count(DISTINCT p.pupil_id)::int AS pupil_months
      FROM {_GIVEN}
      LEFT JOIN school AS s ON s.institution_number = g.institution_number AND s.municipality_code = :code
      LEFT JOIN membership AS m
        ON m.school_id = s.school_id AND m.valid_from < m.valid_to
       AND m.valid_from < to_date(g.month, :month_format) + interval '1 month'
       AND m.valid_to > to_date(g.month, :month_format)
      LEFT JOIN pupil_month AS p ON p.pupil_id = m.pupil_id AND p.month = to_date(g.month, :month_format)
     GROUP BY g.institution_number, g.month
)
UPDATE completeness AS c
   SET pupil_months = n.pupil_months, aggregate_version = c.aggregate_version + CAST(:raise AS int)
  FROM counted AS n
 WHERE (c.institution_number, c.month) = (n.institution_number, n.month)
   AND (c.pupil_months <> n.pupil_months OR CAST(:raise AS int) = 0)
RETURNING {_STATE}
"""  # noqa: S608 - only constants of this module are put together
).bindparams(month_format=POSTGRES_FORMAT)

_DUE_CODES = text("SELECT DISTINCT municipality_code FROM completeness_due ORDER BY 1")

# One month at a time, so that counting a large municipality's schools is a short transaction.
_TAKE_DUE = text("""
WITH ready AS (
    SELECT d.id, d.month FROM completeness_due AS d
     WHERE d.municipality_code = :code AND NOT EXISTS (
           SELECT FROM import_receipt AS r WHERE r.id = d.receipt_id AND r.state IN ('queued', 'working'))
       FOR UPDATE SKIP LOCKED
)
DELETE FROM completeness_due WHERE id IN (SELECT id FROM ready WHERE month = (SELECT min(month) FROM ready))
RETURNING school_id, month
""")

_LOCK = text("""
SELECT c.institution_number, c.month FROM completeness AS c
 WHERE c.municipality_code = :code AND c.reported AND EXISTS (
       SELECT FROM unnest(CAST(:schools AS uuid[]), CAST(:months AS date[])) AS d (school_id, month)
         LEFT JOIN school AS s USING (school_id)
        WHERE c.month = to_char(d.month, :month_format)
          AND (d.school_id IS NULL OR s.institution_number = c.institution_number))
 ORDER BY c.institution_number, c.month FOR UPDATE OF c
""").bindparams(month_format=POSTGRES_FORMAT)

_DUE = text("""
INSERT INTO completeness_due (municipality_code, school_id, month, receipt_id)
SELECT :code, NULL, month, :receipt FROM unnest(CAST(:months AS date[])) AS month
""")

# A transaction that writes absence or stays has locked the pupils, so of two such transactions the later one sees the
# earlier one's rows.
_DUE_BY_STAYS = text("""
INSERT INTO completeness_due (municipality_code, school_id, month)
SELECT DISTINCT p.municipality_code, g.school_id, p.month
  FROM unnest(CAST(CAST(:pupils AS text[]) AS uuid[]), CAST(CAST(:schools AS text[]) AS uuid[]),
              CAST(CAST(:firsts AS text[]) AS date[]), CAST(CAST(:nexts AS text[]) AS date[]))
       AS g (pupil_id, school_id, valid_from, valid_to)
  JOIN pupil_month AS p
    ON p.pupil_id = g.pupil_id AND p.month > g.valid_from - interval '1 month' AND p.month < g.valid_to
 WHERE g.valid_from < g.valid_to
""")

_DUE_BY_SCHOOLS = text("""
INSERT INTO completeness_due (municipality_code, school_id, month)
SELECT c.municipality_code, s.school_id, to_date(c.month, :month_format)
  FROM school AS s JOIN completeness AS c USING (institution_number, municipality_code)
 WHERE s.school_id = ANY(CAST(:ids AS uuid[])) AND c.reported
""").bindparams(month_format=POSTGRES_FORMAT)

_STATES = text(
    f"""
SELECT {_STATE} FROM completeness AS c
 WHERE c.municipality_code = :code AND (
       CAST(:number AS text) IS NULL OR (c.institution_number, c.month) > (CAST(:number AS text), CAST(:month AS text)))
 ORDER BY c.institution_number, c.month LIMIT :size FOR UPDATE
"""  # noqa: S608 - only constants of this module are put together
)

_FORGET_OF_SCHOOLS = text("""
DELETE FROM completeness AS c USING school AS s
 WHERE s.school_id = ANY(CAST(CAST(:ids AS text[]) AS uuid[]))
   AND (c.institution_number, c.municipality_code) = (s.institution_number, s.municipality_code)
RETURNING c.institution_number, c.month, c.municipality_code
""")


async def lock_all(session: WriteSession, code: str, months: Sequence[SchoolMonth]) -> None:
    """Lock the months' existing rows, in order."""
    await session.execute(_LOCK_ALL, _given(code, months))


async def reported(session: ReadSession, code: str, months: Sequence[SchoolMonth]) -> set[SchoolMonth]:
    """Those of the months that are reported."""
    return {SchoolMonth(*row) for row in await session.execute(_REPORTED, _given(code, months))}


async def write(session: WriteSession, code: str, rows: Sequence[ReportRow]) -> list[SchoolMonth]:
    """Write the months that these rows change, with their versions raised."""
    given = _given(code, [row.school_month for row in rows])
    found = await session.execute(_WRITE, {**given, "reported": [row.is_reported for row in rows]})
    return [SchoolMonth(*row) for row in found]


async def count(
    session: WriteSession, code: str, months: Sequence[SchoolMonth], *, raised: bool = False
) -> list[MonthState]:
    """Count the pupil-months of these locked rows. Returns their states, with ``raised`` only of those whose number
    changed.

    The last transaction that counts sees everything committed before, because an earlier statement locked the rows.
    """
    found = await session.execute(_COUNT, {**_given(code, months), "raise": int(raised)})
    return sorted(MonthState(*row) for row in found)


async def due_codes(session: ReadSession) -> list[str]:
    """The municipalities that have months to count again."""
    return list((await session.execute(_DUE_CODES)).scalars())


async def take_due(session: WriteSession, code: str) -> list[tuple[UUID | None, date]]:
    """Delete and return the marks of the earliest month whose file is done: school id (None: all schools) and month."""
    return [(school_id, month) for school_id, month in await session.execute(_TAKE_DUE, {"code": code})]


async def lock(session: WriteSession, code: str, due: Sequence[tuple[UUID | None, date]]) -> list[SchoolMonth]:
    """The reported months of these marks, locked in order."""
    wanted = sorted(set(due), key=str)
    given = {"code": code, "schools": [each[0] for each in wanted], "months": [each[1] for each in wanted]}
    return [SchoolMonth(*row) for row in await session.execute(_LOCK, given)]


async def due(session: WriteSession, code: str, months: Iterable[date], receipt_id: UUID | None) -> None:
    """Mark these months to be counted again when the file is done, or at once if there is no file."""
    given = sorted(set(months))
    if given:
        await session.execute(_DUE, {"code": code, "months": given, "receipt": receipt_id})


async def due_by_stays(session: WriteSession, stays: Sequence[tuple[str, ...]]) -> None:
    """Mark the months that these added or removed stays touch, to be counted again.

    Each stay is (pupil id, school id, valid from, valid to) as text.
    """
    pupils, schools, firsts, nexts = [list(column) for column in zip(*stays, strict=True)] or [[], [], [], []]
    given = {"pupils": pupils, "schools": schools, "firsts": firsts, "nexts": nexts}
    await session.execute(_DUE_BY_STAYS, given)


async def due_by_schools(session: WriteSession, school_ids: Sequence[UUID]) -> None:
    """Mark all reported months of these schools, which are new or have a new number, to be counted again."""
    await session.execute(_DUE_BY_SCHOOLS, {"ids": list(school_ids)})


async def forget_of_schools(session: WriteSession, school_ids: Sequence[str]) -> list[tuple[SchoolMonth, str]]:
    """Remove the reported months of these schools. Returns each month with its municipality code."""
    found = await session.execute(_FORGET_OF_SCHOOLS, {"ids": list(school_ids)})
    return [(SchoolMonth(number, month), code) for number, month, code in found]


async def locked_page(session: WriteSession, code: str, after: Place | None, size: int) -> list[MonthState]:
    """The states of at most ``size`` of the municipality's months after the place, their rows locked."""
    given = {"number": after[0] if after else None, "month": after[1] if after else None}
    found = await session.execute(_STATES, {"code": code, "size": size, **given})
    return [MonthState(*row) for row in found]


def _given(code: str, months: Sequence[SchoolMonth]) -> dict[str, object]:
    numbers = [each.institution_number for each in months]
    return {"code": code, "numbers": numbers, "months": [each.month for each in months]}
