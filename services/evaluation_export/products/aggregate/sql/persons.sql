-- One row per participant and per other pupil of a school with participants: a person as a pupil of one municipality.
--
-- Nothing that another municipality sends about the same person changes a row, with one exception. Who takes part, has
-- a CPR number, was in ordinary classes of public schools and was measured is judged by the ids that the person has in
-- the row's own municipality. The exception is absence after a transfer: a month of the two autumns in which the own
-- municipality has no stay of the pupil is filled by another municipality that has one, if that one takes part in the
-- initiative and none of its stays of the person overlaps with any other municipality's.
--
-- - A pupil moves in the middle of the year between two municipalities that take part. In the new one's row its own
--   months count as that one reported them, and the months before as the former one did; in the former one's row the
--   other way round. The month of the move is in each row its own municipality's alone, so that half of its absence is
--   missing. With courses in both the pupil is a participant of each.
-- - Another municipality claims a child by CPR number while it is a pupil here: the stays overlap, so nothing of it
--   serves, and the row stays as it was. The child may be a row of its own there, by what that municipality sends.
--   The overlap is on the secretariat's list (registration: GET /v1/overlapping-stays).
-- - Another municipality claims a stay from before the own municipality's first one. No data tell it from a transfer,
--   so its months fill those that are empty here: the pupil may become measured, never anything else, and no month in
--   which the own municipality has a stay is touched.
--
-- Rows have a number from the start, and the ten months are bits of an integer, as a country has 220,000 rows.
WITH reported AS MATERIALIZED (
    SELECT *
    FROM unnest(CAST(:reported_by AS text[]), CAST(:reported_in AS text[]), CAST(:reported AS text[]))
         AS r (institution_number, municipality_code, month)
),
taking AS MATERIALIZED (
    SELECT DISTINCT p.person_id, p.municipality_code, e.school_id
    FROM enrolment e
    JOIN pupil p USING (pupil_id)
    WHERE touches(e.valid_from, e.valid_to, :year_start, :year_end)
),
cohort AS MATERIALIZED (
    SELECT row_number() OVER (ORDER BY person_id, municipality_code)::integer AS number, person_id, municipality_code
    FROM (
        SELECT person_id, municipality_code FROM taking
        UNION
        SELECT p.person_id, p.municipality_code
        FROM membership m
        JOIN pupil p USING (pupil_id)
        WHERE m.school_id IN (SELECT school_id FROM taking)
          AND touches(m.valid_from, m.valid_to, :year_start, :year_end)
    ) AS anybody
),
own AS MATERIALIZED (
    SELECT c.number, p.pupil_id, p.has_cpr_number
    FROM cohort c
    JOIN pupil p USING (person_id, municipality_code)
),
placed AS (
    SELECT o.number, bool_and(coalesce(c.kind = 'ordinary' AND s.kind = 'public', false)) AS ordinary
    FROM own o
    JOIN membership m USING (pupil_id)
    LEFT JOIN class_ c USING (class_id)
    LEFT JOIN school s ON s.school_id = m.school_id
    WHERE touches(m.valid_from, m.valid_to, :year_start, :year_end)
    GROUP BY o.number
),
autumn AS MATERIALIZED (
    SELECT name, name = ANY (CAST(:before AS text[])) AS before, 1 << (place - 1)::integer AS bit,
           to_date(name, :month_format) AS first, (to_date(name, :month_format) + interval '1 month')::date AS next
    FROM unnest(CAST(:before AS text[]) || CAST(:after AS text[])) WITH ORDINALITY AS month (name, place)
),
-- No record in a reported month is no absence; in a month that some school of the pupil has not reported, or in which
-- the pupil has no school here, it is unknown. ``months`` are those in which the pupil's absence counts for the row.
own_months AS MATERIALIZED (
    SELECT o.number, o.pupil_id, bit_or(a.bit) AS months, bool_and(r.month IS NOT NULL) AS reported
    FROM own o
    JOIN membership m USING (pupil_id)
    JOIN autumn a ON touches(m.valid_from, m.valid_to, a.first, a.next)
    LEFT JOIN reported r
      ON r.institution_number = m.institution_number AND r.municipality_code = m.municipality_code AND r.month = a.name
    WHERE touches(m.valid_from, m.valid_to, (SELECT min(first) FROM autumn), (SELECT max(next) FROM autumn))
    GROUP BY o.number, o.pupil_id
),
-- The stays of persons who have ids in several municipalities.
moving AS MATERIALIZED (
    SELECT person_id
    FROM pupil
    WHERE person_id IN (SELECT person_id FROM cohort)
    GROUP BY person_id
    HAVING count(DISTINCT municipality_code) > 1
),
stay AS MATERIALIZED (
    SELECT p.person_id, p.municipality_code, p.pupil_id, m.institution_number, m.valid_from, m.valid_to
    FROM moving
    JOIN pupil p USING (person_id)
    JOIN membership m USING (pupil_id)
    WHERE m.valid_from < m.valid_to
),
overlapping AS (
    SELECT DISTINCT one.person_id, one.municipality_code
    FROM stay one
    JOIN stay other ON other.person_id = one.person_id AND other.municipality_code <> one.municipality_code
     AND touches(other.valid_from, other.valid_to, one.valid_from, one.valid_to)
),
elsewhere AS MATERIALIZED (
    SELECT s.*
    FROM stay s
    JOIN municipality y ON y.municipality_code = s.municipality_code AND y.status = 'accepted'
    WHERE (s.person_id, s.municipality_code) NOT IN (SELECT person_id, municipality_code FROM overlapping)
),
filled_months AS (
    SELECT c.number, e.pupil_id, bit_or(a.bit) AS months, bool_and(r.month IS NOT NULL) AS reported
    FROM elsewhere e
    JOIN cohort c ON c.person_id = e.person_id AND c.municipality_code <> e.municipality_code
    LEFT JOIN (SELECT number, bit_or(months) AS months FROM own_months GROUP BY number) AS o USING (number)
    JOIN autumn a ON touches(e.valid_from, e.valid_to, a.first, a.next) AND coalesce(o.months, 0) & a.bit = 0
    LEFT JOIN reported r
      ON r.institution_number = e.institution_number AND r.municipality_code = e.municipality_code AND r.month = a.name
    GROUP BY c.number, e.pupil_id
),
counted AS MATERIALIZED (
    SELECT * FROM own_months
    UNION ALL
    SELECT * FROM filled_months
),
mask AS (
    SELECT number, bit_or(months) = (SELECT bit_or(bit) FROM autumn) AND bool_and(reported) AS measured
    FROM counted
    GROUP BY number
),
halves AS (
    SELECT m.number,
           sum(2 * d.illness) FILTER (WHERE a.before) AS before_illness,
           sum(2 * d.authorised) FILTER (WHERE a.before) AS before_authorised,
           sum(2 * d.unauthorised) FILTER (WHERE a.before) AS before_unauthorised,
           sum(2 * d.illness) FILTER (WHERE NOT a.before) AS after_illness,
           sum(2 * d.authorised) FILTER (WHERE NOT a.before) AS after_authorised,
           sum(2 * d.unauthorised) FILTER (WHERE NOT a.before) AS after_unauthorised
    FROM counted m
    JOIN pupil_month d USING (pupil_id)
    JOIN autumn a ON a.name = d.month AND m.months & a.bit <> 0
    GROUP BY m.number
),
known AS (
    SELECT number, bool_or(has_cpr_number) AS has_cpr_number FROM own GROUP BY number
)
SELECT c.person_id, c.municipality_code,
       (c.person_id, c.municipality_code) IN (SELECT person_id, municipality_code FROM taking) AS takes_part,
       k.has_cpr_number,
       coalesce(p.ordinary, false) AS ordinary,
       coalesce(m.measured, false) AS measured,
       coalesce(h.before_illness, 0)::integer AS before_illness,
       coalesce(h.before_authorised, 0)::integer AS before_authorised,
       coalesce(h.before_unauthorised, 0)::integer AS before_unauthorised,
       coalesce(h.after_illness, 0)::integer AS after_illness,
       coalesce(h.after_authorised, 0)::integer AS after_authorised,
       coalesce(h.after_unauthorised, 0)::integer AS after_unauthorised
FROM cohort c
JOIN known k USING (number)
LEFT JOIN placed p USING (number)
LEFT JOIN mask m USING (number)
LEFT JOIN halves h USING (number)
ORDER BY c.number
