"""The facts of a screening for many pupils at once."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import ReadSession
from libs.shared.values.months import POSTGRES_FORMAT
from libs.shared.values.school_years import first_day, previous_school_year, school_year_of
from services.registration.screening.gross_list.domain import AbsenceYear

# School days are counted per distinct stay and month first, as nearly all pupils of a class share theirs. A month in
# which a pupil was at two schools counts if both have reported it, because its absence is one number for both.
_ABSENCE = text("""
WITH stay AS (
    SELECT m.pupil_id, c.school_id, m.valid_from, m.valid_to FROM membership AS m JOIN class_ AS c USING (class_id)
     WHERE m.pupil_id = ANY(CAST(:ids AS uuid[])) AND m.valid_to > :first AND m.valid_from < :until
), stay_day AS (
    SELECT s.*, d.school_year, to_char(d.day::timestamp, :month_format) AS month
      FROM (SELECT DISTINCT school_id, valid_from, valid_to FROM stay) AS s JOIN calendar_day AS d USING (school_id)
     WHERE d.day >= s.valid_from AND d.day < s.valid_to AND d.day >= :first AND d.day < :until
), told AS MATERIALIZED (
    SELECT d.school_id, d.month, coalesce(k.pupil_months, 0) AS pupil_months
      FROM (SELECT DISTINCT school_id, month FROM stay_day) AS d JOIN school AS h USING (school_id)
      JOIN completeness AS k ON k.institution_number = h.institution_number AND k.month = d.month AND k.reported
), with_absence AS MATERIALIZED (
    SELECT school_id, month, count(*) AS pupils
      FROM (SELECT DISTINCT c.school_id, p.month, m.pupil_id
              FROM (SELECT DISTINCT school_id FROM told WHERE pupil_months > 0) AS t
              JOIN class_ AS c USING (school_id) JOIN membership AS m USING (class_id)
             CROSS JOIN LATERAL (SELECT p.month FROM pupil_month AS p
                                  WHERE p.pupil_id = m.pupil_id
                                    AND p.month >= to_char(greatest(m.valid_from, :first)::timestamp, :month_format)
                                    AND p.month <= to_char(least(m.valid_to, :until)::timestamp - interval '1 day',
                                                           :month_format)
                                 OFFSET 0) AS p
             WHERE m.valid_from < m.valid_to AND m.valid_to > :first AND m.valid_from < :until) AS each
     GROUP BY school_id, month
), reported AS MATERIALIZED (
    SELECT t.school_id, t.month FROM told AS t LEFT JOIN with_absence AS w USING (school_id, month)
     WHERE t.pupil_months <= coalesce(w.pupils, 0)
), stay_month AS MATERIALIZED (
    SELECT n.*, r.month IS NOT NULL AS reported
      FROM (SELECT school_id, valid_from, valid_to, school_year, month, count(*) AS days FROM stay_day
             GROUP BY school_id, valid_from, valid_to, school_year, month) AS n
      LEFT JOIN reported AS r USING (school_id, month)
), pupil_days AS (
    SELECT s.pupil_id, n.school_year, n.month, sum(n.days) AS days, bool_and(n.reported) AS reported
      FROM stay AS s JOIN stay_month AS n USING (school_id, valid_from, valid_to)
     GROUP BY s.pupil_id, n.school_year, n.month
), counted AS (
    SELECT p.*, coalesce(a.days, 0) AS absent, p.reported AND coalesce(a.days, 0) <= p.days AS counts
      FROM pupil_days AS p LEFT JOIN pupil_month AS a ON a.pupil_id = p.pupil_id AND a.month = p.month
)
SELECT pupil_id, school_year,
       coalesce(sum(absent) FILTER (WHERE counts), 0) AS absence_days,
       coalesce(sum(days) FILTER (WHERE counts), 0)::int AS school_days_reported,
       count(*) FILTER (WHERE counts) AS months_reported, count(*) AS months_expected
  FROM counted
 GROUP BY pupil_id, school_year
""").bindparams(month_format=POSTGRES_FORMAT)


async def absence(session: ReadSession, pupil_ids: Sequence[UUID], as_of: date) -> list[AbsenceYear]:
    """Absence of the latest and the current school year, in the months that have ended by the day.

    The current month is left out of absence and of school days, because its absence is one number for the whole month.
    """
    first = first_day(previous_school_year(school_year_of(as_of)))
    until = (as_of + timedelta(days=1)).replace(day=1)
    given = {"ids": list(pupil_ids), "first": first, "until": until}
    return [AbsenceYear(*row) for row in await session.execute(_ABSENCE, given)]
