"""Writing school days by set."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import text

from libs.shared.contracts.registration import CalendarChanged
from libs.shared.db.database import WriteSession
from libs.shared.delivery.republishing import Place

_GIVEN = """
WITH given AS (
    SELECT * FROM unnest(CAST(:schools AS uuid[]), CAST(:years AS text[]), CAST(:days AS date[]))
        AS g (school_id, school_year, day)
)
"""

# Taken before days are read or written: whoever comes second sees the first one's days in its event.
_LOCK = text(
    _GIVEN
    + """
INSERT INTO calendar AS c (school_id, school_year, municipality_code, aggregate_version)
SELECT DISTINCT g.school_id, g.school_year, :code, 0 FROM given AS g ORDER BY g.school_id, g.school_year
ON CONFLICT (school_id, school_year) DO UPDATE SET municipality_code = c.municipality_code
"""
)

_INSERT = text(
    _GIVEN
    + """
INSERT INTO calendar_day AS d (school_id, day, school_year, municipality_code)
SELECT g.school_id, g.day, g.school_year, :code FROM given AS g
ON CONFLICT (school_id, day) DO NOTHING
RETURNING d.school_id, d.school_year
"""
)

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
       array_agg(d.day ORDER BY d.day) AS school_days
  FROM {_KEYS} JOIN calendar AS c USING (school_id, school_year) JOIN school AS s USING (school_id)
  JOIN calendar_day AS d USING (school_id, school_year)
 GROUP BY c.school_id, c.school_year, s.institution_number
 ORDER BY c.school_id, c.school_year
"""  # noqa: S608 - only constants of this module are put together
)


async def add_days(
    session: WriteSession, code: str, rows: Sequence[tuple[UUID, str, date]]
) -> tuple[int, list[CalendarChanged]]:
    """Write (school id, school year, day); how many days are new, and the calendars that changed, whole."""
    if not rows:
        return 0, []
    schools, years, days = (list(column) for column in zip(*rows, strict=True))
    given = {"code": code, "schools": schools, "years": years, "days": days}
    await session.execute(_LOCK, given)
    new = (await session.execute(_INSERT, given)).all()
    if not new:
        return 0, []
    of = sorted({(school_id, year) for school_id, year in new})
    await session.execute(_RAISE, _given(of))
    return len(new), await _states(session, of)


async def states(session: WriteSession, code: str, after: Place | None, size: int) -> list[CalendarChanged]:
    """The states of the municipality's calendars by school and year. Their rows are locked before their days are read:
    in one statement the days would be those of before the wait.
    """
    given = {"after_school": after[0] if after else None, "after_year": after[1] if after else None}
    locked = await session.execute(_LOCK_PAGE, {"code": code, "size": size, **given})
    return await _states(session, [(school_id, year) for school_id, year in locked])


async def _states(session: WriteSession, keys: Sequence[tuple[UUID, str]]) -> list[CalendarChanged]:
    return [
        CalendarChanged.model_validate(dict(row)) for row in (await session.execute(_STATES, _given(keys))).mappings()
    ]


def _given(keys: Sequence[tuple[UUID, str]]) -> dict[str, list[UUID] | list[str]]:
    return {"schools": [key[0] for key in keys], "years": [key[1] for key in keys]}
