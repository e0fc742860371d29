-- One row per enrolment of a participant of the school year that began before its end. A participant is a person as a
-- pupil of one municipality (see persons.sql), so that another municipality's enrolments of the same person are another
-- participant's: they change neither type nor grade nor autumn of this one, nor whether it is counted.
-- Earlier years' enrolments are read because a participant counts under the type begun first of all.
-- person_id is null while the pupil of an enrolment that touches the school year has not been received.
WITH taking AS (
    SELECT DISTINCT p.person_id, p.municipality_code
    FROM enrolment e
    JOIN pupil p USING (pupil_id)
    WHERE touches(e.valid_from, e.valid_to, :year_start, :year_end)
)
SELECT p.person_id, p.municipality_code, e.course_id, e.variant, e.grade, e.valid_from AS start,
       touches(e.valid_from, e.valid_to, :year_start, :year_end) AS this_year,
       touches(e.valid_from, e.valid_to, :year_start, :spring) AS autumn
FROM enrolment e
LEFT JOIN pupil p USING (pupil_id)
WHERE touches(e.valid_from, e.valid_to, '-infinity', :year_end)
  AND (touches(e.valid_from, e.valid_to, :year_start, :year_end)
       OR (p.person_id, p.municipality_code) IN (SELECT person_id, municipality_code FROM taking))
ORDER BY p.person_id, p.municipality_code, e.valid_from, e.variant, e.grade, e.course_id
