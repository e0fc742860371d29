"""Reads and writes school days by set."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import RowMapping, text

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.events.republishing import Place

_LOCK = text("""
SELECT c.school_id FROM calendar AS c JOIN school AS s USING (school_id)
 WHERE s.municipality_code = :code AND s.institution_number = ANY(CAST(:numbers AS text[]))
 ORDER BY c.school_id, c.school_year FOR UPDATE OF c
""")

_GIVEN = (
    "unnest(CAST(:schools AS uuid[]), CAST(:years AS text[]), CAST(:days AS date[])) AS g (school_id, school_year, day)"
)

_FIND = text(f"SELECT d.school_id, d.day FROM {_GIVEN} JOIN calendar_day AS d USING (school_id, day)")  # noqa: S608 - only constants of this module are put together

_BEGIN = text(
    f"""
INSERT INTO calendar (school_id, school_year, municipality_code, aggregate_version)
SELECT DISTINCT g.school_id, g.school_year, :code, 0 FROM {_GIVEN} ORDER BY g.school_id, g.school_year
ON CONFLICT (school_id, school_year) DO NOTHING
"""  # noqa: S608 - only constants of this module are put together
)

_INSERT = text(
    f"""
INSERT INTO calendar_day (school_id, day, school_year, municipality_code)
SELECT g.school_id, g.day, g.school_year, :code FROM {_GIVEN}
"""  # noqa: S608 - only constants of this module are put together
)

_DELETE = text(f"DELETE FROM calendar_day AS d USING {_GIVEN} WHERE d.school_id = g.school_id AND d.day = g.day")  # noqa: S608 - only constants of this module are put together

_SCHOOL_DAYS = text("""
SELECT day, school_year FROM calendar_day
 WHERE school_id = :school_id AND (school_year = ANY(CAST(:years AS text[])) OR day BETWEEN :first AND :last)
""")

_KEYS = "unnest(CAST(:schools AS uuid[]), CAST(:years AS text[])) AS g (school_id, school_year)"

_RAISE = text(
    f"""
UPDATE calendar AS c SET aggregate_version = c.aggregate_version + 1 FROM {_KEYS}
 WHERE c.school_id = g.school_id AND c.school_year = g.school_year
"""  # noqa: S608 - only constants of this module are put together
)

_LOCK_PAGE = text("""
SELECT school_id, school_year FROM calendar
 WHERE municipality_code = :code AND aggregate_version > 0 AND (
       CAST(:after_school AS text) IS NULL
       OR (school_id, school_year) > (CAST(CAST(:after_school AS text) AS uuid), CAST(:after_year AS text)))
 ORDER BY school_id, school_year LIMIT :size FOR UPDATE
""")

_STATES = text(
    f"""
SELECT c.school_id, c.school_year, c.municipality_code, c.aggregate_version, s.institution_number,
       coalesce(array_agg(d.day ORDER BY d.day) FILTER (WHERE d.day IS NOT NULL), '{{}}') AS school_days
  FROM {_KEYS} JOIN calendar AS c USING (school_id, school_year) JOIN school AS s USING (school_id)
  LEFT JOIN calendar_day AS d USING (school_id, school_year)
 GROUP BY c.school_id, c.school_year, s.institution_number
 ORDER BY c.school_id, c.school_year
"""  # noqa: S608 - only constants of this module are put together
)


SchoolDay = tuple[UUID, str, date]
"""School id, school year and day."""


async def lock(session: WriteSession, code: str, numbers: Iterable[str]) -> None:
    """Lock the existing calendars of these schools until the transaction ends."""
    await session.execute(_LOCK, {"code": code, "numbers": sorted(set(numbers))})


async def find(session: ReadSession, rows: Sequence[SchoolDay]) -> set[tuple[UUID, date]]:
    """Those of the days that are school days, by school and day."""
    return {(school_id, day) for school_id, day in await session.execute(_FIND, _days(rows))} if rows else set()


async def school_days(
    session: ReadSession, school_id: UUID, school_years: Sequence[str], first: date, last: date
) -> dict[str, list[date]]:
    """The school's days by school year: of these years, and from ``first`` to ``last``, both inclusive."""
    given = {"school_id": school_id, "years": list(school_years), "first": first, "last": last}
    days: dict[str, list[date]] = {}
    for day, school_year in await session.execute(_SCHOOL_DAYS, given):
        days.setdefault(school_year, []).append(day)
    return days


async def change(
    session: WriteSession, code: str, new: Sequence[SchoolDay], gone: Sequence[SchoolDay]
) -> Sequence[RowMapping]:
    """Write the ``new`` days and delete the ``gone`` ones. Returns the complete calendars that changed.

    The caller has locked the calendars that exist.
    """
    of = sorted({(school_id, year) for school_id, year, _ in (*new, *gone)})
    if not of:
        return []
    if new:
        given = {"code": code, **_days(new)}
        await session.execute(_BEGIN, given)
        await session.execute(_INSERT, given)
    if gone:
        await session.execute(_DELETE, _days(gone))
    await session.execute(_RAISE, _given(of))
    return await _whole(session, of)


async def locked_page(session: WriteSession, code: str, after: Place | None, size: int) -> Sequence[RowMapping]:
    """The municipality's complete calendars by school and year. The rows are locked first and the days read by a second
    statement: a single statement would read the days as they were before it waited for the lock.
    """
    given = {"after_school": after[0] if after else None, "after_year": after[1] if after else None}
    locked = await session.execute(_LOCK_PAGE, {"code": code, "size": size, **given})
    return await _whole(session, [(school_id, year) for school_id, year in locked])


async def _whole(session: WriteSession, keys: Sequence[tuple[UUID, str]]) -> Sequence[RowMapping]:
    return (await session.execute(_STATES, _given(keys))).mappings().all()


def _given(keys: Sequence[tuple[UUID, str]]) -> dict[str, list[UUID] | list[str]]:
    return {"schools": [key[0] for key in keys], "years": [key[1] for key in keys]}


def _days(rows: Sequence[SchoolDay]) -> dict[str, list[object]]:
    return {
        name: list(column) for name, column in zip(("schools", "years", "days"), zip(*rows, strict=True), strict=True)
    }
