"""An invented country in registration's tables: memberships of two school years, calendars, absence, tests and marks.

It is written by SQL, as reading the files of a country would take far longer than what is measured. Municipalities have
different sizes, as in the country; one pupil in forty changes school in the middle of a year, and one school-month in
fifty is not reported.
"""

from datetime import date

import asyncpg

AS_OF = date(2023, 6, 30)
MUNICIPALITIES, FIRST_CODE = 98, 800
CLASSES, PUPILS_OF_A_CLASS = 16, 22
"""A school has 16 classes in each school year, one or two in each of the grades 0–10."""

_QUIET = ("pupil", "class_", "school", "membership")
"""The tables whose triggers write the change feed, which is not measured here."""

_TABLES = """
CREATE TEMPORARY TABLE seat_school AS
SELECT n, gen_random_uuid() AS school_id, lpad(CAST(700000 + n AS text), 6, '0') AS number,
       CAST({first_code} + floor({municipalities} * power((n - 0.5) / {schools}, 1.6)) AS text) AS code
  FROM generate_series(1, {schools}) AS g (n);
CREATE TEMPORARY TABLE seat_class AS
SELECT s.n, c, y, gen_random_uuid() AS class_id, (c + y) % 11 AS grade
  FROM seat_school AS s, generate_series(0, {classes} - 1) AS g (c), generate_series(0, 1) AS h (y);
CREATE TEMPORARY TABLE seat AS
SELECT row_number() OVER () AS seat, s.n, s.code, c, gen_random_uuid() AS pupil_id, random() AS luck
  FROM seat_school AS s, generate_series(0, {classes} - 1) AS g (c), generate_series(1, {of_a_class}) AS h (p);
CREATE INDEX ON seat (seat);
CREATE INDEX ON seat_class (n, c, y);
ANALYZE seat; ANALYZE seat_class; ANALYZE seat_school
"""

_ROSTER = """
INSERT INTO municipality (municipality_code, name, status, aggregate_version)
SELECT DISTINCT code, 'Kommune ' || code, 'accepted', 1 FROM seat_school;
INSERT INTO school (school_id, municipality_code, institution_number, name, kind, standing, first_used_on,
                    aggregate_version)
SELECT school_id, code, number, 'Skole ' || n, 'public', 'registered', DATE '2021-08-01', 1 FROM seat_school;
INSERT INTO class_ (class_id, municipality_code, school_id, school_year, name, grade, kind, aggregate_version)
SELECT k.class_id, s.code, s.school_id, CASE k.y WHEN 0 THEN '2021/2022' ELSE '2022/2023' END,
       k.grade || chr(65 + k.c / 11), k.grade, 'ordinary', 1
  FROM seat_class AS k JOIN seat_school AS s USING (n);
INSERT INTO pupil (pupil_id, municipality_code, person_id, has_cpr_number, name, aggregate_version)
SELECT pupil_id, code, gen_random_uuid(), true, CAST('sealed' AS bytea), 1 FROM seat;
INSERT INTO membership (pupil_id, class_id, valid_from, valid_to, municipality_code)
SELECT s.pupil_id, k.class_id, m.valid_from, m.valid_to, s.code
  FROM seat AS s
  JOIN LATERAL (SELECT CASE WHEN s.seat % 40 = 0 AND x.n IS NOT NULL THEN x.n END AS other
                  FROM (SELECT min(o.n) AS n FROM seat_school AS o WHERE o.code = s.code AND o.n > s.n) AS x)
       AS o ON true
  JOIN LATERAL (VALUES (0, s.n, DATE '2021-08-01', DATE '2022-08-01'),
                       (1, s.n, DATE '2022-08-01', CASE WHEN o.other IS NULL THEN DATE '2023-08-01'
                                                        ELSE DATE '2022-09-01' + CAST(s.seat / 40 % 200 AS int) END),
                       (1, o.other, DATE '2022-09-01' + CAST(s.seat / 40 % 200 AS int), DATE '2023-08-01'))
       AS m (y, n, valid_from, valid_to) ON m.n IS NOT NULL
  JOIN seat_class AS k ON k.n = m.n AND k.c = s.c AND k.y = m.y
"""

_CALENDAR = """
INSERT INTO calendar (school_id, school_year, municipality_code, aggregate_version)
SELECT school_id, y, code, 1 FROM seat_school, (VALUES ('2021/2022'), ('2022/2023')) AS v (y);
INSERT INTO calendar_day (school_id, day, school_year, municipality_code)
SELECT s.school_id, d, y, s.code
  FROM seat_school AS s,
       (VALUES ('2021/2022', DATE '2021-08-09', DATE '2022-06-24'), ('2022/2023', DATE '2022-08-08', DATE '2023-06-23'))
       AS v (y, first, last), generate_series(first, last, interval '1 day') AS g (d)
 WHERE extract(isodow FROM d) < 6 AND extract(week FROM d) NOT IN (7, 42, 52)
"""

_ABSENCE = """
CREATE TEMPORARY TABLE told_month AS
SELECT to_char(d, 'YYYY-MM') AS month, CAST(row_number() OVER () AS int) AS m
  FROM generate_series(DATE '2021-08-01', DATE '2023-06-01', interval '1 month') AS g (d)
 WHERE extract(month FROM d) <> 7;
INSERT INTO pupil_month (pupil_id, month, municipality_code, days, aggregate_version)
SELECT s.pupil_id, t.month, s.code, CAST(1 + floor(power(s.luck, 4) * 14 * random()) AS numeric) / 2, 1
  FROM seat AS s, told_month AS t WHERE (s.seat * 7 + t.m * 13) % 10 < 6
 ORDER BY s.code, t.month;
INSERT INTO completeness (institution_number, month, municipality_code, reported, pupil_months, aggregate_version)
SELECT s.number, t.month, s.code, (s.n + t.m) % 50 > 0, 1, 1 FROM seat_school AS s, told_month AS t
"""

_INDICATORS = """
INSERT INTO indicator (pupil_id, indicator, subject, grade, day, value, as_of, municipality_code)
SELECT s.pupil_id, 'national_test', v.subject, t, make_date(2023 - (k.grade - t), 3, 15),
       (ARRAY['not_sufficient', 'deficient', 'fair', 'good', 'very_good', 'excellent'])
       [1 + CAST(least(5, floor(1.5 + random() * 2.5 + s.luck * 2)) AS int)], now(), s.code
  FROM seat AS s JOIN seat_class AS k ON k.n = s.n AND k.c = s.c AND k.y = 1
  JOIN unnest(ARRAY[2, 4, 6]) AS u (t) ON t <= k.grade, (VALUES ('reading'), ('mathematics')) AS v (subject);
INSERT INTO indicator (pupil_id, indicator, subject, grade, day, value, as_of, municipality_code)
SELECT s.pupil_id, 'teacher_mark', v.subject, k.grade, DATE '2023-01-15',
       (ARRAY['-3', '00', '02', '4', '7', '10', '12'])
       [1 + CAST(least(6, floor(2.9 + random() * 2 + s.luck * 3)) AS int)],
       now(), s.code
  FROM seat AS s JOIN seat_class AS k ON k.n = s.n AND k.c = s.c AND k.y = 1 AND k.grade >= 8,
       unnest(ARRAY['danish', 'mathematics', 'english', 'german', 'history', 'biology', 'geography', 'music',
                    'physics_chemistry', 'social_studies']) AS v (subject);
INSERT INTO indicator (pupil_id, indicator, subject, grade, day, value, as_of, municipality_code)
SELECT s.pupil_id, 'education_readiness', '', k.grade, DATE '2023-01-10',
       CASE WHEN s.luck < 0.2 THEN 'not_ready' ELSE 'ready' END, now(), s.code
  FROM seat AS s JOIN seat_class AS k ON k.n = s.n AND k.c = s.c AND k.y = 1 AND k.grade >= 8
"""


async def fill(
    connection: "asyncpg.Connection[asyncpg.Record]", pupils: int, *, classes: int = CLASSES
) -> tuple[int, list[str]]:
    """Write the tables, which must be empty of these municipalities, as a superuser. Returns the number of pupils, in
    whole schools, and the codes of their municipalities, the largest first.
    """
    of_a_school = classes * PUPILS_OF_A_CLASS
    schools = max(1, round(pupils / of_a_school))
    await connection.execute("SELECT setseed(0.5)")
    for table in _QUIET:
        await connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    given = {"first_code": FIRST_CODE, "municipalities": MUNICIPALITIES, "schools": schools, "classes": classes}
    for part in (_TABLES.format(**given, of_a_class=PUPILS_OF_A_CLASS), _ROSTER, _CALENDAR, _ABSENCE, _INDICATORS):
        await connection.execute(part)
    for table in _QUIET:
        await connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    await connection.execute("VACUUM (ANALYZE) membership")
    for table in ("pupil", "class_", "school", "calendar_day", "pupil_month", "completeness", "indicator"):
        await connection.execute(f"VACUUM (ANALYZE) {table}")
    found = await connection.fetch("SELECT code FROM seat GROUP BY code ORDER BY count(*) DESC")
    return schools * of_a_school, [row["code"] for row in found]
