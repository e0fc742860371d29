-- One row per enrolment that touches the school year; person_id is null while the pupil has not been received.
SELECT p.person_id, e.variant, e.grade, e.valid_from AS start, e.valid_from < :spring AS autumn
FROM enrolment e
LEFT JOIN pupil p USING (pupil_id)
WHERE e.valid_from < :year_end AND e.valid_to > :year_start AND e.valid_from < e.valid_to
