"""The statements of ``outcomes``: each step gathers one kind of fact for every pupil of the municipality.

Parameters: ``code``, ``on`` (the day), ``first`` (the first day of the latest school year), ``current`` (that of the
current one), ``until`` (the first day of the month that has not ended by the day), and the numbers of the rule set.
"""

from services.registration.screening.gross_list.queries.masks import ROWS_BY_MONTH

_PLACES = """
month AS MATERIALIZED (
    SELECT g.i, 1 << g.i AS bit, to_char(g.day, :month_format) AS month,
           CAST(g.day AS date) AS starts, CAST(g.day + interval '1 month' AS date) AS ends,
           CAST(g.day >= CAST(:current AS date) AS int) AS y
      FROM (SELECT d.day, CAST(d.number AS int) - 1 AS i
              FROM generate_series(CAST(CAST(:first AS date) AS timestamp), CAST(CAST(:until AS date) - 1 AS timestamp),
                                   interval '1 month') WITH ORDINALITY AS d (day, number)) AS g
), place AS MATERIALIZED (
    SELECT m.pupil_id, c.school_id, c.class_id, c.grade, m.valid_from, m.valid_to
      FROM membership AS m JOIN class_ AS c ON c.class_id = m.class_id AND c.municipality_code = :code
     WHERE m.municipality_code = :code AND m.valid_to > :first AND m.valid_from <= :on AND m.valid_from < m.valid_to
), member AS (
    SELECT DISTINCT ON (pupil_id) pupil_id, school_id, class_id, grade
      FROM place WHERE valid_to > :on ORDER BY pupil_id, valid_from DESC, class_id
)"""

# ``bit`` is a month's bit in a mask and ``i`` its number, ``y`` is 0 for the latest school year and 1 for the current
# one. ``tenths`` are tenths of a day of absence: whole numbers are summed faster than decimals. ``span`` is a stay that
# many pupils share: its months, school days and reported months are counted once.
_SPANS = f"""
total AS MATERIALIZED (
    SELECT pupil_id, bit_or(bit) AS months, max(tenths) AS most,
           sum(tenths) FILTER (WHERE y = 0) AS tenths_0, sum(tenths) FILTER (WHERE y = 1) AS tenths_1
      FROM (SELECT a.pupil_id, m.y, m.bit, CAST(a.days * 10 AS int) AS tenths
              FROM pupil_month AS a JOIN month AS m USING (month)
             WHERE a.municipality_code = :code OFFSET 0) AS each
     GROUP BY pupil_id
), span AS MATERIALIZED (
    SELECT CAST(row_number() OVER () AS int) AS span_id, s.*,
           (SELECT bit_or(m.bit) FROM month AS m WHERE s.valid_from < m.ends AND s.valid_to > m.starts) AS months
      FROM (SELECT DISTINCT school_id, valid_from, valid_to FROM place WHERE valid_from < :until) AS s
), stay AS MATERIALIZED (
    SELECT s.pupil_id, s.school_id, p.span_id, p.months
      FROM place AS s JOIN span AS p USING (school_id, valid_from, valid_to)
), school_month AS MATERIALIZED (
    SELECT d.school_id, m.i, m.bit, m.y, m.month, m.starts, m.ends, d.days
      FROM (SELECT s.school_id, date_trunc('month', CAST(d.day AS timestamp)) AS starts, CAST(count(*) AS int) AS days
              FROM (SELECT DISTINCT school_id FROM span) AS s
              CROSS JOIN LATERAL (SELECT d.day FROM calendar_day AS d
                                   WHERE d.school_id = s.school_id AND d.day >= :first AND d.day < :until OFFSET 0) AS d
             GROUP BY 1, 2) AS d
      JOIN month AS m ON m.starts = CAST(d.starts AS date)
), told AS (
    SELECT school_id, {ROWS_BY_MONTH} AS pupils
      FROM (SELECT s.school_id, s.months & t.months AS months
              FROM (SELECT pupil_id, school_id, bit_or(months) AS months FROM stay GROUP BY pupil_id, school_id) AS s
              JOIN total AS t USING (pupil_id) OFFSET 0) AS each
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
                ON s.school_id = p.school_id AND p.valid_from < s.ends AND p.valid_to > s.starts OFFSET 0) AS n
      LEFT JOIN reported AS r ON r.school_id = n.school_id AND r.i = n.i
     WHERE n.days > 0
)"""  # noqa: S608 - only constants are put together

# Most pupils have one stay in each school year, and the sum of their months decides. ``by_month`` are the others, whose
# months are looked at one by one: pupils with several stays in a year, with absence in a month without school days or
# with so much that it may be more than a month's school days, and those who reach the limit if some of it is absence in
# months that are not reported. ``limit_0`` and ``limit_1`` are the fewest tenths of a school year that are flagged. An
# ``OFFSET 0`` keeps a join in its place: the planner, which does not know the sizes, would join all pupils with all
# months.
_ABSENCE = """
span_sum AS MATERIALIZED (
    SELECT span_id, bit_or(bit) AS months, coalesce(bit_or(bit) FILTER (WHERE NOT reported), 0) AS untold,
           min(days) AS least, CAST(bool_or(y = 0) AS int) AS in_0, CAST(bool_or(y = 1) AS int) AS in_1,
           CAST(ceil(CAST(:absence_from AS numeric) * sum(days) FILTER (WHERE reported AND y = 0) / 10) AS int)
           AS limit_0,
           CAST(ceil(CAST(:absence_from AS numeric) * sum(days) FILTER (WHERE reported AND y = 1) / 10) AS int)
           AS limit_1
      FROM span_month GROUP BY span_id
), attended AS MATERIALIZED (
    SELECT pupil_id, judged, reaches,
           in_0 > 1 OR in_1 > 1 OR most > 10 * least OR absent & ~months > 0 OR (reaches AND absent & untold > 0)
           AS by_month
      FROM (SELECT s.*, coalesce(t.most, 0) AS most, coalesce(t.months, 0) AS absent,
                   s.limit_0 IS NOT NULL OR s.limit_1 IS NOT NULL AS judged,
                   coalesce(coalesce(t.tenths_0, 0) >= s.limit_0, false)
                   OR coalesce(coalesce(t.tenths_1, 0) >= s.limit_1, false) AS reaches
              FROM (SELECT s.pupil_id, sum(p.limit_0) AS limit_0, sum(p.limit_1) AS limit_1, bit_or(p.months) AS months,
                           bit_or(p.untold) AS untold, min(p.least) AS least, sum(p.in_0) AS in_0, sum(p.in_1) AS in_1
                      FROM stay AS s JOIN span_sum AS p USING (span_id)
                     GROUP BY s.pupil_id) AS s
              LEFT JOIN total AS t USING (pupil_id) OFFSET 0) AS each
), single_month AS (
    SELECT s.pupil_id, m.y, m.month, CAST(sum(m.days) AS int) AS days, bool_and(m.reported) AS reported
      FROM (SELECT s.pupil_id, s.span_id FROM stay AS s
             WHERE s.pupil_id IN (SELECT pupil_id FROM attended WHERE by_month) OFFSET 0) AS s
      JOIN span_month AS m USING (span_id)
     GROUP BY s.pupil_id, m.y, m.month
), single_absence AS (
    SELECT p.pupil_id, d.month, CAST(d.days * 10 AS int) AS tenths
      FROM (SELECT pupil_id FROM attended WHERE by_month) AS p
      CROSS JOIN LATERAL (SELECT d.month, d.days FROM pupil_month AS d WHERE d.pupil_id = p.pupil_id OFFSET 0) AS d
), absence AS (
    SELECT pupil_id, reaches AS flagged FROM attended WHERE judged AND NOT by_month
     UNION ALL
    SELECT pupil_id, bool_or(tenths * 10 >= CAST(:absence_from AS numeric) * days)
      FROM (SELECT m.pupil_id, sum(m.days) AS days, sum(coalesce(a.tenths, 0)) AS tenths
              FROM single_month AS m LEFT JOIN single_absence AS a USING (pupil_id, month)
             WHERE m.reported AND coalesce(a.tenths, 0) <= 10 * m.days
             GROUP BY m.pupil_id, m.y) AS year
     GROUP BY pupil_id
)"""

# The subjects of the tests are columns, so that all results of a pupil are read and grouped once.
_TEST = """
           max((day - DATE '1900-01-01') * 64 + 63 - array_position(CAST(:scale AS text[]), value))
               FILTER (WHERE indicator = 'national_test' AND subject = CAST(:subject_{0} AS text)
                         AND grade = ANY(CAST(:test_grades AS int[]))) % 64"""
_ACADEMIC = """
result AS (
    SELECT pupil_id, greatest({tests}) AS test,
           max((day - DATE '1900-01-01') * 64 + grade * 2 + CAST(value = :not_ready AS int))
               FILTER (WHERE indicator = 'education_readiness') % 2 = 1 AS not_ready,
           bool_or(value = ANY(CAST(:low_marks AS text[])))
               FILTER (WHERE indicator = 'teacher_mark' AND grade = ANY(CAST(:mark_grades AS int[]))) AS low_mark
      FROM indicator WHERE municipality_code = :code AND day <= :on AND value <> :withdrawn
     GROUP BY pupil_id
)"""

# 0 is flagged, 1 not flagged, 2 not applicable and 3 unknown: ``OUTCOMES`` of ``outcomes.py``.
_OUTCOME = """
outcome AS (
    SELECT m.*,
           CASE WHEN a.flagged THEN 0 WHEN NOT a.flagged THEN 1 ELSE 3 END AS absence,
           CASE WHEN r.test >= :test_limit THEN 0 WHEN r.test < :test_limit THEN 1
                WHEN m.grade < :test_expected_from THEN 2 ELSE 3 END AS test,
           CASE WHEN m.grade NOT BETWEEN :ready_from AND :ready_to THEN 2
                WHEN r.not_ready THEN 0 WHEN NOT r.not_ready THEN 1 ELSE 3 END AS not_ready,
           CASE WHEN m.grade NOT BETWEEN :mark_from AND :mark_to THEN 2
                WHEN r.low_mark THEN 0 WHEN NOT r.low_mark THEN 1 ELSE 3 END AS mark
      FROM member AS m LEFT JOIN absence AS a USING (pupil_id) LEFT JOIN result AS r USING (pupil_id)
)"""

_WITH = ", ".join((_PLACES, _SPANS, _ABSENCE, _ACADEMIC, _OUTCOME))
_BY_PUPIL = "SELECT pupil_id, school_id, class_id, grade, absence, test, not_ready, mark FROM outcome"
_BY_SCHOOL = """
SELECT school_id, absence, test, not_ready, mark, count(*) AS pupils FROM outcome GROUP BY 1, 2, 3, 4, 5
"""


def by_pupil_sql(subjects: int) -> str:
    """A row for each pupil, with the numbers of the outcomes in the order of the rules. ``subjects`` is the number of
    the tests' subjects.
    """
    return _statement(subjects, _BY_PUPIL)


def by_school_sql(subjects: int) -> str:
    """A row for each school and combination of outcomes, with the number of pupils."""
    return _statement(subjects, _BY_SCHOOL)


def _statement(subjects: int, select: str) -> str:
    tests = ", ".join(_TEST.format(number) for number in range(subjects)) or "CAST(NULL AS int)"
    return f"WITH {_WITH.format(tests=tests)} {select}"
