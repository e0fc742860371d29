-- One row per municipality with participants and autumn: how much its schools have reported.
WITH reported AS MATERIALIZED (
    SELECT *
    FROM unnest(CAST(:reported_by AS text[]), CAST(:reported_in AS text[]), CAST(:reported AS text[]))
         AS r (institution_number, municipality_code, month)
),
autumn AS (
    SELECT 'before' AS name, CAST(:before AS text[]) AS months, CAST(:year_before AS text) AS school_year
    UNION ALL
    SELECT 'after', CAST(:after AS text[]), CAST(:school_year AS text)
),
place AS (
    SELECT DISTINCT municipality_code
    FROM enrolment
    WHERE touches(valid_from, valid_to, :year_start, :year_end)
),
per_school AS (
    SELECT a.name, a.months, s.municipality_code,
           (SELECT count(*) FROM unnest(c.school_days) AS day WHERE to_char(day, :month_format) = ANY (a.months)) AS days,
           c.school_id IS NOT NULL AS has_calendar,
           (SELECT count(*) FROM reported r
            WHERE r.institution_number = s.institution_number AND r.municipality_code = s.municipality_code
              AND r.month = ANY (a.months)) AS reported
    FROM place
    JOIN school s USING (municipality_code)
    CROSS JOIN autumn a
    LEFT JOIN calendar c ON c.school_id = s.school_id AND c.school_year = a.school_year
),
per_class AS (
    SELECT a.name, m.municipality_code, count(DISTINCT m.class_id) AS classes,
           count(DISTINCT m.class_id) FILTER (WHERE coalesce(c.kind, 'unknown') = 'unknown') AS unknown
    FROM place
    JOIN membership m USING (municipality_code)
    JOIN autumn a
      ON touches(m.valid_from, m.valid_to, to_date(a.months[1], :month_format),
                 (to_date(a.months[cardinality(a.months)], :month_format) + interval '1 month')::date)
    LEFT JOIN class_ c USING (class_id)
    GROUP BY a.name, m.municipality_code
)
SELECT p.municipality_code, coalesce(m.name, '') AS municipality, left(p.months[1], 4)::integer AS autumn_year,
       count(*) AS schools,
       count(*) FILTER (WHERE p.has_calendar) AS schools_with_calendar,
       coalesce(sum(p.days) FILTER (WHERE p.has_calendar), 0)::integer AS school_days,
       (count(*) * cardinality(p.months))::integer AS months,
       sum(p.reported)::integer AS reported,
       coalesce(max(k.classes), 0)::integer AS classes,
       coalesce(max(k.unknown), 0)::integer AS classes_of_unknown_kind
FROM per_school p
LEFT JOIN municipality m USING (municipality_code)
LEFT JOIN per_class k ON (k.name, k.municipality_code) = (p.name, p.municipality_code)
GROUP BY p.municipality_code, m.name, p.months
ORDER BY p.municipality_code, autumn_year
