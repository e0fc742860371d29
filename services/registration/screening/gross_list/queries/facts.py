"""The facts of a screening for many pupils at once."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import ReadSession
from libs.shared.values.months import POSTGRES_FORMAT
from libs.shared.values.school_years import first_day, previous_school_year, school_year_of
from services.registration.screening.gross_list.domain import AbsenceYear
from services.registration.screening.gross_list.queries.hashing import by_hash
from services.registration.screening.gross_list.queries.masks import ROWS_BY_MONTH

# Nearly all pupils of a class have the same stays, so months are counted once for each distinct set of stays, a
# ``pattern``, and only months with absence are read pupil by pupil. A month in which a pupil was at two schools counts
# if both have reported it, because its absence is one number for both. ``bit`` is a month's bit in a mask.
_ABSENCE = text(f"""
WITH month AS MATERIALIZED (
    SELECT CAST(g.number AS int) AS i, 1 << CAST(g.number - 1 AS int) AS bit, to_char(g.day, :month_format) AS month,
           CAST(g.day AS date) AS starts, CAST(g.day + interval '1 month' AS date) AS ends
      FROM generate_series(CAST(CAST(:first AS date) AS timestamp), CAST(CAST(:until AS date) - 1 AS timestamp),
                           interval '1 month') WITH ORDINALITY AS g (day, number)
), stay AS MATERIALIZED (
    SELECT m.pupil_id, c.school_id, m.valid_from, m.valid_to FROM membership AS m JOIN class_ AS c USING (class_id)
     WHERE m.pupil_id = ANY(CAST(:ids AS uuid[])) AND m.valid_to > :first AND m.valid_from < :until
), span AS MATERIALIZED (
    SELECT row_number() OVER () AS span_id, s.*
      FROM (SELECT DISTINCT school_id, valid_from, valid_to FROM stay) AS s
), stays_of AS MATERIALIZED (
    SELECT s.pupil_id, array_agg(p.span_id ORDER BY p.span_id) AS spans
      FROM stay AS s JOIN span AS p USING (school_id, valid_from, valid_to) GROUP BY s.pupil_id
), pattern AS MATERIALIZED (
    SELECT row_number() OVER () AS pattern_id, s.spans FROM (SELECT DISTINCT spans FROM stays_of) AS s
), pupil_pattern AS MATERIALIZED (
    SELECT s.pupil_id, p.pattern_id FROM stays_of AS s JOIN pattern AS p USING (spans)
), span_month AS MATERIALIZED (
    SELECT s.span_id, s.school_id, d.school_year, m.i, count(*) AS days
      FROM span AS s
     CROSS JOIN LATERAL (SELECT d.school_year, d.day FROM calendar_day AS d
                          WHERE d.school_id = s.school_id AND d.day >= s.valid_from AND d.day < s.valid_to
                            AND d.day >= :first AND d.day < :until OFFSET 0) AS d
      JOIN month AS m ON m.month = to_char(d.day::timestamp, :month_format)
     GROUP BY s.span_id, s.school_id, d.school_year, m.i
), told AS MATERIALIZED (
    SELECT n.school_id, n.i, coalesce(k.pupil_months, 0) AS pupil_months
      FROM (SELECT DISTINCT school_id, i FROM span_month) AS n
      JOIN month AS m USING (i) JOIN school AS h USING (school_id)
      JOIN completeness AS k ON k.institution_number = h.institution_number AND k.month = m.month AND k.reported
), there AS MATERIALIZED (
    SELECT c.school_id, m.pupil_id, m.valid_from, m.valid_to
      FROM (SELECT DISTINCT school_id FROM told WHERE pupil_months > 0) AS t JOIN class_ AS c USING (school_id)
     CROSS JOIN LATERAL (SELECT m.pupil_id, m.valid_from, m.valid_to FROM membership AS m
                          WHERE m.class_id = c.class_id AND m.valid_from < m.valid_to AND m.valid_to > :first
                            AND m.valid_from < :until OFFSET 0) AS m
), at_school AS MATERIALIZED (
    SELECT t.school_id, t.pupil_id, bit_or(x.months) AS months
      FROM there AS t
      JOIN (SELECT d.valid_from, d.valid_to,
                   (SELECT bit_or(m.bit) FROM month AS m WHERE d.valid_from < m.ends AND d.valid_to > m.starts)
                   AS months
              FROM (SELECT DISTINCT valid_from, valid_to FROM there) AS d OFFSET 0) AS x USING (valid_from, valid_to)
     GROUP BY t.school_id, t.pupil_id
), absent AS MATERIALIZED (
    SELECT e.pupil_id, m.i, m.bit, a.days
      FROM (SELECT pupil_id FROM stays_of UNION SELECT pupil_id FROM at_school) AS e
     CROSS JOIN LATERAL (SELECT a.month, a.days FROM pupil_month AS a WHERE a.pupil_id = e.pupil_id OFFSET 0) AS a
      JOIN month AS m USING (month)
), with_absence AS MATERIALIZED (
    SELECT school_id, {ROWS_BY_MONTH} AS pupils
      FROM (SELECT s.school_id, s.months & a.months AS months
              FROM at_school AS s
              JOIN (SELECT pupil_id, bit_or(bit) AS months FROM absent GROUP BY pupil_id) AS a USING (pupil_id)
            OFFSET 0) AS each
     GROUP BY school_id
), reported AS MATERIALIZED (
    SELECT t.school_id, t.i FROM told AS t LEFT JOIN with_absence AS w USING (school_id)
     WHERE t.pupil_months <= coalesce(w.pupils[t.i], 0)
), pattern_month AS MATERIALIZED (
    SELECT p.pattern_id, n.school_year, n.i, sum(n.days) AS days, bool_and(r.i IS NOT NULL) AS reported
      FROM (SELECT pattern_id, unnest(spans) AS span_id FROM pattern) AS p JOIN span_month AS n USING (span_id)
      LEFT JOIN reported AS r ON r.school_id = n.school_id AND r.i = n.i
     GROUP BY p.pattern_id, n.school_year, n.i
), pattern_year AS MATERIALIZED (
    SELECT pattern_id, school_year, count(*) AS months_expected, count(*) FILTER (WHERE reported) AS months,
           coalesce(sum(days) FILTER (WHERE reported), 0) AS days
      FROM pattern_month GROUP BY pattern_id, school_year
), pupil_year AS MATERIALIZED (
    SELECT a.pupil_id, n.school_year, sum(a.days) FILTER (WHERE a.days <= n.days) AS absence_days,
           sum(n.days) FILTER (WHERE a.days > n.days) AS days_left_out,
           count(*) FILTER (WHERE a.days > n.days) AS months_left_out
      FROM (SELECT p.pattern_id, a.* FROM pupil_pattern AS p JOIN absent AS a USING (pupil_id) OFFSET 0) AS a
      JOIN pattern_month AS n ON n.pattern_id = a.pattern_id AND n.i = a.i AND n.reported
     GROUP BY a.pupil_id, n.school_year
)
SELECT p.pupil_id, y.school_year, coalesce(u.absence_days, 0) AS absence_days,
       (y.days - coalesce(u.days_left_out, 0))::int AS school_days_reported,
       y.months - coalesce(u.months_left_out, 0) AS months_reported, y.months_expected
  FROM pupil_pattern AS p JOIN pattern_year AS y USING (pattern_id)
  LEFT JOIN pupil_year AS u ON u.pupil_id = p.pupil_id AND u.school_year = y.school_year
""").bindparams(month_format=POSTGRES_FORMAT)  # noqa: S608 - only constants are put together


async def absence(session: ReadSession, pupil_ids: Sequence[UUID], as_of: date) -> list[AbsenceYear]:
    """Absence of the latest and the current school year, in the months that have ended by the day.

    The current month is left out of absence and of school days, because its absence is one number for the whole month.
    """
    first = first_day(previous_school_year(school_year_of(as_of)))
    until = (as_of + timedelta(days=1)).replace(day=1)
    given = {"ids": list(pupil_ids), "first": first, "until": until}
    return [AbsenceYear(*row) for row in await by_hash(session, _ABSENCE, given)]
