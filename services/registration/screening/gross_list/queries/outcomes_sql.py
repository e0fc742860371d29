"""The statements of ``outcomes``: each step gathers one kind of fact for every pupil of the municipality.

Parameters: ``code``, ``on`` (the day), ``first`` (the first day of the latest school year), ``current`` (that of the
current one), ``until`` (the first day of the month that has not ended by the day), and the numbers of the rule set.
"""

_MEMBERS = """
month AS MATERIALIZED (
    SELECT g.i, 1 << g.i AS bit, to_char(g.day, :month_format) AS month,
           CAST(g.day AS date) AS starts, CAST(g.day + interval '1 month' AS date) AS ends,
           CAST(g.day >= CAST(:current AS date) AS int) AS y
      FROM (SELECT d.day, CAST(d.number AS int) - 1 AS i
              FROM generate_series(CAST(CAST(:first AS date) AS timestamp), CAST(CAST(:until AS date) - 1 AS timestamp),
                                   interval '1 month') WITH ORDINALITY AS d (day, number)) AS g
), member AS MATERIALIZED (
    SELECT DISTINCT ON (m.pupil_id) m.pupil_id, c.school_id, c.class_id, c.grade
      FROM membership AS m JOIN class_ AS c ON c.class_id = m.class_id AND c.municipality_code = :code
     WHERE m.municipality_code = :code AND m.valid_from <= :on AND m.valid_to > :on
     ORDER BY m.pupil_id, m.valid_from DESC, c.class_id
)"""

# ``bit`` is a month's bit in a mask and ``i`` its number, ``y`` is 0 for the latest school year and 1 for the current
# one. ``tenths`` are tenths of a day of absence: whole numbers are summed faster than decimals. ``span`` is a stay that
# many pupils share: its months, school days and reported months are counted once.
_SPANS = """
total AS MATERIALIZED (
    SELECT pupil_id, y, bit_or(bit) AS months, sum(tenths) AS tenths, max(tenths) AS most
      FROM (SELECT a.pupil_id, m.y, m.bit, CAST(a.days * 10 AS int) AS tenths
              FROM pupil_month AS a JOIN month AS m USING (month)
             WHERE a.municipality_code = :code OFFSET 0) AS each
     GROUP BY pupil_id, y
), found_stay AS MATERIALIZED (
    SELECT m.pupil_id, c.school_id, m.valid_from, m.valid_to
      FROM membership AS m JOIN class_ AS c ON c.class_id = m.class_id AND c.municipality_code = :code
     WHERE m.municipality_code = :code AND m.valid_to > :first AND m.valid_from < :until AND m.valid_from < m.valid_to
), span AS MATERIALIZED (
    SELECT row_number() OVER () AS span_id, s.*,
           (SELECT bit_or(m.bit) FROM month AS m WHERE s.valid_from < m.ends AND s.valid_to > m.starts) AS months
      FROM (SELECT DISTINCT school_id, valid_from, valid_to FROM found_stay) AS s
), stay AS MATERIALIZED (
    SELECT s.pupil_id, s.school_id, p.span_id, p.months
      FROM found_stay AS s JOIN span AS p USING (school_id, valid_from, valid_to)
), school_month AS MATERIALIZED (
    SELECT d.school_id, m.i, m.bit, m.y, m.month, m.starts, m.ends, d.days
      FROM (SELECT s.school_id, date_trunc('month', CAST(d.day AS timestamp)) AS starts, CAST(count(*) AS int) AS days
              FROM (SELECT DISTINCT school_id FROM span) AS s
              CROSS JOIN LATERAL (SELECT d.day FROM calendar_day AS d
                                   WHERE d.school_id = s.school_id AND d.day >= :first AND d.day < :until OFFSET 0) AS d
             GROUP BY 1, 2) AS d
      JOIN month AS m ON m.starts = CAST(d.starts AS date)
), told AS MATERIALIZED (
    SELECT school_id, ARRAY[COUNTS] AS pupils
      FROM (SELECT s.school_id, bit_or(s.months & t.months) AS months
              FROM stay AS s JOIN total AS t USING (pupil_id)
             GROUP BY s.pupil_id, s.school_id) AS each
     GROUP BY school_id
), reported AS MATERIALIZED (
    SELECT h.school_id, m.i
      FROM (SELECT DISTINCT school_id FROM span) AS s
      JOIN school AS h ON h.school_id = s.school_id AND h.municipality_code = :code
      CROSS JOIN LATERAL (SELECT k.month, k.pupil_months FROM completeness AS k
                           WHERE k.institution_number = h.institution_number AND k.reported OFFSET 0) AS k
      JOIN month AS m ON m.month = k.month
      LEFT JOIN told AS t ON t.school_id = h.school_id
     WHERE coalesce(k.pupil_months, 0) <= coalesce(t.pupils[m.i + 1], 0)
), span_month AS MATERIALIZED (
    SELECT n.span_id, n.bit, n.y, n.month, n.days, r.i IS NOT NULL AS reported
      FROM (SELECT p.span_id, p.school_id, s.i, s.bit, s.y, s.month,
                   CASE WHEN p.valid_from <= s.starts AND p.valid_to >= s.ends THEN s.days
                        ELSE (SELECT CAST(count(*) AS int) FROM calendar_day AS d
                               WHERE d.school_id = p.school_id
                                 AND d.day >= greatest(p.valid_from, s.starts) AND d.day < least(p.valid_to, s.ends))
                   END AS days
              FROM span AS p JOIN school_month AS s
                ON s.school_id = p.school_id AND p.valid_from < s.ends AND p.valid_to > s.starts) AS n
      LEFT JOIN reported AS r ON r.school_id = n.school_id AND r.i = n.i
     WHERE n.days > 0
)""".replace("COUNTS", ", ".join(f"count(*) FILTER (WHERE months & {1 << bit} > 0)" for bit in range(24)))

# A pupil with one stay in a school year has the sum of all months, without those that are not reported. Month by month
# is counted for a pupil with several stays, for absence in a month without school days, and for so much absence that it
# may be more than the month's school days. An ``OFFSET 0`` keeps a join in its place: the planner, which does not know
# the sizes, would join all pupils with all months that are not reported.
_ABSENCE = """
span_year AS MATERIALIZED (
    SELECT span_id, y, bit_or(bit) AS months, min(days) AS least,
           CAST(coalesce(sum(days) FILTER (WHERE reported), 0) AS int) AS days
      FROM span_month GROUP BY span_id, y
), stay_year AS MATERIALIZED (
    SELECT s.pupil_id, y.y, count(*) AS stays, sum(y.days) AS days, min(y.least) AS least, bit_or(y.months) AS months
      FROM stay AS s JOIN span_year AS y USING (span_id)
     GROUP BY s.pupil_id, y.y
), pupil_year AS MATERIALIZED (
    SELECT s.pupil_id, s.y, s.days, coalesce(t.tenths, 0) AS tenths,
           s.stays > 1 OR coalesce(t.most > 10 * s.least OR t.months & ~s.months <> 0, false) AS by_month
      FROM stay_year AS s LEFT JOIN total AS t USING (pupil_id, y)
), untold AS MATERIALIZED (
    SELECT m.pupil_id, m.y, CAST(sum(a.days) * 10 AS int) AS tenths
      FROM (SELECT s.pupil_id, m.y, m.bit, m.month FROM span_month AS m JOIN stay AS s USING (span_id)
             WHERE NOT m.reported OFFSET 0) AS m
      JOIN total AS t ON t.pupil_id = m.pupil_id AND t.y = m.y AND t.months & m.bit > 0
      CROSS JOIN LATERAL (SELECT a.days FROM pupil_month AS a WHERE a.pupil_id = m.pupil_id AND a.month = m.month
                          OFFSET 0) AS a
     GROUP BY m.pupil_id, m.y
), month_of_several AS MATERIALIZED (
    SELECT s.pupil_id, m.y, m.month, sum(m.days) AS days, bool_and(m.reported) AS reported
      FROM (SELECT * FROM pupil_year WHERE by_month) AS y JOIN stay AS s USING (pupil_id)
      JOIN span_month AS m ON m.span_id = s.span_id AND m.y = y.y
     GROUP BY s.pupil_id, m.y, m.month
), year AS (
    SELECT y.pupil_id, y.tenths - coalesce(u.tenths, 0) AS tenths, y.days
      FROM pupil_year AS y LEFT JOIN untold AS u USING (pupil_id, y)
     WHERE NOT y.by_month
     UNION ALL
    SELECT m.pupil_id, CAST(sum(coalesce(a.days, 0)) * 10 AS int), sum(m.days)
      FROM month_of_several AS m
      LEFT JOIN LATERAL (SELECT a.days FROM pupil_month AS a WHERE a.pupil_id = m.pupil_id AND a.month = m.month
                         OFFSET 0) AS a ON true
     WHERE m.reported AND coalesce(a.days, 0) <= m.days
     GROUP BY m.pupil_id, m.y
), absence AS MATERIALIZED (
    SELECT pupil_id, bool_or(tenths * 10 >= CAST(:absence_from AS numeric) * days) AS flagged
      FROM year WHERE days > 0 GROUP BY pupil_id
)"""

_ACADEMIC = """
test AS MATERIALIZED (
    SELECT pupil_id, bool_or(latest % 64 >= :test_limit) AS flagged
      FROM (SELECT pupil_id, max((day - DATE '1900-01-01') * 64
                                 + 63 - array_position(CAST(:scale AS text[]), value)) AS latest
              FROM indicator
             WHERE municipality_code = :code AND indicator = 'national_test' AND day <= :on AND value <> :withdrawn
               AND subject = ANY(CAST(:subjects AS text[])) AND grade = ANY(CAST(:test_grades AS int[]))
             GROUP BY pupil_id, subject) AS l
     GROUP BY pupil_id
), readiness AS MATERIALIZED (
    SELECT pupil_id,
           max((day - DATE '1900-01-01') * 64 + grade * 2 + CAST(value = :not_ready AS int)) % 2 = 1 AS flagged
      FROM indicator
     WHERE municipality_code = :code AND indicator = 'education_readiness' AND day <= :on AND value <> :withdrawn
     GROUP BY pupil_id
), mark AS MATERIALIZED (
    SELECT pupil_id, bool_or(value = ANY(CAST(:low_marks AS text[]))) AS flagged
      FROM indicator
     WHERE municipality_code = :code AND indicator = 'teacher_mark' AND day <= :on AND value <> :withdrawn
       AND grade = ANY(CAST(:mark_grades AS int[]))
     GROUP BY pupil_id
)"""

# 0 is flagged, 1 not flagged, 2 not applicable and 3 unknown: ``OUTCOMES`` of ``outcomes.py``.
_OUTCOME = """
outcome AS (
    SELECT m.*,
           CASE WHEN a.flagged THEN 0 WHEN NOT a.flagged THEN 1 ELSE 3 END AS absence,
           CASE WHEN t.flagged THEN 0 WHEN NOT t.flagged THEN 1
                WHEN m.grade < :test_expected_from THEN 2 ELSE 3 END AS test,
           CASE WHEN m.grade NOT BETWEEN :ready_from AND :ready_to THEN 2
                WHEN r.flagged THEN 0 WHEN NOT r.flagged THEN 1 ELSE 3 END AS not_ready,
           CASE WHEN m.grade NOT BETWEEN :mark_from AND :mark_to THEN 2
                WHEN k.flagged THEN 0 WHEN NOT k.flagged THEN 1 ELSE 3 END AS mark
      FROM member AS m LEFT JOIN absence AS a USING (pupil_id) LEFT JOIN test AS t USING (pupil_id)
      LEFT JOIN readiness AS r USING (pupil_id) LEFT JOIN mark AS k USING (pupil_id)
)"""

_WITH = ", ".join((_MEMBERS, _SPANS, _ABSENCE, _ACADEMIC, _OUTCOME))

BY_PUPIL = f"""
WITH {_WITH}
SELECT pupil_id, school_id, class_id, grade, absence, test, not_ready, mark FROM outcome
"""  # noqa: S608 - only constants of this module are put together
"""A row for each pupil, with the numbers of the outcomes in the order of the rules."""

BY_SCHOOL = f"""
WITH {_WITH}
SELECT school_id, absence, test, not_ready, mark, count(*) AS pupils FROM outcome GROUP BY 1, 2, 3, 4, 5
"""  # noqa: S608 - only constants of this module are put together
"""A row for each school and combination of outcomes, with the number of pupils."""
