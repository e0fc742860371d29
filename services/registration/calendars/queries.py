"""Writing school days by set."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import text

from libs.shared.contracts.registration import CalendarChanged
from libs.shared.db.database import WriteSession

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

_RAISE = text("""
WITH raised AS (
    UPDATE calendar AS c SET aggregate_version = c.aggregate_version + 1
      FROM unnest(CAST(:schools AS uuid[]), CAST(:years AS text[])) AS g (school_id, school_year)
     WHERE c.school_id = g.school_id AND c.school_year = g.school_year
    RETURNING c.*
)
SELECT r.school_id, r.school_year, r.municipality_code, r.aggregate_version, s.institution_number,
       array_agg(d.day ORDER BY d.day) AS school_days
  FROM raised AS r JOIN school AS s USING (school_id) JOIN calendar_day AS d USING (school_id, school_year)
 GROUP BY r.school_id, r.school_year, r.municipality_code, r.aggregate_version, s.institution_number
""")


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
    raised = await session.execute(_RAISE, {"schools": [key[0] for key in of], "years": [key[1] for key in of]})
    return len(new), [CalendarChanged.model_validate(dict(row)) for row in raised.mappings()]
