-- One row per participant and per other pupil of a school with participants.
WITH taking AS (
    SELECT DISTINCT p.person_id, e.school_id
    FROM enrolment e
    JOIN pupil p USING (pupil_id)
    WHERE e.valid_from < :year_end AND e.valid_to > :year_start AND e.valid_from < e.valid_to
),
cohort AS (
    SELECT person_id FROM taking
    UNION
    SELECT p.person_id
    FROM membership m
    JOIN pupil p USING (pupil_id)
    WHERE m.school_id IN (SELECT school_id FROM taking)
      AND m.valid_from < :year_end AND m.valid_to > :year_start AND m.valid_from < m.valid_to
),
-- A person may have an id in several municipalities; absence that one of them sends late lands on the former id.
identity AS MATERIALIZED (
    SELECT p.person_id, p.pupil_id, p.has_cpr_number FROM cohort JOIN pupil p USING (person_id)
),
placed AS (
    SELECT i.person_id, bool_and(coalesce(c.kind = 'ordinary' AND s.kind = 'public', false)) AS ordinary
    FROM identity i
    JOIN membership m USING (pupil_id)
    LEFT JOIN class_ c USING (class_id)
    LEFT JOIN school s ON s.school_id = m.school_id
    WHERE m.valid_from < :year_end AND m.valid_to > :year_start AND m.valid_from < m.valid_to
    GROUP BY i.person_id
),
autumn AS MATERIALIZED (
    SELECT name, name = ANY (CAST(:before AS text[])) AS before,
           to_date(name, 'YYYY-MM') AS first, (to_date(name, 'YYYY-MM') + interval '1 month')::date AS next
    FROM unnest(CAST(:before AS text[]) || CAST(:after AS text[])) AS name
),
-- No record in a reported month is no absence; in a month that some school of the pupil has not reported, or in which
-- the pupil has no school here, it is unknown.
covered AS (
    SELECT i.person_id, a.name, bool_and(coalesce(r.reported, false)) AS reported
    FROM identity i
    JOIN membership m USING (pupil_id)
    JOIN autumn a ON m.valid_from < a.next AND m.valid_to > a.first
    LEFT JOIN completeness r ON r.institution_number = m.institution_number AND r.month = a.name
    WHERE m.valid_from < m.valid_to
    GROUP BY i.person_id, a.name
),
mask AS (
    SELECT person_id, count(*) FILTER (WHERE reported) = (SELECT count(*) FROM autumn) AS measured
    FROM covered
    GROUP BY person_id
),
halves AS (
    SELECT i.person_id,
           sum(2 * d.illness) FILTER (WHERE a.before) AS before_illness,
           sum(2 * d.authorised) FILTER (WHERE a.before) AS before_authorised,
           sum(2 * d.unauthorised) FILTER (WHERE a.before) AS before_unauthorised,
           sum(2 * d.illness) FILTER (WHERE NOT a.before) AS after_illness,
           sum(2 * d.authorised) FILTER (WHERE NOT a.before) AS after_authorised,
           sum(2 * d.unauthorised) FILTER (WHERE NOT a.before) AS after_unauthorised
    FROM identity i
    JOIN pupil_month d USING (pupil_id)
    JOIN autumn a ON a.name = d.month
    GROUP BY i.person_id
)
SELECT i.person_id,
       i.person_id IN (SELECT person_id FROM taking) AS takes_part,
       bool_or(i.has_cpr_number) AS has_cpr_number,
       coalesce(bool_and(p.ordinary), false) AS ordinary,
       coalesce(bool_and(m.measured), false) AS measured,
       coalesce(max(h.before_illness), 0)::integer AS before_illness,
       coalesce(max(h.before_authorised), 0)::integer AS before_authorised,
       coalesce(max(h.before_unauthorised), 0)::integer AS before_unauthorised,
       coalesce(max(h.after_illness), 0)::integer AS after_illness,
       coalesce(max(h.after_authorised), 0)::integer AS after_authorised,
       coalesce(max(h.after_unauthorised), 0)::integer AS after_unauthorised
FROM identity i
LEFT JOIN placed p USING (person_id)
LEFT JOIN mask m USING (person_id)
LEFT JOIN halves h USING (person_id)
GROUP BY i.person_id
ORDER BY i.person_id
