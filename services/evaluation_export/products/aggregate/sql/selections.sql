-- One row per participant of the school year and decision that selected the participant and stood on a day of the year.
-- A participant is a person as a pupil of one municipality (see persons.sql).
WITH taking AS (
    SELECT DISTINCT p.person_id, p.municipality_code
    FROM enrolment e
    JOIN pupil p USING (pupil_id)
    WHERE touches(e.valid_from, e.valid_to, :year_start, :year_end)
)
SELECT p.person_id, p.municipality_code, s.kind, s.class_id, s.reasons, s.designated
FROM selection s
JOIN pupil p USING (pupil_id)
JOIN taking t ON t.person_id = p.person_id AND t.municipality_code = p.municipality_code
WHERE touches(s.decided_on, coalesce(s.reversed_on, 'infinity'), :year_start, :year_end)
ORDER BY p.person_id, p.municipality_code, s.decided_on, s.selection_id
